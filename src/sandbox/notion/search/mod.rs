//! `POST /v1/search` and `POST /v1/data_sources/{id}/query`: walks over objects, page by page.

mod ask;
mod body;
mod cursors;
mod turn;
mod walk;

pub use cursors::Cursors;

use actix_web::HttpRequest;
use jiff::Timestamp;
use serde_json::Value;

use super::{data::Id, failure::Failure, guard::Caller, state::State};
use crate::sandbox::traffic::twist;
use ask::Ask;
use body::Body;
use turn::Turn;

/// Answers a search.
///
/// # Errors
///
/// 400 for a body that does not pass, or a cursor that is not live.
pub fn search(
    caller: &Caller,
    request: &HttpRequest,
    bytes: &[u8],
    state: &State,
    now: Timestamp,
) -> Result<Value, Failure> {
    let body = Body::read(request, bytes)?;
    let ask = Ask::search(&body, caller.version)?;
    Ok(Turn::of(caller, ask, state, now)?.answer(state, twist(request), now))
}

/// Answers a query of a data source.
///
/// # Errors
///
/// As for a search, and 404 when there is no such data source.
pub fn query(
    caller: &Caller,
    id: Id,
    request: &HttpRequest,
    bytes: &[u8],
    state: &State,
    now: Timestamp,
) -> Result<Value, Failure> {
    let body = Body::read(request, bytes)?;
    let mut ask = Ask::query(&body, id, caller.version)?;
    let source = caller.space.source_of(id);
    let missing = || Failure::not_found("data_source", &id.to_string(), caller.workspace());
    ask.wanted.of_source = Some(source.ok_or_else(missing)?.ordinal);
    Ok(Turn::of(caller, ask, state, now)?.answer(state, twist(request), now))
}
