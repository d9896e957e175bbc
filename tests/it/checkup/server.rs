//! A server that says what a test has it say, and what time it is.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use jiff::SignedDuration;
use patchbay::clock::Clock;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// It ends with the test.
pub struct Answering {
    address: SocketAddr,
    task: JoinHandle<()>,
}

/// What is answered to a path: a status and a body.
type Answer = dyn Fn(&str) -> (u16, String) + Send + Sync;

impl Answering {
    /// Answers so, by a clock that is so many seconds ahead of ours.
    pub fn with(
        answer: impl Fn(&str) -> (u16, String) + Send + Sync + 'static,
        ahead: i64,
    ) -> Self {
        let (listener, address) = listen();
        let answer: Arc<Answer> = Arc::new(answer);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&answer), ahead));
            }
        });
        Self { address, task }
    }

    /// Takes connections and answers nothing.
    pub fn nothing() -> Self {
        let (listener, address) = listen();
        let task = tokio::spawn(async move {
            let mut kept = Vec::new();
            while let Ok((stream, _)) = listener.accept().await {
                kept.push(stream);
            }
        });
        Self { address, task }
    }

    /// An issuer that names itself with something added to its address, and refuses a code with this word.
    pub fn issuer(added: &'static str, refusal: &'static str) -> Self {
        let (listener, address) = listen();
        let place = format!("http://{address}");
        let answer = move |path: &str| match path {
            "/.well-known/openid-configuration" => (
                200,
                serde_json::json!({
                    "issuer": format!("{place}{added}"),
                    "authorization_endpoint": format!("{place}/authorize"),
                    "token_endpoint": format!("{place}/token"),
                    "jwks_uri": format!("{place}/keys"),
                    "response_types_supported": ["code"],
                    "subject_types_supported": ["public"],
                    "id_token_signing_alg_values_supported": ["RS256"],
                })
                .to_string(),
            ),
            "/keys" => (200, r#"{"keys": []}"#.to_owned()),
            _ => (400, format!(r#"{{"error": "{refusal}"}}"#)),
        };
        let answer: Arc<Answer> = Arc::new(answer);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&answer), 0));
            }
        });
        Self { address, task }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn listen() -> (TcpListener, SocketAddr) {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.set_nonblocking(true).expect("it does not block");
    let address = listener.local_addr().expect("an address");
    (
        TcpListener::from_std(listener).expect("a listener"),
        address,
    )
}

async fn serve(mut stream: TcpStream, answer: Arc<Answer>, ahead: i64) {
    let mut head = Vec::new();
    while !head.windows(4).any(|it| it == b"\r\n\r\n") {
        let mut some = [0; 4096];
        match stream.read(&mut some).await {
            Ok(read) if read > 0 => head.extend_from_slice(&some[..read]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default();
    let (status, body) = answer(path);
    let now = Clock::system().now() + SignedDuration::from_secs(ahead);
    let date = now.strftime("%a, %d %b %Y %H:%M:%S GMT");
    let length = body.len();
    let text = format!(
        "HTTP/1.1 {status} X\r\ndate: {date}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    let _ = stream.write_all(text.as_bytes()).await;
    let _ = stream.shutdown().await;
}
