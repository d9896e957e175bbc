//! The API under `/v0`: finds the call, its caller, and what they may see, and hands over.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Bytes, Data},
};
use jiff::Timestamp;
use serde_json::json;

use super::{
    answer, bases,
    data::Table,
    endpoint::Call,
    failure::Failure,
    guard::{self, Caller},
    inject, records, scopes,
    state::State,
    tables,
};
use crate::sandbox::params::Params;

/// Answers any call of the API. Paths are taken apart here and not by routes, because names of tables may hold
/// an encoded `/`, which routes would take for the end of a part.
pub async fn handle(
    request: HttpRequest,
    body: Bytes,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let call = Call::of(request.method(), request.path()).ok_or_else(Failure::not_found)?;
    let now = inject::arrived(&request);
    let caller = guard::caller(&request, &state, call.base(), now)?;
    match &call {
        Call::Token => Err(Failure::not_found()),
        Call::Whoami => whoami(&request, &caller),
        Call::Bases => bases::list(&request, &caller, &state),
        Call::Tables { base } => tables::show(&request, &caller, base),
        Call::Write { .. } => Err(Failure::not_permitted()),
        Call::List { .. } | Call::Record { .. } => {
            records_of(&call, (&request, &body), &caller, &state, now)
        }
    }
}

fn records_of(
    call: &Call,
    (request, body): (&HttpRequest, &[u8]),
    caller: &Caller,
    state: &Data<State>,
    now: Timestamp,
) -> Result<HttpResponse, Failure> {
    match call {
        Call::List {
            base,
            table,
            by_post,
        } => {
            let table = readable(caller, base, table)?;
            let asked = if *by_post {
                records::from_body(request, body)?
            } else {
                records::from_query(request)?
            };
            records::list(request, caller, state, (table, asked), now)
        }
        Call::Record {
            base,
            table,
            record,
        } => {
            let table = readable(caller, base, table)?;
            records::show(request, caller, (table, record), now)
        }
        _ => Err(Failure::not_found()),
    }
}

/// The table whose records the caller may read.
fn readable(caller: &Caller, base: &str, table: &str) -> Result<Table, Failure> {
    caller.require(scopes::RECORDS)?;
    let base = caller.world.readable(base).ok_or_else(Failure::no_model)?;
    let table = caller.world.table(base, table);
    table.ok_or_else(Failure::no_model)
}

/// `GET /v0/meta/whoami`, which needs no scope.
fn whoami(request: &HttpRequest, caller: &Caller) -> Result<HttpResponse, Failure> {
    parameters(request, &[])?;
    let mut body = json!({ "id": caller.person.id, "scopes": caller.scopes });
    if caller.require(scopes::EMAIL).is_ok() {
        body["email"] = caller.person.email.into();
    }
    Ok(answer::json(StatusCode::OK, &body))
}

/// The query of a call, which may hold nothing but the names in `known`.
pub fn parameters(request: &HttpRequest, known: &[&str]) -> Result<Params, Failure> {
    let params = Params::parse(request.query_string().as_bytes());
    let is_known = params.iter().all(|(name, _)| known.contains(&name));
    is_known
        .then_some(params)
        .ok_or_else(Failure::bad_parameter)
}
