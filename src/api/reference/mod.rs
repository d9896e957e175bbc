//! The OpenAPI document (3.1), generated from the code: handlers and their types say what they take and answer, the table
//! in `operations.rs` which problems and scopes they have. What is known at the start alone (providers, addresses) and
//! the examples are put in here.

mod classic;
mod examples;
mod operations;
mod problems;
#[cfg(test)]
mod tests;

use serde_json::{Value, json};
use url::Url;
use utoipa::OpenApi;

use super::v1;
use crate::identity::Scope;
use crate::items::{Dir, Sort};
use crate::providers::Registry;
use examples::Sample;
use operations::{OPERATIONS, Operation};

/// What handlers and types say of themselves. The routes stand in the order of the reference.
#[derive(OpenApi)]
#[openapi(
    paths(
        v1::connections::list,
        v1::connections::show,
        v1::connections::end,
        v1::loads::start,
        v1::loads::show,
        v1::items::list,
        v1::token::show,
        v1::token::rejected,
        v1::contacts::read::list,
        v1::contacts::write::create,
        v1::contacts::read::show,
        v1::contacts::write::update,
        v1::contacts::write::delete,
    ),
    components(schemas(v1::problem::Body)),
    info(
        title = "Patchbay",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    )
)]
struct Described;

/// What the document says before all routes, in Markdown.
const INTRODUCTION: &str = include_str!("introduction.md");

/// The tags, and what is said of each.
const TAGS: &[(&str, &str)] = &[
    (
        "Connections",
        "How the connections of the key's owner are, and their end.",
    ),
    (
        "Loads",
        "Bringing what the accounts hold, and what came of it.",
    ),
    ("Items", "What was loaded, of all providers in one shape."),
    (
        "Tokens",
        "Access tokens, for programs that call a provider themselves.",
    ),
    (
        "Contacts",
        "The contacts of an account, read and changed at the provider itself.",
    ),
    ("Classic", classic::ABOUT),
];

/// The document of a Patchbay at this address.
pub fn document(registry: Registry, public_url: &Url) -> Value {
    let described = serde_json::to_value(Described::openapi());
    let mut document = described.unwrap_or_default();
    let sample = Sample::new(registry);
    document["info"]["version"] = json!(env!("CARGO_PKG_VERSION"));
    document["info"]["description"] = json!(INTRODUCTION);
    document["servers"] = json!([{ "url": public_url.origin().ascii_serialization() }]);
    let tags = TAGS.iter();
    document["tags"] = tags
        .map(|(name, description)| json!({ "name": name, "description": description }))
        .collect();
    document["components"]["securitySchemes"] = json!({ "key": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "pb_…",
        "description": "An API key. What each route needs stands beside it as a scope.",
    }});
    document["x-problems"] = problems::all();
    complete_answers(&mut document);
    for (order, operation) in OPERATIONS.iter().enumerate() {
        if let Some(found) = find(&mut document, operation.id) {
            found["x-order"] = json!(order);
            complete(found, operation, &sample, registry);
        }
    }
    classic::add(&mut document, &sample, &registry.ids());
    document
}

/// What is sent, whose fields may be left out.
const SENT: &[&str] = &["Problem", "Properties", "Rejected", "Wanted"];

/// Answers always have all of their fields, `null` where there is nothing.
fn complete_answers(document: &mut Value) {
    let schemas = document["components"]["schemas"].as_object_mut();
    for (name, schema) in schemas.into_iter().flatten() {
        let fields = schema["properties"].as_object();
        let fields: Vec<String> = fields
            .into_iter()
            .flat_map(|it| it.keys().cloned())
            .collect();
        if !fields.is_empty() && !SENT.contains(&name.as_str()) {
            schema["required"] = json!(fields);
        }
    }
}

/// The operation of this id.
fn find<'a>(document: &'a mut Value, id: &str) -> Option<&'a mut Value> {
    let paths = document["paths"].as_object_mut()?;
    let mut all = paths
        .values_mut()
        .filter_map(Value::as_object_mut)
        .flatten();
    let found = all.find(|(_, operation)| operation["operationId"] == id);
    found.map(|(_, operation)| operation)
}

/// Puts in what an operation does not say of itself.
fn complete(found: &mut Value, operation: &Operation, sample: &Sample, registry: Registry) {
    found["security"] = security(operation.scopes);
    found["x-curl"] = json!(examples::curl(operation.id, sample));
    let parameters = found.get_mut("parameters").and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        choices(parameter, registry);
        example_value(parameter, sample);
    }
    if operation.idempotent {
        add_parameter(found, problems::idempotency_key());
    }
    let Some(responses) = found["responses"].as_object_mut() else {
        return;
    };
    for response in responses.values_mut() {
        response["headers"] = problems::with_limits(response.get("headers"));
        let content = response.pointer_mut("/content/application~1json");
        if let Some((content, example)) = content.zip(examples::answer(operation.id, sample)) {
            content["example"] = example;
        }
    }
    responses.extend(problems::responses(operation));
}

fn add_parameter(operation: &mut Value, parameter: Value) {
    match operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut)
    {
        Some(parameters) => parameters.push(parameter),
        None => operation["parameters"] = json!([parameter]),
    }
}

fn security(scopes: &[Scope]) -> Value {
    let one = |scope: &Scope| json!({ "key": [scope.name()] });
    match scopes {
        [] => json!([{ "key": [] }]),
        scopes => scopes.iter().map(one).collect(),
    }
}

/// What a parameter may be, where that is a choice.
fn choices(parameter: &mut Value, registry: Registry) {
    let name = parameter["name"].as_str().unwrap_or_default();
    let choices: Vec<&str> = match name {
        "provider" => registry.ids(),
        "type" => {
            let profiles = registry.all().map(|provider| provider.profile());
            profiles
                .flat_map(|it| it.kinds().map(|kind| kind.id))
                .collect()
        }
        "sort" => Sort::ALL.map(Sort::name).to_vec(),
        "dir" => [Dir::Asc, Dir::Desc].map(Dir::name).to_vec(),
        _ => return,
    };
    parameter["schema"] = json!({ "type": "string", "enum": choices });
}

fn example_value(parameter: &mut Value, sample: &Sample) {
    if parameter["name"] == "provider" {
        parameter["example"] = json!(sample.provider);
    }
}
