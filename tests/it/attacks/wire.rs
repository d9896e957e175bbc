//! What is sent byte by byte: requests that two readers could read in two ways, heads that never end, paths out of the
//! folder of static files.

use std::time::Duration;

use patchbay::identity::Scope;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::scene::ADA;
use crate::support::World;

/// What came back on a connection.
#[derive(Debug)]
struct Said {
    text: String,
    /// Whether the connection was closed then, or else nothing more came for a while.
    closed: bool,
}

impl Said {
    /// The statuses of the answers.
    fn statuses(&self) -> Vec<&str> {
        let heads = self.text.split("HTTP/1.1 ").skip(1);
        heads
            .map(|head| head.split(' ').next().unwrap_or_default())
            .collect()
    }
}

async fn connection(world: &World) -> TcpStream {
    let place = world.url.strip_prefix("http://localhost").expect("a port");
    let stream = TcpStream::connect(format!("127.0.0.1{place}")).await;
    stream.expect("connected")
}

/// Reads until the connection is closed, or nothing more comes for so long.
async fn read(mut stream: impl AsyncRead + Unpin, patience: Duration) -> Said {
    let (mut text, mut piece) = (Vec::new(), [0; 4096]);
    let closed = loop {
        match tokio::time::timeout(patience, stream.read(&mut piece)).await {
            // A connection that is closed before all was read that was sent ends with a reset.
            Ok(Ok(0) | Err(_)) => break true,
            Ok(Ok(read)) => text.extend_from_slice(&piece[..read]),
            Err(_) => break false,
        }
    };
    Said {
        text: String::from_utf8_lossy(&text).into_owned(),
        closed,
    }
}

/// Sends bytes and reads what is answered.
async fn raw(world: &World, bytes: &[u8]) -> Said {
    let mut stream = connection(world).await;
    // It may be closed before all is sent.
    let _ = stream.write_all(bytes).await;
    read(stream, Duration::from_secs(3)).await
}

fn host(world: &World) -> &str {
    world.url.strip_prefix("http://").expect("a host")
}

