//! `GET /v0/meta/bases/{baseId}/tables`: the schema of a base.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use serde_json::{Value, json};

use super::{
    answer,
    api::parameters,
    data::{Table, World},
    failure::Failure,
    guard::Caller,
    scopes,
};

/// The names under which lists of what to include come.
const INCLUDE: [&str; 2] = ["include[]", "include"];

/// Answers with every table of a base; the list is not paged.
pub fn show(request: &HttpRequest, caller: &Caller, base: &str) -> Result<HttpResponse, Failure> {
    caller.require(scopes::SCHEMA)?;
    let params = parameters(request, &INCLUDE)?;
    let mut wanted = params.iter().map(|(_, value)| value);
    if wanted.any(|value| value != "visibleFieldIds") {
        return Err(Failure::bad_parameter());
    }
    let shows_fields = INCLUDE.iter().any(|name| params.has(name));
    let base = caller.world.readable(base).ok_or_else(Failure::no_model)?;
    let tables: Vec<Value> = caller
        .world
        .tables(base)
        .map(|table| schema(table, &caller.world, shows_fields))
        .collect();
    Ok(answer::json(StatusCode::OK, &json!({ "tables": tables })))
}

fn schema(table: Table, world: &World, shows_fields: bool) -> Value {
    let mut fields = table.fields();
    let primary = fields.first().map(|field| field.id());
    if table.has_primary_last() {
        fields.rotate_left(1);
    }
    let views = table.views().into_iter();
    let views = views.map(|view| view.schema(&fields, world.person.id, shows_fields));
    let mut schema = json!({
        "id": table.id(),
        "name": table.name(),
        "primaryFieldId": primary,
        "views": views.collect::<Vec<_>>(),
        "fields": fields.iter().map(|field| field.schema(world)).collect::<Vec<_>>(),
    });
    if let Some(description) = table.description() {
        schema["description"] = description.into();
    }
    schema
}
