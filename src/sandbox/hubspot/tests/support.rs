//! A stand-in without sockets: calls go straight into its routes.

use actix_web::{http::Method, web::Data};
use serde_json::Value;

pub use crate::sandbox::bench::{Answer, fields};
use crate::sandbox::{
    App as Registered,
    bench::send,
    hubspot::{endpoints, first_host, second_host, state::State},
    params::Params,
    store::Store,
};

pub const REDIRECT: &str = "http://localhost:8000/integrations/hubspot/oauth2callback";
pub const SCOPES: &str = "oauth crm.objects.contacts.read crm.objects.contacts.write \
                          crm.objects.companies.read crm.objects.deals.read";
pub const CREDENTIALS: &str = "client_id=app&client_secret=secret";

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
            redirect_uris: vec![
                REDIRECT.to_owned(),
                "http://127.0.0.1:8000/callback".to_owned(),
            ],
        };
        let endpoints = endpoints("http://localhost:1", "http://localhost:2");
        Self {
            state: Data::new(State::new(app, endpoints, store)),
        }
    }

    /// A call of the first host.
    pub async fn call(
        &self,
        method: Method,
        uri: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let state = self.state.clone();
        send(
            |config| first_host(config, state),
            method,
            uri,
            headers,
            body,
        )
        .await
    }

    /// A call of the regional host.
    pub async fn regional(
        &self,
        method: Method,
        uri: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let state = self.state.clone();
        send(
            |config| second_host(config, state),
            method,
            uri,
            headers,
            body,
        )
        .await
    }

    /// A form post to the first host.
    pub async fn form(&self, uri: &str, body: &str) -> Answer {
        let form = ("content-type", "application/x-www-form-urlencoded");
        self.call(Method::POST, uri, &[form], body).await
    }

    /// Sets controls.
    pub async fn control(&self, form: &str) {
        let answer = self.form("/_sandbox/controls", form).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
    }

    /// Presses a button of the consent page and says where the browser is sent.
    pub async fn decide(&self, more: &str) -> Params {
        let form = ("content-type", "application/x-www-form-urlencoded");
        let body = format!("{}&{more}", query(SCOPES));
        let answer = self
            .regional(Method::POST, "/oauth/147000286/authorize", &[form], &body)
            .await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let target = answer.header("location").unwrap();
        let (address, query) = target.split_once('?').unwrap();
        assert_eq!(address, REDIRECT);
        Params::parse(query.as_bytes())
    }

    /// A code for all scopes.
    pub async fn code(&self) -> String {
        self.decide("state=s&decision=allow")
            .await
            .text("code")
            .to_owned()
    }

    /// Exchanges a code.
    pub async fn exchange(&self, code: &str) -> Answer {
        let body = format!(
            "grant_type=authorization_code&{CREDENTIALS}&redirect_uri={REDIRECT}&code={code}"
        );
        self.form("/oauth/2026-09/token", &body).await
    }

    /// Exchanges a refresh token.
    pub async fn refresh(&self, token: &Value) -> Answer {
        let token = token.as_str().unwrap();
        let body = format!("grant_type=refresh_token&{CREDENTIALS}&refresh_token={token}");
        self.form("/oauth/2026-09/token", &body).await
    }

    /// A fresh access token for all scopes.
    pub async fn token(&self) -> String {
        let answer = self.exchange(&self.code().await).await;
        answer.json()["access_token"].as_str().unwrap().to_owned()
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
}

/// What an app asks the authorize address with.
pub fn query(scopes: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("client_id", "app")
        .append_pair("redirect_uri", REDIRECT)
        .append_pair("scope", scopes);
    query.finish()
}
