//! A stand-in without sockets: calls go straight into its routes.

use std::path::Path;

use actix_web::{http::Method, web::Data};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

pub use crate::sandbox::bench::{Answer, fields};
use crate::sandbox::{
    App as Registered,
    bench::send,
    notion::{endpoints, routes, state::State},
    params::Params,
    store::Store,
};

pub const REDIRECT: &str = "http://localhost:8000/integrations/notion/oauth2callback";
pub const NEWEST: &str = "2026-03-11";
pub const SOURCES: &str = "2025-09-03";
pub const TABLES: &str = "2022-06-28";

/// A stand-in under test.
pub struct Bench {
    pub state: Data<State>,
}

impl Bench {
    pub fn new() -> Self {
        Self::with_store(Store::open(None).unwrap())
    }

    pub fn with_store(store: Store) -> Self {
        let app = Registered {
            client_id: "app".to_owned(),
            client_secret: "secret".to_owned(),
            redirect_uris: vec![REDIRECT.to_owned()],
        };
        Self {
            state: Data::new(State::new(app, endpoints("http://localhost:1"), store)),
        }
    }

    pub async fn call(
        &self,
        method: Method,
        uri: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let state = self.state.clone();
        send(|config| routes(config, state), method, uri, headers, body).await
    }

    pub async fn form(&self, uri: &str, body: &str) -> Answer {
        let form = ("content-type", "application/x-www-form-urlencoded");
        self.call(Method::POST, uri, &[form], body).await
    }

    /// Sets controls.
    pub async fn control(&self, form: &str) {
        let answer = self.form("/_sandbox/controls", form).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
    }

    pub async fn report(&self) -> Value {
        self.call(Method::GET, "/_sandbox/state", &[], "")
            .await
            .json()
    }

    /// Presses a button of the consent page and says where the browser is sent.
    pub async fn decide(&self, more: &str) -> Params {
        let body = format!("{}&{more}", query());
        let answer = self.form("/v1/oauth/authorize", &body).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let target = answer.header("location").unwrap();
        let (address, query) = target.split_once('?').unwrap();
        assert_eq!(address, REDIRECT);
        Params::parse(query.as_bytes())
    }

    pub async fn code(&self) -> String {
        self.code_of("account=acme").await
    }

    /// A code for a consent with these fields.
    pub async fn code_of(&self, more: &str) -> String {
        let back = self.decide(&format!("state=s&decision=allow&{more}")).await;
        back.text("code").to_owned()
    }

    /// A call of a token endpoint with the right Basic header.
    pub async fn oauth(&self, what: &str, body: Value) -> Answer {
        let basic = basic("app", "secret");
        let headers = [
            ("authorization", basic.as_str()),
            ("content-type", "application/json"),
        ];
        self.call(
            Method::POST,
            &format!("/v1/oauth/{what}"),
            &headers,
            &body.to_string(),
        )
        .await
    }

    pub async fn exchange(&self, code: &str) -> Answer {
        let body =
            json!({ "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT });
        self.oauth("token", body).await
    }

    pub async fn refresh(&self, token: &Value) -> Answer {
        self.oauth(
            "token",
            json!({ "grant_type": "refresh_token", "refresh_token": token }),
        )
        .await
    }

    /// A fresh access token for all of the first workspace.
    pub async fn token(&self) -> String {
        self.token_of("account=acme").await
    }

    pub async fn token_of(&self, more: &str) -> String {
        let answer = self.exchange(&self.code_of(more).await).await;
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// An API call in a version.
    pub async fn api(
        &self,
        token: &str,
        version: &str,
        method: Method,
        uri: &str,
        body: &str,
    ) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("notion-version", version),
            ("content-type", "application/json"),
        ];
        self.call(method, uri, &headers, body).await
    }

    pub async fn get(&self, token: &str, uri: &str) -> Answer {
        self.api(token, NEWEST, Method::GET, uri, "").await
    }

    pub async fn search(&self, token: &str, body: &Value) -> Answer {
        self.api(token, NEWEST, Method::POST, "/v1/search", &body.to_string())
            .await
    }

    /// Every object of a walk, page by page.
    pub async fn walk(
        &self,
        token: &str,
        version: &str,
        uri: &str,
        body: Value,
    ) -> Vec<Vec<Value>> {
        let (mut pages, mut body) = (Vec::new(), body);
        loop {
            let answer = self
                .api(token, version, Method::POST, uri, &body.to_string())
                .await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            let page = answer.json();
            pages.push(page["results"].as_array().unwrap().clone());
            assert_eq!(page["has_more"], !page["next_cursor"].is_null());
            if page["next_cursor"].is_null() {
                return pages;
            }
            body["start_cursor"] = page["next_cursor"].clone();
            assert!(pages.len() < 5_000, "the walk does not end");
        }
    }

    /// The ids of a walk over pages, in order.
    pub async fn walk_pages(&self, token: &str) -> Vec<String> {
        let pages = self.walk(token, NEWEST, "/v1/search", filter("page")).await;
        pages.concat().iter().map(id).collect()
    }
}

/// What an app asks the authorize address with.
pub fn query() -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("client_id", "app")
        .append_pair("redirect_uri", REDIRECT)
        .append_pair("response_type", "code")
        .append_pair("owner", "user");
    query.finish()
}

pub fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

/// The body of a search for one kind.
pub fn filter(value: &str) -> Value {
    json!({ "filter": { "property": "object", "value": value }, "page_size": 100 })
}

pub fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}

/// A recorded or documented body.
pub fn fixture(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/notion");
    let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The answer is an error that equals a recorded one but for its request id, which its header repeats.
pub fn is_error(answer: &Answer, name: &str) {
    let (mut expected, mut body) = (fixture(name), answer.json());
    assert_eq!(
        Value::from(answer.status.as_u16()),
        expected["status"],
        "{name}: {}",
        answer.text()
    );
    assert_eq!(
        body["request_id"].as_str(),
        answer.header("x-notion-request-id"),
        "{name}"
    );
    assert!(answer.header("cf-ray").is_some());
    body["request_id"] = Value::Null;
    expected["request_id"] = Value::Null;
    assert_eq!(body, expected, "{name}");
}
