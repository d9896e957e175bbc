//! Airtable's payloads as they were recorded or documented, and the rules of its fact sheet, by a real HTTP
//! server on loopback and by the product's own code.

mod accounts;
mod cells;
mod errors;
mod pages;
mod properties;
mod records;
mod tables;
mod tokens;

use secrecy::SecretString;
use serde_json::{Value, json};

use super::{Airtable, PROFILE};
use crate::item::Item;
use crate::outbound::Call;
use crate::outbound::oauth::Client;
use crate::providers::testing;
use crate::providers::{Account, Fetch, FetchError, Fetched, Provider};
use crate::testing::http::{Reply, Server};
use crate::testing::outbound;

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
    Airtable.fetch(&call(server), &account, step).await
}

/// What a step comes to when Airtable answers like this.
async fn answered(step: &Fetch, reply: Reply) -> Result<Fetched, FetchError> {
    let server = Server::in_turn([reply]).await;
    fetch(&server, step).await
}

/// What a step brings when Airtable answers with this.
async fn brought(step: &Fetch, body: Value) -> Fetched {
    let fetched = answered(step, Reply::new(200, body.to_string())).await;
    fetched.expect("a page")
}

/// The step that follows from `base` in a list of bases: its tables.
async fn tables_of(base: Value) -> Fetch {
    let body = json!({"bases": [base]});
    let fetched = brought(&Fetch::first("bases"), body).await;
    fetched.next.into_iter().next().expect("a step")
}

/// The tables of the base 'CRM'.
async fn crm() -> Fetch {
    tables_of(json!({"id": "app1", "name": "CRM", "permissionLevel": "read"})).await
}

/// The step that follows from `table` in the base 'CRM': its records.
async fn records_of(table: Value) -> Fetch {
    let fetched = brought(&crm().await, json!({"tables": [table]})).await;
    fetched.next.into_iter().next().expect("a step")
}

/// The records of the table 'Leads' in it.
async fn leads() -> Fetch {
    records_of(json!({"id": "tbl1", "name": "Leads", "primaryFieldId": "fld1"})).await
}
