//! A wire between Patchbay and the sandbox that a test can tap. The stand-in reveals no token by itself.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Instant;

use actix_web::web::{Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};

use super::{World, plain_client};

/// The tapped wire. Patchbay calls it in place of HubSpot, and it passes the calls on.
pub struct Wire {
    /// Where it begins, in place of HubSpot's API.
    pub origin: String,
    tap: Arc<Tap>,
}

#[derive(Default)]
struct Tap {
    target: OnceLock<String>,
    /// What went to and came from the token endpoint: the query, the form, the answer.
    exchanges: Mutex<Vec<Exchange>>,
    /// Whether every call of the API is answered with 401.
    refusing: AtomicBool,
    /// The paths of all calls.
    paths: Mutex<Vec<String>>,
    /// What calls said of the trace that they are part of, by header.
    traces: Mutex<Vec<(String, String)>>,
    /// A text that stands in answers, and what is put in its place.
    other_text: Mutex<Option<(String, String)>>,
}

/// One call of the token endpoint.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// When the call came, and when its answer went.
    pub asked: Instant,
    pub answered: Instant,
    pub query: String,
    pub authorization: bool,
    pub form: Vec<(String, String)>,
    pub answer: serde_json::Value,
}

impl Exchange {
    /// Whether it brought tokens.
    pub fn granted(&self) -> bool {
        self.answer["access_token"].is_string()
    }
}

impl Tap {
    fn changed(&self, answer: &str) -> String {
        match &*self.other_text.lock().expect("no panic") {
            Some((text, by)) => answer.replace(text, by),
            None => answer.to_owned(),
        }
    }
}

impl Wire {
    /// A wire to the stand-in at `target`, which may still be told later.
    pub fn open(target: Option<&str>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let wire = Self {
            origin: format!("http://localhost:{port}"),
            tap: Arc::default(),
        };
        let tap = Data::from(Arc::clone(&wire.tap));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(tap.clone())
                .default_service(web::to(pass_on))
        });
        let server = server.workers(1).disable_signals().listen(listener);
        tokio::spawn(server.expect("a server").run());
        if let Some(target) = target {
            wire.leads_to(target);
        }
        wire
    }

    fn leads_to(&self, target: &str) {
        let target = target.to_owned();
        self.tap.target.set(target).expect("one world a wire");
    }

    /// A world whose Patchbay talks to HubSpot over a tapped wire.
    pub async fn world() -> (World, Self) {
        let wire = Self::open(None);
        let world = World::with(&[
            (
                "HUBSPOT_TOKEN_URL",
                &format!("{}/oauth/2026-09/token", wire.origin),
            ),
            ("HUBSPOT_API_URL", &wire.origin),
        ])
        .await;
        wire.leads_to(&world.hubspot().origin);
        (world, wire)
    }

    /// What calls said of the trace that they are part of so far: name and value of each such header.
    pub fn traces(&self) -> Vec<(String, String)> {
        self.tap.traces.lock().expect("no panic").clone()
    }

    /// The calls of the token endpoint so far.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.tap.exchanges.lock().expect("no panic").clone()
    }

    /// The refreshes among them, by the token that was sent.
    pub fn refreshes(&self) -> Vec<(String, Exchange)> {
        let sent = |exchange: Exchange| {
            let field = exchange
                .form
                .iter()
                .find(|(name, _)| name == "refresh_token");
            field
                .map(|(_, token)| token.clone())
                .map(|token| (token, exchange))
        };
        self.exchanges().into_iter().filter_map(sent).collect()
    }

    /// How many calls went to paths that begin so.
    pub fn calls_to(&self, start: &str) -> usize {
        let paths = self.tap.paths.lock().expect("no panic");
        paths.iter().filter(|path| path.starts_with(start)).count()
    }

    /// Every access and refresh token that was ever given.
    pub fn tokens(&self) -> Vec<String> {
        let exchanges = self.exchanges();
        let answers = exchanges.iter().flat_map(|exchange| {
            ["access_token", "refresh_token"].map(|name| exchange.answer[name].as_str())
        });
        answers.flatten().map(str::to_owned).collect()
    }

    /// From now on, puts another text in the place of one, in every answer.
    pub fn replace_text(&self, text: &str, by: &str) {
        let inside = |text: &str| {
            let json = serde_json::to_string(text).expect("JSON");
            json.trim_matches('"').to_owned()
        };
        let both = (inside(text), inside(by));
        *self.tap.other_text.lock().expect("no panic") = Some(both);
    }

    /// From now on, answers every call of the API with 401, whatever its token.
    pub fn refuse_every_token(&self) {
        self.tap.refusing.store(true, Ordering::Relaxed);
    }

    /// Passes calls of the API on again.
    pub fn take_tokens_again(&self) {
        self.tap.refusing.store(false, Ordering::Relaxed);
    }
}

/// To its end, though whoever called may die meanwhile.
async fn pass_on(request: HttpRequest, body: Bytes, tap: Data<Tap>) -> HttpResponse {
    let passed = actix_web::rt::spawn(pass(request, body, tap));
    passed.await.expect("it ran")
}

async fn pass(request: HttpRequest, body: Bytes, tap: Data<Tap>) -> HttpResponse {
    let asked = Instant::now();
    let path = request.path().to_owned();
    tap.paths.lock().expect("no panic").push(path);
    for name in ["traceparent", "tracestate"] {
        if let Some(value) = request.headers().get(name) {
            let value = value.to_str().expect("text").to_owned();
            let mut traces = tap.traces.lock().expect("no panic");
            traces.push((name.to_owned(), value));
        }
    }
    let of_the_api = ["/crm/", "/account-info/"]
        .iter()
        .any(|start| request.path().starts_with(start));
    if tap.refusing.load(Ordering::Relaxed) && of_the_api {
        return HttpResponse::Unauthorized().json(serde_json::json!({ "status": "error" }));
    }
    let method = reqwest::Method::from_bytes(request.method().as_str().as_bytes());
    let target = tap.target.get().expect("the sandbox is known");
    let mut call = plain_client()
        .request(
            method.expect("a method"),
            format!("{target}{}", request.uri()),
        )
        .body(body.to_vec());
    for name in ["authorization", "content-type"] {
        if let Some(value) = request.headers().get(name) {
            call = call.header(name, value.as_bytes());
        }
    }
    let Ok(answer) = call.send().await else {
        return HttpResponse::BadGateway().finish();
    };
    let status = actix_web::http::StatusCode::from_u16(answer.status().as_u16());
    let Ok(bytes) = answer.text().await else {
        return HttpResponse::BadGateway().finish();
    };
    let bytes = tap.changed(&bytes);
    if request.path().ends_with("/token") {
        let form = url::form_urlencoded::parse(&body).into_owned();
        tap.exchanges.lock().expect("no panic").push(Exchange {
            asked,
            answered: Instant::now(),
            query: request.query_string().to_owned(),
            authorization: request.headers().contains_key("authorization"),
            form: form.collect(),
            answer: serde_json::from_str(&bytes).unwrap_or_default(),
        });
    }
    HttpResponse::build(status.expect("a status"))
        .content_type("application/json")
        .body(bytes)
}
