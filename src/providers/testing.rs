//! What the tests of all providers share: their payloads, and calls and clients that lead to a server on
//! loopback which sends them.

use std::path::PathBuf;

use async_trait::async_trait;
use proptest::prelude::*;
use secrecy::SecretString;
use serde_json::{Map, Value};

use super::tests::index;
use super::{Api, Pace, Profile};
use crate::outbound::oauth::{Client, Grant};
use crate::outbound::{Bearer, BearerError, Call, Outbound};
use crate::testing::http::{Reply, Server};
use crate::testing::outbound;

/// Must stand in no message.
pub const CLIENT_SECRET: &str = "secret-of-the-client";

/// The folder of a provider's payloads.
pub fn folder(provider: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(provider)
}

/// A payload.
pub fn fixture(provider: &str, name: &str) -> String {
    std::fs::read_to_string(folder(provider).join(name)).expect("a payload")
}

/// A payload, with the status that the index says it came with.
pub fn reply(provider: &str, name: &str) -> Reply {
    let rows = index::rows(&folder(provider));
    let row = rows.iter().find(|row| row.file == name);
    let status = row.expect("in the index").status;
    Reply::new(status.expect("a status"), fixture(provider, name))
}

/// A grant of which only these fields are the provider's own.
pub fn grant(extra: Map<String, Value>) -> Grant {
    Grant {
        access: SecretString::from("secret-access-token"),
        refresh: None,
        expires_in: None,
        scopes: None,
        extra,
    }
}

/// Any JSON, with these words for its keys, so that it often comes near what a provider sends.
pub fn any_json(words: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(words).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        let word = prop::sample::select(words).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(word, inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A token that no other comes after.
struct Token;

#[async_trait]
impl Bearer for Token {
    async fn token(&self) -> Result<SecretString, BearerError> {
        Ok(SecretString::from("secret-access-token"))
    }

    async fn replace(&self, _: &SecretString) -> Result<SecretString, BearerError> {
        self.token().await
    }

    async fn refused(&self, _: &SecretString) -> Result<bool, BearerError> {
        Ok(false)
    }
}

/// A call that a provider's own profile describes, to `server`, which is not to be spared.
pub fn call(profile: &Profile, server: &Server) -> Call {
    call_at(Pace::Unlimited, outbound(), profile, server)
}

/// The same at another pace, over a client that others use too.
pub fn call_at(pace: Pace, outbound: Outbound, profile: &Profile, server: &Server) -> Call {
    let base = server.url.clone();
    let target = Api { base, pace }.target(profile, "unit");
    Call::new(outbound, target, std::sync::Arc::new(Token))
}

/// A client as a provider's own profile describes it, whose token endpoint is at `server`.
pub fn client(profile: &Profile, server: &Server) -> Client {
    let oauth = &profile.oauth;
    let here = |url: &str| {
        let url = url::Url::parse(url).expect("a URL");
        server.url.join(url.path()).expect("a URL")
    };
    Client {
        service: profile.id,
        id: "client".to_owned(),
        secret: Some(SecretString::from(CLIENT_SECRET)),
        auth_url: oauth.auth_url.parse().expect("a URL"),
        token_url: here(oauth.token_url),
        revoke_url: oauth.revoke_url.map(here),
        redirect_uri: "http://localhost:8000/callback".parse().expect("a URL"),
        auth: oauth.client_auth,
        body: oauth.body,
        headers: oauth.headers,
    }
}
