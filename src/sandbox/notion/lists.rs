//! Lists: the envelope of every one, and the paging of short ones by query string.

use serde_json::{Value, json};

use super::{data::read_id, failure::Failure};
use crate::sandbox::params::Params;

/// The default and the most of every list.
pub const MAX_SIZE: u64 = 100;

/// The envelope.
pub fn list(results: Vec<Value>, next: Option<&str>, kind: &str) -> Value {
    let mut body = json!({
        "object": "list",
        "results": results,
        "next_cursor": next,
        "has_more": next.is_some(),
        "type": kind,
    });
    body[kind] = json!({});
    body
}

/// A page of all there is, asked for by query string. The cursor is the id of the next object, as cursors of old.
///
/// # Errors
///
/// 400 for a page size or a cursor that makes no sense.
pub fn page(all: Vec<Value>, kind: &str, query: &str) -> Result<Value, Failure> {
    let params = Params::parse(query.as_bytes());
    let size = size(params.get("page_size"))?;
    let start = match params.get("start_cursor") {
        Some(cursor) => position(&all, cursor)?,
        None => 0,
    };
    let next = all.get(start + size).and_then(id).map(str::to_owned);
    let results = all.into_iter().skip(start).take(size).collect();
    Ok(list(results, next.as_deref(), kind))
}

fn id(object: &Value) -> Option<&str> {
    object.get("id").and_then(Value::as_str)
}

fn position(all: &[Value], cursor: &str) -> Result<usize, Failure> {
    if read_id(cursor).is_none() {
        let was = Value::from(cursor);
        return Err(Failure::not_as(
            "query",
            "start_cursor",
            "a valid uuid or `undefined`",
            Some(&was),
        ));
    }
    let found = all.iter().position(|object| id(object) == Some(cursor));
    found.ok_or_else(|| Failure::cursor(cursor))
}

fn size(asked: Option<&str>) -> Result<usize, Failure> {
    let wrong =
        |wanted: &str, was: Value| Err(Failure::not_as("query", "page_size", wanted, Some(&was)));
    match asked.map(str::parse::<u64>) {
        None | Some(Ok(0)) => Ok(100),
        Some(Ok(number)) if number > MAX_SIZE => wrong("≤ `100` or `undefined`", number.into()),
        Some(Ok(number)) => Ok(usize::try_from(number).unwrap_or(100)),
        Some(Err(_)) => wrong("a number or `undefined`", asked.unwrap_or_default().into()),
    }
}
