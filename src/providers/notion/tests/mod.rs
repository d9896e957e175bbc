//! Notion's payloads as they were recorded or documented, and the rules of its fact sheet, by a real HTTP server
//! on loopback and by the product's own code.

mod accounts;
mod blocks;
mod contents;
mod errors;
mod pages;
mod parents;
mod properties;
mod sizes;
mod titles;
mod tokens;

use secrecy::SecretString;
use serde_json::{Value, json};

use super::{Notion, PROFILE, streams};
use crate::item::Item;
use crate::outbound::Call;
use crate::outbound::oauth::Client;
use crate::providers::testing;
use crate::providers::{Account, Fetch, FetchError, Fetched, Provider};
use crate::testing::http::{Reply, Server};
use crate::testing::outbound;

const SPENT: &str = "secret-code-or-refresh-token";

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

/// What a step brings from `server`.
async fn fetch(server: &Server, step: &Fetch) -> Result<Fetched, FetchError> {
    let account = Account::default();
    Notion.fetch(&call(server), &account, step).await
}

/// What a page of `stream` comes to when Notion answers like this.
async fn fetched(stream: &str, reply: Reply) -> Result<Fetched, FetchError> {
    let server = Server::in_turn([reply]).await;
    fetch(&server, &Fetch::first(stream)).await
}

/// What a search that finds these objects brings.
async fn found(objects: Value) -> Fetched {
    let body = json!({"object": "list", "results": objects}).to_string();
    let fetched = fetched("databases", Reply::new(200, body)).await;
    fetched.expect("a page")
}

/// An object as an item.
fn item(object: Value) -> Item {
    let text = object.to_string();
    let object = serde_json::from_value(object).expect("an object");
    streams::item(object).unwrap_or_else(|| panic!("no item: {text}"))
}
