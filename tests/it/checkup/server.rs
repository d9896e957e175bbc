//! A server that says what a test has it say, and what time it is.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::DATE;
use actix_web::web::Data;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use jiff::SignedDuration;
use patchbay::clock::Clock;

/// It ends with the test.
pub struct Answering {
    origin: String,
    _silent: Option<TcpListener>,
}

/// What is answered to a path: a status and a body.
type Answer = dyn Fn(&str) -> (u16, String) + Send + Sync;

/// What is answered, and when.
struct Told {
    answer: Box<Answer>,
    /// How many seconds its clock is ahead of ours.
    ahead: i64,
}

impl Answering {
    /// Answers so, by a clock that is so many seconds ahead of ours.
    pub fn with(
        answer: impl Fn(&str) -> (u16, String) + Send + Sync + 'static,
        ahead: i64,
    ) -> Self {
        let (listener, origin) = listen();
        serve(listener, answer, ahead);
        Self {
            origin,
            _silent: None,
        }
    }

    /// Takes connections, as the kernel does by itself, and answers nothing.
    pub fn nothing() -> Self {
        let (listener, origin) = listen();
        Self {
            origin,
            _silent: Some(listener),
        }
    }

    /// An issuer that names itself with something added to its address, and refuses a code with this word.
    pub fn issuer(added: &'static str, refusal: &'static str) -> Self {
        let (listener, origin) = listen();
        let place = origin.clone();
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
        serve(listener, answer, 0);
        Self {
            origin,
            _silent: None,
        }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = listener.local_addr().expect("an address");
    (listener, format!("http://{address}"))
}

fn serve(
    listener: TcpListener,
    answer: impl Fn(&str) -> (u16, String) + Send + Sync + 'static,
    ahead: i64,
) {
    let answer = Box::new(answer);
    let told = Data::from(Arc::new(Told { answer, ahead }));
    let app = move || {
        let app = App::new().app_data(told.clone());
        app.default_service(web::to(tell))
    };
    let server = HttpServer::new(app).workers(1).disable_signals();
    tokio::spawn(server.listen(listener).expect("a server").run());
}

async fn tell(request: HttpRequest, told: Data<Told>) -> HttpResponse {
    let (status, body) = (told.answer)(request.path());
    let status = StatusCode::from_u16(status).expect("a status");
    let now = Clock::system().now() + SignedDuration::from_secs(told.ahead);
    let date = now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let mut answer = HttpResponse::build(status);
    answer.insert_header((DATE, date));
    answer.content_type("application/json").body(body)
}
