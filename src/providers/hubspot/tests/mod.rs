//! HubSpot's payloads as they were recorded or documented, sent by a real HTTP server on loopback and
//! read the way the product reads them.

mod accounts;
mod errors;
mod index;
mod pages;
mod properties;
mod tokens;

use std::collections::BTreeMap;
use std::path::PathBuf;

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::Value;

use super::oauth::UI_HOST;
use super::{HubSpot, PROFILE};
use crate::outbound::oauth::{Client, ClientAuth};
use crate::outbound::{Bearer, BearerError, Call, Target};
use crate::providers::{Account, Fetch, FetchError, Fetched, Provider};
use crate::testing::http::{Reply, Server};
use crate::testing::outbound;

const CLIENT_SECRET: &str = "secret-of-the-client";
const SPENT: &str = "secret-code-or-refresh-token";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/hubspot")
}

fn fixture(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).expect("a payload")
}

/// The list of payloads that comes with them.
fn index() -> Vec<BTreeMap<String, Value>> {
    serde_json::from_str(&fixture("index.json")).expect("the index")
}

/// A payload, with the status that the index says it came with.
fn reply(name: &str) -> Reply {
    let index = index();
    let entry = index.iter().find(|entry| entry["file"] == name);
    let status = entry.expect("in the index")["http_status"].as_u64();
    let status = status.and_then(|status| u16::try_from(status).ok());
    Reply::new(status.expect("a status"), fixture(name))
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
}

/// A call that HubSpot's own profile describes, to `server`.
fn call(server: &Server) -> Call {
    let target = Target {
        base: server.url.clone(),
        unit: "unit".to_owned(),
        rate: Some(PROFILE.rate),
        passing: PROFILE.passing,
        wait_hint: PROFILE.wait_hint,
    };
    Call::new(outbound(), target, std::sync::Arc::new(Token))
}

fn client(server: &Server) -> Client {
    let url = |path: &str| server.url.join(path).expect("a URL");
    Client {
        id: "client".to_owned(),
        secret: SecretString::from(CLIENT_SECRET),
        auth_url: PROFILE.oauth.auth_url.parse().expect("a URL"),
        token_url: url("/oauth/2026-09/token"),
        revoke_url: Some(url("/oauth/2026-09/token/revoke")),
        redirect_uri: "http://localhost:8000/callback".parse().expect("a URL"),
        auth: ClientAuth::Body,
    }
}

fn account() -> Account {
    Account {
        id: "147000286".to_owned(),
        name: "example.com".to_owned(),
        facts: Vec::new(),
        extra: BTreeMap::from([(UI_HOST.to_owned(), "app-eu1.hubspot.com".to_owned())]),
    }
}

fn step(stream: &str, cursor: Option<&str>) -> Fetch {
    Fetch {
        stream: stream.to_owned(),
        cursor: cursor.map(str::to_owned),
    }
}

/// What a page of `stream` comes to when HubSpot answers like this.
async fn fetched(stream: &str, reply: Reply) -> Result<Fetched, FetchError> {
    let server = Server::in_turn([reply]).await;
    HubSpot
        .fetch(&call(&server), &account(), &step(stream, None))
        .await
}
