//! `POST …/{type}/batch/read`: many records by id, or contacts by email.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Bytes, Data},
};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    body,
    list::flag,
    read::find,
    record::{Record, Wanted},
};
use crate::sandbox::{
    clock,
    hubspot::{answer, data::iso, failure::Failure, guard, limits::Lane, state::State, view::View},
    params::Params,
};

/// HubSpot documents these limits of a batch.
const MAX_INPUTS: usize = 100;
const MAX_INPUTS_WITH_HISTORY: usize = 50;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Ask {
    inputs: Vec<Input>,
    #[serde(default)]
    properties: Vec<String>,
    #[serde(default)]
    properties_with_history: Vec<String>,
    id_property: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Input {
    id: String,
}

/// Answers with the records that are there: 200 when all are, 207 when some are missing.
pub async fn read(
    request: HttpRequest,
    bytes: Bytes,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let now = clock::now();
    let view = guard::reader(&request, &state, Lane::Burst, now)?;
    let params = Params::parse(request.query_string().as_bytes());
    let archived = flag(params.get("archived"))?;
    let ask: Ask = body::read(&bytes)?;
    let most = if ask.properties_with_history.is_empty() {
        MAX_INPUTS
    } else {
        MAX_INPUTS_WITH_HISTORY
    };
    if ask.inputs.len() > most {
        return Err(Failure::bad(format!(
            "A batch holds at most {most} inputs."
        )));
    }
    let (status, body) = answer_to(&ask, &view, archived, now)?;
    Ok(answer::json(status, &body))
}

fn answer_to(
    ask: &Ask,
    view: &View,
    archived: bool,
    now: Timestamp,
) -> Result<(StatusCode, Value), Failure> {
    let names = ask.properties.iter().map(String::as_str);
    let history = ask.properties_with_history.iter().map(String::as_str);
    let wanted = Wanted::of_names(view.kind, names, history);
    let (mut found, mut missing) = (BTreeMap::new(), Vec::new());
    for input in &ask.inputs {
        match find(view, &input.id, ask.id_property.as_deref(), archived) {
            Ok(row) => drop(found.insert(row.id, Record::of(&row, &wanted, view.portal))),
            Err(failure) if failure.is_missing() => missing.push(input.id.as_str()),
            Err(failure) => return Err(failure),
        }
    }
    // The order is not documented: answers come by falling id, so that no client relies on that of its request.
    let results: Vec<Record> = found.into_values().rev().collect();
    let mut body = json!({
        "status": "COMPLETE",
        "results": results,
        "startedAt": iso(now),
        "completedAt": iso(clock::plus_ms(now, 41)),
    });
    if missing.is_empty() {
        return Ok((StatusCode::OK, body));
    }
    let kind = view.kind.singular().to_uppercase();
    body["numErrors"] = 1.into();
    body["errors"] = json!([{
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": format!(
            "Could not get some {kind} objects, they may be deleted or not exist. Check that ids are valid."
        ),
        "context": { "ids": missing },
    }]);
    Ok((StatusCode::MULTI_STATUS, body))
}
