//! HubSpot's payloads as they were recorded or documented, sent by a real HTTP server on loopback and
//! read the way the product reads them.

mod accounts;
mod contacts;
mod errors;
mod pages;
mod properties;
mod tokens;

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde_json::Value;

use super::oauth::UI_HOST;
use super::{HubSpot, PROFILE};
use crate::outbound::oauth::Client;
use crate::outbound::{Call, CallError};
use crate::providers::testing::{self, CLIENT_SECRET};
use crate::providers::{Account, Fetch, FetchError, Fetched, Provider, Tokens};
use crate::testing::http::{Reply, Server};
use crate::testing::outbound;

const SPENT: &str = "secret-code-or-refresh-token";

fn fixture(name: &str) -> String {
    testing::fixture(PROFILE.id, name)
}

/// A payload, with the status that the index says it came with.
fn reply(name: &str) -> Reply {
    testing::reply(PROFILE.id, name)
}

fn call(server: &Server) -> Call {
    testing::call(&PROFILE, server)
}

fn client(server: &Server) -> Client {
    testing::client(&PROFILE, server)
}

fn account() -> Account {
    Account {
        id: "147000286".to_owned(),
        name: "example.com".to_owned(),
        facts: Vec::new(),
        extra: BTreeMap::from([(UI_HOST.to_owned(), "app-eu1.hubspot.com".to_owned())]),
        counted_as: None,
    }
}

fn step(stream: &str, cursor: Option<&str>) -> Fetch {
    Fetch {
        cursor: cursor.map(str::to_owned),
        ..Fetch::first(stream)
    }
}

/// What a page of `stream` comes to when HubSpot answers like this.
async fn fetched(stream: &str, reply: Reply) -> Result<Fetched, FetchError> {
    let server = Server::in_turn([reply]).await;
    HubSpot
        .fetch(&call(&server), &account(), &step(stream, None))
        .await
}