/// Heads of a request with a body that two readers could take for another one each, and the body: what stands behind
/// the end of it for one of them is a request of its own.
fn twofold(smuggled: &str) -> Vec<(&'static str, String, String)> {
    let length = smuggled.len();
    let chunks = format!("0\r\n\r\n{smuggled}");
    let by_length = |what, head: String| (what, head, smuggled.to_owned());
    let by_chunks = |what, head: &str| (what, head.to_owned(), chunks.clone());
    vec![
        by_chunks(
            "a length and chunks",
            &format!("Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n"),
        ),
        by_length(
            "two lengths",
            format!("Content-Length: 0\r\nContent-Length: {length}\r\n"),
        ),
        by_length(
            "a length with a sign",
            format!("Content-Length: +{length}\r\n"),
        ),
        by_length(
            "a list of lengths",
            format!("Content-Length: 0, {length}\r\n"),
        ),
        by_chunks("an unknown encoding", "Transfer-Encoding: xchunked\r\n"),
        by_chunks("two encodings", "Transfer-Encoding: gzip, chunked\r\n"),
        by_chunks(
            "chunks twice",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        ),
        by_length(
            "a name with a space",
            format!("Content-Length : {length}\r\n"),
        ),
        by_length(
            "a folded line",
            format!("X: y\r\n Content-Length: {length}\r\n"),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_could_be_read_in_two_ways_is_not_read_at_all() {
    let world = World::with_accounts().await;
    let mut ada = world.member("acme", ADA, "member").await;
    ada.connect_hubspot().await;
    let (_, key) = world.key("acme", ADA, &[Scope::ConnectionsWrite]).await;
    let host = host(&world);
    let first = |head: &str| format!("POST /sign-in HTTP/1.1\r\nHost: {host}\r\n{head}\r\n");
    // It disconnects, whoever brings it.
    let smuggled = format!(
        "DELETE /api/v1/connections/hubspot HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n\r\n"
    );
    for (what, head, body) in twofold(&smuggled) {
        let said = raw(&world, (first(&head) + &body).as_bytes()).await;
        // A form that was read would be answered 403: it has no token.
        assert_eq!(said.statuses(), ["400"], "{what}: {said:?}");
        assert!(said.closed, "{what}: it is read on");
        assert_eq!(world.calls("revoke").await, 0, "{what}");
    }
    assert_eq!(ada.get("/connections").await.state(), "connected");
    // Behind a body that ends in one way alone it is a request like others.
    let plain = first("Content-Length: 0\r\n") + &smuggled;
    let said = raw(&world, plain.as_bytes()).await;
    assert_eq!(said.statuses(), ["403", "200"], "{said:?}");
    assert_eq!(world.calls("revoke").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hosts_or_none_are_not_ours() {
    let world = World::start().await;
    let host = host(&world);
    let own = format!("Location: {}/sign-in", world.url).to_lowercase();
    for (head, status) in [
        (String::new(), "400"),
        (format!("Host: {host}\r\nHost: evil.example\r\n"), "400"),
        // A page under another name is led to the same page under our own.
        ("Host: evil.example\r\n".to_owned(), "307"),
        (format!("Host: {host}@evil.example\r\n"), "307"),
        (format!("Host: {host}\r\n"), "200"),
    ] {
        let request = format!("GET /sign-in HTTP/1.1\r\n{head}Connection: close\r\n\r\n");
        let said = raw(&world, request.as_bytes()).await;
        assert_eq!(said.statuses(), [status], "{head}: {said:?}");
        assert!(said.closed, "{head}");
        assert!(!said.text.contains("evil.example"), "{head}: {said:?}");
        assert_eq!(
            said.text.contains(&own),
            status == "307",
            "{head}: {said:?}"
        );
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
        let said = raw(&world, request.as_bytes()).await;
        assert_eq!(said.statuses(), ["404"], "{path}: {said:?}");
        for inside in ["[package]", "root:", "PATCHBAY_"] {
            assert!(!said.text.contains(inside), "{path}: {said:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_without_an_end_are_refused() {
    let world = World::start().await;
    let host = host(&world);
    let long = "x".repeat(200_000);
    let get = |head: &str| format!("GET /sign-in HTTP/1.1\r\nHost: {host}\r\n{head}\r\n");
    for (what, request) in [
        ("a header", get(&format!("X-Long: {long}\r\n"))),
        ("a cookie", get(&format!("Cookie: patchbay={long}\r\n"))),
        ("many headers", get(&"X-Many: y\r\n".repeat(20_000))),
        (
            "a path",
            format!("GET /{long} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
        ),
        ("an open line", get("").replace("\r\n\r\n", &long)),
    ] {
        let said = raw(&world, request.as_bytes()).await;
        assert_eq!(said.statuses(), ["431"], "{what}: {said:?}");
        assert!(said.closed, "{what}: it is read on");
    }
    // It goes on for others.
    let said = raw(&world, get("Connection: close\r\n").as_bytes()).await;
    assert_eq!(said.statuses(), ["200"], "{said:?}");
}

/// Sends the beginning of something and a byte of it a second after that; answers what came back within half a minute.
async fn drop_by_drop(world: &World, beginning: &str) -> Said {
    let (reader, mut writer) = connection(world).await.into_split();
    writer.write_all(beginning.as_bytes()).await.expect("sent");
    let drops = async {
        // Whoever was closed out meanwhile sends nothing more.
        while writer.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        std::future::pending::<Said>().await
    };
    tokio::select! {
        said = read(reader, Duration::from_secs(30)) => said,
        said = drops => said,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_a_head_drop_by_drop_is_not_waited_for() {
    let world = World::start().await;
    let beginning = "GET /sign-in HTTP/1.1\r\nHost: ";
    let many = std::iter::repeat_with(|| drop_by_drop(&world, beginning)).take(50);
    let many = futures_util::future::join_all(many);
    let others = async {
        // Others are answered meanwhile.
        assert_eq!(world.browser().get("/sign-in").await.status, 200);
    };
    let (many, ()) = tokio::join!(many, others);
    for said in many {
        assert_eq!(said.statuses(), ["408"], "{said:?}");
        assert!(said.closed, "a connection is held open");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_a_form_drop_by_drop_is_not_waited_for() {
    let world = World::start().await;
    let kind = "Content-Type: application/x-www-form-urlencoded";
    let beginning = format!(
        "POST /sign-in HTTP/1.1\r\nHost: {}\r\n{kind}\r\nContent-Length: 5000\r\n\r\nuser_id=",
        host(&world)
    );
    let said = drop_by_drop(&world, &beginning).await;
    assert_eq!(said.statuses(), ["400"], "{said:?}");
    assert!(said.text.contains("The form took too long to arrive"));
    assert!(said.closed, "a connection is held open");
}
