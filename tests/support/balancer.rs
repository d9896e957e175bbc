//! What leads people to one of several replicas: a proxy that knows nothing of whom it led where before, asks each replica
//! again and again whether it is ready, and tries nothing twice.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::web::{Bytes, Data, PayloadConfig};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use reqwest::header::HeaderMap;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::plain_client;

/// How often each replica is asked.
const EVERY: Duration = Duration::from_millis(200);
/// A replica that does not answer for so long is left out.
const SOON: Duration = Duration::from_secs(2);
/// What concerns one connection alone.
const OF_A_CONNECTION: [&str; 4] = [
    "connection",
    "keep-alive",
    "transfer-encoding",
    "content-length",
];

/// A running balancer. Ends with the test.
pub struct Balancer {
    /// Where people come.
    pub url: String,
    state: Arc<State>,
    _end: DropGuard,
}

#[derive(Default)]
struct State {
    replicas: Mutex<Vec<Arc<Replica>>>,
    next: AtomicUsize,
    /// What went wrong between here and a replica, or that none was ready.
    faults: Mutex<Vec<String>>,
}

struct Replica {
    origin: String,
    ready: AtomicBool,
    served: AtomicUsize,
}

impl Balancer {
    /// One that leads nowhere yet.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let (state, end) = (Arc::<State>::default(), CancellationToken::new());
        let (data, client) = (Data::from(Arc::clone(&state)), Data::new(plain_client()));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .app_data(client.clone())
                .app_data(PayloadConfig::new(32 * 1024 * 1024))
                .default_service(web::to(lead))
        });
        let server = server.workers(1).disable_signals().listen(listener);
        tokio::spawn(server.expect("a server").run());
        let watched = (Arc::clone(&state), end.clone());
        tokio::spawn(async move { watched.1.run_until_cancelled(watch(watched.0)).await });
        Self {
            url: format!("http://localhost:{port}"),
            state,
            _end: end.drop_guard(),
        }
    }

    /// Leads people to these replicas, by their ports, as soon as they are ready.
    pub fn lead_to(&self, ports: &[u16]) {
        let replica = |port| Replica {
            origin: format!("http://127.0.0.1:{port}"),
            ready: AtomicBool::new(false),
            served: AtomicUsize::new(0),
        };
        let replicas = ports.iter().map(|port| Arc::new(replica(port)));
        *self.state.replicas.lock().expect("no panic") = replicas.collect();
    }

    /// Waits until so many replicas are ready.
    pub async fn has_ready(&self, number: usize) {
        for _ in 0..600 {
            if self.state.ready().len() == number {
                return;
            }
            tokio::time::sleep(EVERY / 2).await;
        }
        panic!("not {number} of the replicas get ready");
    }

    /// How many requests each replica has answered.
    pub fn served(&self) -> Vec<usize> {
        let replicas = self.state.replicas.lock().expect("no panic");
        let served = replicas.iter().map(|it| it.served.load(Ordering::Relaxed));
        served.collect()
    }

    /// What went wrong so far.
    pub fn faults(&self) -> Vec<String> {
        self.state.faults.lock().expect("no panic").clone()
    }
}

impl State {
    fn ready(&self) -> Vec<Arc<Replica>> {
        let replicas = self.replicas.lock().expect("no panic");
        let ready = replicas
            .iter()
            .filter(|it| it.ready.load(Ordering::Relaxed));
        ready.cloned().collect()
    }

    fn fault(&self, text: String) -> HttpResponse {
        self.faults.lock().expect("no panic").push(text);
        HttpResponse::BadGateway().body("no replica answers")
    }
}

async fn watch(state: Arc<State>) {
    let client = plain_client();
    loop {
        let replicas = state.replicas.lock().expect("no panic").clone();
        for replica in replicas {
            let ask = client.get(format!("{}/health/ready", replica.origin));
            let answer = ask.timeout(SOON).send().await;
            let ready = answer.is_ok_and(|answer| answer.status() == 200);
            replica.ready.store(ready, Ordering::Relaxed);
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Leads a request to the replica whose turn it is.
async fn lead(
    request: HttpRequest,
    body: Bytes,
    state: Data<State>,
    client: Data<reqwest::Client>,
) -> HttpResponse {
    let ready = state.ready();
    if ready.is_empty() {
        return state.fault(format!("{}: no replica is ready", request.uri()));
    }
    let replica = &ready[state.next.fetch_add(1, Ordering::Relaxed) % ready.len()];
    let method = reqwest::Method::from_bytes(request.method().as_str().as_bytes());
    let place = format!("{}{}", replica.origin, request.uri());
    let mut call = client
        .request(method.expect("a method"), &place)
        .body(body.to_vec());
    for (name, value) in request.headers() {
        if !OF_A_CONNECTION.contains(&name.as_str()) {
            call = call.header(name.as_str(), value.as_bytes());
        }
    }
    let answered = async {
        let answer = call.send().await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        Ok::<_, reqwest::Error>((status, headers, answer.bytes().await?))
    };
    match answered.await {
        Ok((status, headers, body)) => {
            replica.served.fetch_add(1, Ordering::Relaxed);
            passed_on(status.as_u16(), &headers, body)
        }
        Err(error) => state.fault(format!("{place}: {error:?}")),
    }
}

fn passed_on(status: u16, headers: &HeaderMap, body: Bytes) -> HttpResponse {
    let status = actix_web::http::StatusCode::from_u16(status).expect("a status");
    let mut answer = HttpResponse::build(status);
    for (name, value) in headers {
        if !OF_A_CONNECTION.contains(&name.as_str()) {
            answer.append_header((name.as_str(), value.as_bytes()));
        }
    }
    answer.body(body)
}
