//! The API's front door: the checks in Notion's order, then the endpoint.
//!
//! URL and method come first, then credential, version, body and lookup, as measured by brekkylab/backlot.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::StatusCode,
    web::{Bytes, Data},
};
use serde_json::{Value, json};

use super::{
    account, answer, blocks,
    data::{Database, Id, read_id},
    endpoint::{Endpoint, Oauth},
    failure::Failure,
    guard::{self, Caller},
    inject, introspect, oauth_body, search,
    state::State,
    token,
    version::{self, Version},
    write,
};
use crate::sandbox::clock;

/// Answers every request that is not a page of the stand-in.
pub async fn call(request: HttpRequest, body: Bytes, state: Data<State>) -> HttpResponse {
    let answered = match inject::endpoint(&request) {
        None => Err(Failure::invalid_url()),
        Some(Endpoint::Oauth(endpoint)) => oauth(endpoint, &request, &body, &state),
        Some(endpoint) => api(&endpoint, &request, &body, &state).map(ok),
    };
    answered.unwrap_or_else(|failure| failure.error_response())
}

/// The token endpoints: credentials, version, body. The header of the version may be absent there, as in the examples
/// of Notion's guide.
fn oauth(
    endpoint: Oauth,
    request: &HttpRequest,
    body: &[u8],
    state: &State,
) -> Result<HttpResponse, Failure> {
    let answered = oauth_body::authenticate(request, state).map(|()| version::asked(request));
    if let Ok(Some(asked)) = answered {
        Version::read(Some(asked))?;
    }
    let answered = answered
        .and_then(|_| oauth_body::read(request, body))
        .and_then(|fields| match endpoint {
            Oauth::Token => token::token(&fields, state, clock::now()),
            Oauth::Introspect => introspect::introspect(&fields, state),
            Oauth::Revoke => introspect::revoke(&fields, state),
        });
    let shape = state.with(|inner| inner.saved.controls.oauth_errors);
    Ok(answered.map_or_else(|refused| refused.answer(shape), ok))
}

fn ok(body: Value) -> HttpResponse {
    answer::json(StatusCode::OK, body)
}

fn api(
    endpoint: &Endpoint,
    request: &HttpRequest,
    body: &[u8],
    state: &State,
) -> Result<Value, Failure> {
    let now = clock::now();
    let caller = &guard::caller(request, state, now)?;
    match endpoint {
        Endpoint::Search => search::search(caller, request, body, state, now),
        Endpoint::Query(id) => {
            let id = read_path("data_source_id", id)?;
            search::query(caller, id, request, body, state, now)
        }
        Endpoint::Me => Ok(account::me(caller)),
        Endpoint::Users => account::users(caller, request),
        Endpoint::Database(id) => database(caller, read_path("database_id", id)?),
        Endpoint::Source(id) => source(caller, read_path("data_source_id", id)?),
        Endpoint::Page(id) => page(caller, read_path("page_id", id)?),
        Endpoint::Children(id) => {
            blocks::children(caller, read_path("block_id", id)?, request.query_string())
        }
        Endpoint::Oauth(_) => Err(Failure::invalid_url()),
    }
}

fn read_path(member: &str, id: &str) -> Result<Id, Failure> {
    let was = json!(id);
    read_id(id).ok_or_else(|| Failure::not_as("path", member, "a valid uuid", Some(&was)))
}

fn page(caller: &Caller, id: Id) -> Result<Value, Failure> {
    let page = caller
        .space
        .page_of(id)
        .ok_or_else(|| missing("page", id, caller))?;
    Ok(write::page(page, caller.version))
}

/// A database's id is not accepted here.
fn source(caller: &Caller, id: Id) -> Result<Value, Failure> {
    let source = caller.space.source_of(id);
    let source = source.ok_or_else(|| missing("data_source", id, caller))?;
    Ok(write::source(source, caller.version))
}

/// Before 2025-09-03 a database is its only data source.
fn database(caller: &Caller, id: Id) -> Result<Value, Failure> {
    let database = caller.space.database_of(id);
    let database = database.ok_or_else(|| missing("database", id, caller))?;
    if caller.version.has_sources() {
        return Ok(write::database(database, caller.version));
    }
    if database.has_several() {
        return Err(several(database));
    }
    let source = database.sources().next();
    let source = source.ok_or_else(|| missing("database", id, caller))?;
    Ok(write::table(source, caller.version))
}

fn several(database: Database) -> Failure {
    let ids: Vec<String> = database
        .sources()
        .map(|source| source.id().to_string())
        .collect();
    Failure::several_sources(database.id(), &ids)
}

fn missing(what: &str, id: Id, caller: &Caller) -> Failure {
    Failure::not_found(what, &id.to_string(), caller.workspace())
}
