//! A process that is stopped while a provider answers, as a frozen container or a sleeping machine is.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use super::*;
use crate::testing::outbound_within;

/// Answers one request after a while, from a thread of its own.
fn provider(after: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a caller");
        let mut head = [0; 4096];
        let _ = stream.read(&mut head).expect("a request");
        thread::sleep(after);
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
        stream.write_all(answer.as_bytes()).expect("sent");
    });
    url
}

#[tokio::test]
async fn an_answer_that_came_while_the_process_was_stopped_is_read() {
    let url = provider(Duration::from_millis(300));
    let outbound = outbound_within(Duration::from_millis(600));
    let request = reqwest::Request::new(reqwest::Method::POST, url.parse().expect("a URL"));
    let sent = tokio::spawn(async move { outbound.send(request).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    // The one thread of this runtime does nothing meanwhile, and then finds that its time is over.
    thread::sleep(Duration::from_millis(1_500));
    let answer = sent.await.expect("it ran").expect("an answer");
    assert_eq!((answer.status, &answer.body[..]), (200, &b"{}"[..]));
}
