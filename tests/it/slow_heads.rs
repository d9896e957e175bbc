//! Connections that are kept open: by half a request, which nobody waits for, and by whole ones.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::exports::{ITEMS, UNPACED, loaded_in};
use crate::exports_interrupted::{LARGE, begun, rest};
use crate::support::World;

/// How long no whole request may come.
const IDLE: Duration = Duration::from_secs(3);
/// By when it is over, on the slowest machine.
const AT_LAST: Duration = Duration::from_secs(60);
/// A head without its end.
const HALF: &[u8] = b"GET /health/live HTTP/1.1\r\nX-Slow: ";

async fn world() -> World {
    World::closing_idle(IDLE, &UNPACED).await
}

async fn connected(world: &World) -> TcpStream {
    let place = world.url.strip_prefix("http://localhost").expect("a port");
    let stream = TcpStream::connect(format!("127.0.0.1{place}")).await;
    stream.expect("connected")
}

/// Asks once, and reads the whole answer by the length that it says.
async fn ask(world: &World, stream: &mut TcpStream) {
    let host = world.url.strip_prefix("http://").expect("a host");
    let request = format!("GET /sign-in HTTP/1.1\r\nHost: {host}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("a head"));
    }
    let head = String::from_utf8(head).expect("text").to_lowercase();
    assert!(head.starts_with("http/1.1 200"), "{head}");
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length = length.expect("a length").parse().expect("a number");
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.expect("a body");
    assert!(body.ends_with(b"</html>") || body.ends_with(b"</html>\n"));
}

/// Whether the other side ends the connection, while a byte is sent now and then or none at all.
async fn ends(stream: TcpStream, drip: Option<Duration>) -> bool {
    let (mut read, mut write) = stream.into_split();
    let drips = async {
        let Some(every) = drip else {
            return std::future::pending().await;
        };
        while write.write_all(b"x").await.is_ok() {
            sleep(every).await;
        }
    };
    let mut rest = Vec::new();
    let end = async {
        // It may end with a reset as well.
        let _ = read.read_to_end(&mut rest).await;
    };
    let ended = timeout(AT_LAST, async {
        tokio::select! {
            () = drips => {}
            () = end => {}
        }
    });
    ended.await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_second_request_is_not_waited_for() {
    let world = world().await;
    for drip in [None, Some(Duration::from_millis(200))] {
        let mut stream = connected(&world).await;
        ask(&world, &mut stream).await;
        stream.write_all(HALF).await.expect("sent");
        assert!(ends(stream, drip).await, "{drip:?}: it is held open");
    }
    // It goes on for others.
    assert_eq!(world.browser().get("/sign-in").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_again_and_again_keeps_the_connection() {
    let world = world().await;
    let mut stream = connected(&world).await;
    for _ in 0..10 {
        ask(&world, &mut stream).await;
        sleep(IDLE / 6).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_takes_as_long_as_it_takes() {
    let world = world().await;
    let ada = loaded_in(&world, LARGE).await;
    let download = begun(&ada, &format!("{ITEMS}.ndjson")).await;
    sleep(IDLE * 2).await;
    let (file, whole) = rest(download).await;
    assert!(whole, "it was cut off");
    assert_eq!(file.split_inclusive(|byte| *byte == b'\n').count(), 40_000);
}
