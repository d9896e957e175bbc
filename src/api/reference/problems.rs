//! What an operation answers when it fails, and the headers of its answers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::operations::Operation;
use crate::api::v1::problem::{Action, Type};

/// The answers of an operation's problems, by status.
pub fn responses(operation: &Operation) -> Map<String, Value> {
    let mut by_status: BTreeMap<u16, BTreeSet<Type>> = BTreeMap::new();
    for what in operation.all() {
        by_status
            .entry(what.about().status)
            .or_default()
            .insert(what);
    }
    let answer = |(status, types): (u16, BTreeSet<Type>)| (status.to_string(), response(&types));
    by_status.into_iter().map(answer).collect()
}

fn response(types: &BTreeSet<Type>) -> Value {
    let lines = types.iter().map(|what| {
        let about = what.about();
        format!("- `{}`: {}.", about.name, about.title)
    });
    let examples: Map<String, Value> = types
        .iter()
        .map(|what| {
            (
                what.about().name.to_owned(),
                json!({ "value": example(*what) }),
            )
        })
        .collect();
    let mut response = json!({
        "headers": with_limits(None),
        "description": lines.collect::<Vec<_>>().join("\n"),
        "content": { "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/Problem" },
            "examples": examples,
        }},
    });
    if types
        .iter()
        .any(|what| what.about().action == Action::Retry)
    {
        response["headers"]["Retry-After"] = json!({
            "description": "Seconds after which to try again",
            "schema": { "type": "integer", "minimum": 1 },
        });
    }
    response
}

/// All types, for the reference page.
pub fn all() -> Value {
    let all = Type::ALL.iter().map(|what| {
        let about = what.about();
        json!({
            "name": about.name,
            "status": about.status,
            "title": about.title,
            "meaning": about.meaning,
            "action": about.action,
        })
    });
    all.collect()
}

/// A problem as it is answered.
pub fn example(what: Type) -> Value {
    let about = what.about();
    json!({
        "type": what.address(),
        "title": about.title,
        "status": about.status,
        "detail": about.meaning.replace('`', "'"),
        "action": about.action,
        "request_id": "0b5cfd2e-7a0c-4c3f-9d0a-2f1f3c1f8a55",
    })
}

/// The headers of an answer, with those that tell what is left of a limit.
pub fn with_limits(headers: Option<&Value>) -> Value {
    let known = headers.and_then(Value::as_object);
    let mut headers = known.cloned().unwrap_or_default();
    for (name, description, example) in [
        (
            "RateLimit",
            "What is left of the limit: `r` requests now, all of it in `t` seconds",
            "\"api\";r=199;t=1",
        ),
        (
            "RateLimit-Policy",
            "The limit: `q` requests at once, which come back over `w` seconds",
            "\"api\";q=200;w=2",
        ),
    ] {
        let header = json!({ "description": description, "schema": { "type": "string" }, "example": example });
        headers.insert(name.to_owned(), header);
    }
    Value::Object(headers)
}

/// The header by which a request that is sent again is known.
pub fn idempotency_key() -> Value {
    json!({
        "name": "Idempotency-Key",
        "in": "header",
        "required": false,
        "description": "A text of your own for this request, such as a UUID. Sent again with the same one within a day, the request is not done again, and is answered alike.",
        "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
        "example": "6b0f3c52-5f0e-4b5e-8a63-0f6a0f1d2c11",
    })
}
