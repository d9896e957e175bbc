//! A stand-in without sockets: calls go straight into its routes.

use actix_web::{http::Method, web::Data};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use url::form_urlencoded::Serializer;

pub use crate::sandbox::bench::{Answer, fields};
use crate::sandbox::{
    App as Registered,
    airtable::{endpoints, people::PEOPLE, routes, state::State},
    bench::send,
    opaque,
    params::Params,
    store::Store,
};

pub const REDIRECT: &str = "http://localhost:8000/integrations/airtable/oauth2callback";
pub const SCOPES: &str = "schema.bases:read data.records:read user.email:read";
pub const VERIFIER: &str = "verifier-verifier_verifier.verifier-verifier";
pub const STATE: &str = "state-state_state.state-state";
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

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
            redirect_uris: vec![REDIRECT.to_owned(), "http://10.0.0.1/callback".to_owned()],
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

    /// Sets controls.
    pub async fn control(&self, form: &str) {
        let answer = self
            .call(Method::POST, "/_sandbox/controls", &[FORM], form)
            .await;
        assert_eq!(answer.status, 303, "{}", answer.text());
    }

    /// The state as JSON.
    pub async fn report(&self) -> Value {
        let answer = self.call(Method::GET, "/_sandbox/state", &[], "").await;
        answer.json()
    }

    /// Presses a button of the consent page and says where the browser is sent.
    pub async fn decide(&self, more: &str) -> Params {
        let body = format!("{}&{more}", query(&[]));
        let uri = "/oauth2/v1/authorize";
        let answer = self.call(Method::POST, uri, &[FORM], &body).await;
        back(&answer)
    }

    /// A code for all scopes, with more fields of the consent page.
    pub async fn code(&self, more: &str) -> String {
        let back = self.decide(&format!("decision=allow&{more}")).await;
        back.text("code").to_owned()
    }

    /// A call of the token endpoint with the usual credentials.
    pub async fn token_call(&self, pairs: &[(&str, &str)]) -> Answer {
        let basic = format!("Basic {}", STANDARD.encode("app:secret"));
        self.token_form(&[FORM, ("authorization", &basic)], pairs)
            .await
    }

    /// A call of the token endpoint with a form and nothing else.
    pub async fn bare_token_call(&self, pairs: &[(&str, &str)]) -> Answer {
        self.token_form(&[FORM], pairs).await
    }

    pub async fn token_form(&self, headers: &[(&str, &str)], pairs: &[(&str, &str)]) -> Answer {
        let mut form = Serializer::new(String::new());
        form.extend_pairs(pairs);
        let body = form.finish();
        self.call(Method::POST, "/oauth2/v1/token", headers, &body)
            .await
    }

    pub async fn exchange(&self, code: &str) -> Answer {
        self.token_call(&exchange_of(code)).await
    }

    pub async fn refresh(&self, token: &Value) -> Answer {
        let token = token.as_str().unwrap();
        let pairs = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.token_call(&pairs).await
    }

    /// A pair of tokens, with more fields of the consent page.
    pub async fn tokens(&self, more: &str) -> Value {
        let answer = self.exchange(&self.code(more).await).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// A fresh access token for all scopes and all bases.
    pub async fn token(&self) -> String {
        access(&self.tokens("").await)
    }

    /// An API call with a token.
    pub async fn api(&self, token: &str, method: Method, uri: &str, body: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
        ];
        self.call(method, uri, &headers, body).await
    }

    pub async fn get(&self, token: &str, uri: &str) -> Answer {
        self.api(token, Method::GET, uri, "").await
    }

    /// The answer of a GET that must succeed.
    pub async fn read(&self, token: &str, uri: &str) -> Value {
        let answer = self.get(token, uri).await;
        assert_eq!(answer.status, 200, "{uri}: {}", answer.text());
        answer.json()
    }

    /// The rows of all pages under `uri`, which has a query.
    pub async fn all(&self, token: &str, uri: &str, list: &str) -> Vec<Value> {
        let (mut rows, mut offset) = (Vec::new(), String::new());
        loop {
            let page = self.read(token, &format!("{uri}{offset}")).await;
            rows.extend_from_slice(page[list].as_array().unwrap());
            match page["offset"].as_str() {
                Some(next) => offset = format!("&offset={}", encoded(next)),
                None => return rows,
            }
        }
    }

    /// A stand-in without limits, with a token, and the ids of its first base and that one's tables.
    pub async fn opened() -> (Self, String, String, Vec<String>) {
        let bench = Self::new();
        bench.control("rate_limit=off").await;
        let token = bench.token().await;
        let bases = bench.read(&token, "/v0/meta/bases").await;
        let base = bases["bases"][0]["id"].as_str().unwrap().to_owned();
        let uri = format!("/v0/meta/bases/{base}/tables");
        let tables = bench.read(&token, &uri).await;
        let ids = tables["tables"].as_array().unwrap().iter();
        let ids = ids.map(|table| table["id"].as_str().unwrap().to_owned());
        let ids = ids.collect();
        (bench, token, base, ids)
    }
}

/// The pairs of a code exchange.
pub fn exchange_of(code: &str) -> [(&str, &str); 4] {
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ]
}

/// What an app asks the authorize address with; `changes` replace parameters, or drop them when empty.
pub fn query(changes: &[(&str, &str)]) -> String {
    let challenge = opaque::s256(VERIFIER);
    let usual = [
        ("client_id", "app"),
        ("redirect_uri", REDIRECT),
        ("response_type", "code"),
        ("scope", SCOPES),
        ("state", STATE),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    let changed = |name: &str| changes.iter().find(|(one, _)| *one == name);
    let pairs = usual.map(|(name, value)| (name, changed(name).map_or(value, |change| change.1)));
    let mut query = Serializer::new(String::new());
    query.extend_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty()));
    query.finish()
}

/// Where a browser is sent back to the app.
pub fn back(answer: &Answer) -> Params {
    assert_eq!(answer.status, 303, "{}", answer.text());
    let target = answer.header("location").unwrap();
    let (address, query) = target.split_once('?').unwrap();
    assert_eq!(address, REDIRECT);
    Params::parse(query.as_bytes())
}

pub fn access(tokens: &Value) -> String {
    tokens["access_token"].as_str().unwrap().to_owned()
}

/// A value as it stands in a query or a path.
pub fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// A recorded body.
pub fn fixture(name: &str) -> Value {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/airtable");
    let text = std::fs::read_to_string(format!("{folder}/{name}.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The id of a person.
pub fn person(place: usize) -> &'static str {
    PEOPLE[place].id
}
