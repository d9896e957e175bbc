//! A process that is stopped while a provider answers, as a frozen container or a sleeping machine is.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;

use super::*;
use crate::outbound::{Answer, NoAnswer};
use crate::testing::outbound_within;

/// Shorter than the last look is.
const ON_ITS_WAY: Duration = Duration::from_millis(20);

/// Answers one request after a while, from a thread of its own; its last byte follows when it is told to.
fn provider(told: mpsc::Receiver<()>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a caller");
        let mut head = [0; 4096];
        let _ = stream.read(&mut head).expect("a request");
        thread::sleep(Duration::from_millis(300));
        let most = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{";
        stream.write_all(most.as_bytes()).expect("sent");
        told.recv().expect("a word");
        thread::sleep(ON_ITS_WAY);
        stream.write_all(b"}").expect("sent");
    });
    url
}

/// What a process hears that was stopped for longer than it waits; the answer was there `whole` when it went on,
/// or the last of it was on its way.
async fn heard_after_a_stop(whole: bool) -> Result<Answer, NoAnswer> {
    let (tell, told) = mpsc::channel();
    let url = provider(told);
    let outbound = outbound_within(Duration::from_millis(600));
    let request = reqwest::Request::new(reqwest::Method::POST, url.parse().expect("a URL"));
    let to = crate::outbound::To {
        provider: "example",
        asked: crate::metrics::Asked::Oauth,
    };
    let sent = tokio::spawn(async move { outbound.send(request, to).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    if whole {
        tell.send(()).expect("told");
    }
    // The one thread of this runtime does nothing meanwhile, and then finds that its time is over.
    thread::sleep(Duration::from_millis(1_500));
    // Heard by nobody where the provider is done.
    let _ = tell.send(());
    sent.await.expect("it ran")
}

#[tokio::test]
async fn an_answer_that_came_while_the_process_was_stopped_is_read() {
    for whole in [true, false] {
        let answer = heard_after_a_stop(whole).await.expect("an answer");
        assert_eq!((answer.status, &answer.body[..]), (200, &b"{}"[..]));
    }
}
