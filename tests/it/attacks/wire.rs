//! What is sent byte by byte: requests that two readers could read in two ways, heads that never end, paths out of the
//! folder of static files.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::World;

/// Sends bytes and reads what is answered until the connection is closed, or nothing more comes for a while.
async fn raw(world: &World, bytes: &[u8]) -> String {
    let place = world.url.strip_prefix("http://localhost").expect("a port");
    let mut stream = TcpStream::connect(format!("127.0.0.1{place}"))
        .await
        .expect("connected");
    // It may be closed before all is sent.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(Ok(read)) =
        tokio::time::timeout(Duration::from_secs(3), stream.read(&mut piece)).await
    {
        if read == 0 {
            break;
        }
        answer.extend_from_slice(&piece[..read]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// The statuses of the answers in what was read.
fn statuses(answer: &str) -> Vec<&str> {
    let heads = answer.split("HTTP/1.1 ").skip(1);
    heads
        .map(|head| head.split(' ').next().unwrap_or_default())
        .collect()
}

fn host(world: &World) -> &str {
    world.url.strip_prefix("http://").expect("a host")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_could_be_read_in_two_ways_is_not_read_at_all() {
    let world = World::start().await;
    let host = host(&world);
    let smuggled = "GET /health/live HTTP/1.1\r\nHost: smuggled\r\n\r\n";
    let length = smuggled.len();
    for (what, head, body) in [
        (
            "a length and chunks",
            format!("Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n"),
            format!("0\r\n\r\n{smuggled}"),
        ),
        (
            "two lengths",
            format!("Content-Length: 0\r\nContent-Length: {length}\r\n"),
            smuggled.to_owned(),
        ),
        (
            "a length with a sign",
            format!("Content-Length: +{length}\r\n"),
            smuggled.to_owned(),
        ),
        (
            "a list of lengths",
            format!("Content-Length: 0, {length}\r\n"),
            smuggled.to_owned(),
        ),
        (
            "an unknown encoding",
            "Transfer-Encoding: xchunked\r\n".to_owned(),
            format!("0\r\n\r\n{smuggled}"),
        ),
        (
            "chunks twice",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n".to_owned(),
            format!("0\r\n\r\n{smuggled}"),
        ),
        (
            "a name with a space",
            format!("Content-Length : {length}\r\n"),
            smuggled.to_owned(),
        ),
        (
            "a folded line",
            format!("X: y\r\n Content-Length: {length}\r\n"),
            smuggled.to_owned(),
        ),
    ] {
        let request = format!("POST /sign-in HTTP/1.1\r\nHost: {host}\r\n{head}\r\n{body}");
        let answer = raw(&world, request.as_bytes()).await;
        let seen = statuses(&answer);
        assert!(
            !seen.contains(&"200"),
            "{what}: the second one was answered: {answer}"
        );
        assert!(
            seen.iter().all(|status| status.starts_with('4')),
            "{what}: {answer}"
        );
        assert!(!seen.is_empty(), "{what}: nothing is answered");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hosts_or_none_are_not_ours() {
    let world = World::start().await;
    let host = host(&world);
    for head in [
        String::new(),
        format!("Host: {host}\r\nHost: evil.example\r\n"),
        "Host: evil.example\r\n".to_owned(),
        format!("Host: {host}@evil.example\r\n"),
    ] {
        let request = format!("GET /sign-in HTTP/1.1\r\n{head}Connection: close\r\n\r\n");
        let answer = raw(&world, request.as_bytes()).await;
        assert!(!statuses(&answer).contains(&"200"), "{head}: {answer}");
        assert!(!answer.contains("evil.example"), "{head}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_path_leads_out_of_the_static_files() {
    let world = World::start().await;
    let host = host(&world);
    for path in [
        "/static/../Cargo.toml",
        "/static/..%2fCargo.toml",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/static/..%5c..%5cetc%5cpasswd",
        "/static//etc/passwd",
        "/static/%2Fetc%2Fpasswd",
        "/static/....//etc/passwd",
        "/static/app.css%00.png",
        "/static/./../static/../.env",
        "/static/vendor/../../Cargo.toml",
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let answer = raw(&world, request.as_bytes()).await;
        assert_eq!(statuses(&answer), ["404"], "{path}: {answer}");
        for inside in ["[package]", "root:", "PATCHBAY_"] {
            assert!(!answer.contains(inside), "{path}: {answer}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_without_an_end_are_refused() {
    let world = World::start().await;
    let host = host(&world);
    let long = "x".repeat(200_000);
    for (what, head) in [
        ("a header", format!("X-Long: {long}\r\n")),
        ("a cookie", format!("Cookie: patchbay={long}\r\n")),
        ("many headers", "X-Many: y\r\n".repeat(20_000)),
    ] {
        let request = format!("GET /sign-in HTTP/1.1\r\nHost: {host}\r\n{head}\r\n");
        let answer = raw(&world, request.as_bytes()).await;
        assert!(!statuses(&answer).contains(&"200"), "{what}: {answer}");
    }
    let request = format!("GET /{long} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let answer = raw(&world, request.as_bytes()).await;
    assert!(!statuses(&answer).contains(&"200"), "{answer}");
    // It goes on for others.
    assert_eq!(world.browser().get("/sign-in").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_a_head_drop_by_drop_is_not_waited_for() {
    let world = World::start().await;
    let place = world.url.strip_prefix("http://localhost").expect("a port");
    let mut slow = Vec::new();
    for _ in 0..50 {
        let mut stream = TcpStream::connect(format!("127.0.0.1{place}"))
            .await
            .expect("connected");
        stream
            .write_all(b"GET /sign-in HTTP/1.1\r\nHost: ")
            .await
            .expect("sent");
        slow.push(stream);
    }
    // Others are answered meanwhile.
    assert_eq!(world.browser().get("/sign-in").await.status, 200);
    for mut stream in slow {
        let mut answer = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(60), stream.read_to_end(&mut answer));
        assert!(ended.await.is_ok(), "a connection is held open");
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            answer.is_empty() || statuses(&answer) == ["408"],
            "{answer}"
        );
    }
}
