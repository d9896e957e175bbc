//! A provider's server: real HTTP on loopback, with answers told in advance. It can also do what a
//! well-behaved server never does: cut an answer off, or reset the connection.

use std::collections::{BTreeMap, VecDeque};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;

/// A running server. It ends with the test.
pub struct Server {
    /// Its address: a host without a path.
    pub url: Url,
    seen: Arc<Mutex<Vec<Request>>>,
    open: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// What somebody asked for.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    /// Path and query.
    pub target: String,
    /// By names in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: String,
    /// When it had arrived in full.
    pub at: Instant,
}

/// What the server does about a request.
#[derive(Clone, Debug)]
pub enum Reply {
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    },
    /// Promises more than it sends.
    CutOff(&'static str),
    /// The same, and keeps the connection open.
    Stall(&'static str),
    /// No answer; the connection stays open.
    Silence,
    /// No answer; the connection is closed.
    Close,
    /// No answer; the connection is reset.
    Reset,
}

impl Reply {
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::Answer {
            status,
            headers: vec![("content-type", "application/json".to_owned())],
            body: body.into(),
        }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name, value.into()));
        }
        self
    }
}

impl Server {
    /// Answers each request as `answer` says.
    pub async fn start(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("an address");
        let seen: Arc<Mutex<Vec<Request>>> = Arc::default();
        let (open, gate) = watch::channel(true);
        let (answer, log) = (Arc::new(answer), Arc::clone(&seen));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, log, gate) = (Arc::clone(&answer), Arc::clone(&log), gate.clone());
                tokio::spawn(async move { serve(stream, &*answer, &log, gate).await });
            }
        });
        Self {
            url: format!("http://{address}/").parse().expect("a URL"),
            seen,
            open,
            task,
        }
    }

    /// Answers with `replies`, one after the other; the last one stays.
    pub async fn in_turn(replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies: Mutex<VecDeque<Reply>> = Mutex::new(replies.into_iter().collect());
        Self::start(move |_| {
            let mut replies = replies.lock().expect("unlocked");
            match replies.len() {
                1 => replies[0].clone(),
                _ => replies.pop_front().expect("an answer"),
            }
        })
        .await
    }

    /// An address that nobody listens at.
    pub async fn nowhere() -> Url {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("an address");
        format!("http://{address}/").parse().expect("a URL")
    }

    /// Keeps answers back until [`Server::release`].
    pub fn hold(&self) {
        self.open.send_replace(false);
    }

    /// Lets the answers go.
    pub fn release(&self) {
        self.open.send_replace(true);
    }

    /// All requests so far.
    pub fn seen(&self) -> Vec<Request> {
        self.seen.lock().expect("unlocked").clone()
    }

    /// The only request so far.
    pub fn only(&self) -> Request {
        let seen = self.seen();
        assert_eq!(seen.len(), 1, "one request, not {seen:?}");
        seen[0].clone()
    }

    /// Waits for the request of this number, counted from 1.
    pub async fn asked(&self, number: usize) {
        let started = Instant::now();
        while self.seen().len() < number {
            assert!(
                started.elapsed() < Duration::from_secs(20),
                "request {number} does not come"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The path without the query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The fields of a form that was sent, in the order of their names.
    pub fn form(&self) -> Vec<(String, String)> {
        pairs(&self.body)
    }

    /// The parameters of the address, in the order of their names.
    pub fn query(&self) -> Vec<(String, String)> {
        pairs(self.target.split_once('?').map_or("", |(_, query)| query))
    }
}

/// The pairs of a form or query, in the order of their names.
pub fn pairs(text: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = url::form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect();
    pairs.sort();
    pairs
}

/// The same from a list, to compare with.
pub fn expected(list: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut list: Vec<_> = list
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    list.sort();
    list
}

async fn serve(
    mut stream: TcpStream,
    answer: &(dyn Fn(&Request) -> Reply + Send + Sync),
    log: &Mutex<Vec<Request>>,
    mut gate: watch::Receiver<bool>,
) {
    let Some(request) = read(&mut stream).await else {
        return;
    };
    log.lock().expect("unlocked").push(request.clone());
    let reply = answer(&request);
    if gate.wait_for(|open| *open).await.is_err() {
        return;
    }
    // The client may have gone away by now, which is its right.
    match reply {
        Reply::Reset => drop(stream.set_zero_linger()),
        Reply::Close => drop(stream.shutdown().await),
        Reply::Silence => gone(&mut stream).await,
        Reply::CutOff(body) => begin(&mut stream, body).await,
        Reply::Stall(body) => {
            begin(&mut stream, body).await;
            gone(&mut stream).await;
        }
        Reply::Answer {
            status,
            headers,
            body,
        } => {
            let mut head = format!(
                "HTTP/1.1 {status} Told\r\nconnection: close\r\ncontent-length: {}\r\n",
                body.len()
            );
            for (name, value) in headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            head.push_str("\r\n");
            let _ = stream.write_all(head.as_bytes()).await;
            let _ = stream.write_all(&body).await;
            let _ = stream.shutdown().await;
        }
    }
}

/// Promises more than this body.
async fn begin(stream: &mut TcpStream, body: &str) {
    let length = body.len() + 100;
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}");
    let _ = stream.write_all(head.as_bytes()).await;
}

/// Waits until the client gives up.
async fn gone(stream: &mut TcpStream) {
    let _ = stream.read(&mut [0; 1]).await;
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers
        .get("content-length")
        .and_then(|length| length.parse().ok())
        .unwrap_or(0);
    let mut body = bytes.split_off(end + 4);
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some(Request {
        method: first.next()?.to_owned(),
        target: first.next()?.to_owned(),
        headers,
        body: String::from_utf8(body).ok()?,
        at: Instant::now(),
    })
}
