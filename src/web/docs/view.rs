//! The OpenAPI document as its page shows it.

use serde_json::{Map, Value};

use super::fields::{self, Field, Word, kind};
use super::prose::Prose;

/// The operations of a tag.
pub struct Group {
    pub name: String,
    pub about: Prose,
    pub operations: Vec<Operation>,
}

/// A method at a path.
pub struct Operation {
    pub id: String,
    pub method: String,
    pub path: String,
    pub summary: String,
    pub about: Vec<Prose>,
    /// The choices of scopes of which any will do, each of them whole; none where every key will do.
    pub scopes: Vec<Vec<String>>,
    pub parameters: Vec<Field>,
    /// What is sent: the content types, and the fields.
    pub sends: Option<Sent>,
    pub answers: Vec<Answer>,
    /// Names of problems, with their statuses.
    pub troubles: Vec<(String, String)>,
    pub curl: String,
}

/// What is sent.
pub struct Sent {
    pub kinds: Vec<String>,
    pub fields: Vec<Field>,
    pub example: String,
}

/// What is answered.
pub struct Answer {
    pub status: String,
    pub about: Prose,
    pub body: Vec<Word>,
    pub example: String,
}

/// An object of the document.
pub struct Object {
    pub name: String,
    pub about: Prose,
    pub fields: Vec<Field>,
    pub values: Vec<(String, Prose)>,
}

/// A type of problem.
pub struct Trouble {
    pub name: String,
    pub status: u64,
    pub title: String,
    pub meaning: Prose,
    pub action: String,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn map(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// All operations, by their tags.
pub fn groups(document: &Value, origin: &str) -> Vec<Group> {
    let group = |tag: &Value| {
        let of = |operation: &&Value| list(&operation["tags"]).any(|it| *it == tag["name"]);
        let paths = map(&document["paths"]);
        let all = paths.flat_map(|(path, item)| map(item).map(move |it| (path, it)));
        let mut all: Vec<_> = all.filter(|(_, (_, operation))| of(operation)).collect();
        all.sort_by_key(|(_, (_, operation))| operation["x-order"].as_u64());
        let operations = all.into_iter().map(|(path, (method, operation))| {
            Operation::new(document, (method, path), operation, origin)
        });
        Group {
            name: text(&tag["name"]),
            about: Prose::new(&text(&tag["description"])),
            operations: operations.collect(),
        }
    };
    let groups = list(&document["tags"]).map(group);
    groups
        .filter(|group| !group.operations.is_empty())
        .collect()
}

impl Operation {
    fn new(document: &Value, (method, path): (&str, &str), of: &Value, origin: &str) -> Self {
        let summary = text(&of["summary"]);
        let about = text(&of["description"]);
        let about = about.strip_prefix(&summary).unwrap_or(&about);
        let paragraphs = about.split("\n\n").filter(|it| !it.trim().is_empty());
        let choices = list(&of["security"]).map(|one| list(&one["key"]).map(text).collect());
        Self {
            id: text(&of["operationId"]),
            method: method.to_uppercase(),
            path: path.to_owned(),
            about: paragraphs.map(Prose::new).collect(),
            summary,
            scopes: choices.filter(|one: &Vec<_>| !one.is_empty()).collect(),
            parameters: fields::parameters(of),
            sends: Sent::new(document, &of["requestBody"]),
            answers: map(&of["responses"]).filter_map(Answer::new).collect(),
            troubles: map(&of["responses"]).flat_map(troubles_of).collect(),
            curl: text(&of["x-curl"]).replace("{url}", origin),
        }
    }
}

impl Sent {
    fn new(document: &Value, body: &Value) -> Option<Self> {
        let content = body["content"].as_object()?;
        let (_, first) = content.iter().next()?;
        let schema = resolved(document, &first["schema"]);
        Some(Self {
            kinds: content.keys().cloned().collect(),
            fields: fields::of(schema, true),
            example: example(first, schema),
        })
    }
}

/// The object that a schema is, also where it may be left out.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let chosen = list(&schema["oneOf"]).find(|one| one["type"] != "null");
    let schema = chosen.unwrap_or(schema);
    let name = fields::reference(schema);
    name.map_or(schema, |name| &document["components"]["schemas"][name])
}

/// An example: the one that is given, or one that is made of those of the fields.
fn example(content: &Value, schema: &Value) -> String {
    let given = [&content["example"], &schema["example"]];
    if let Some(given) = given.into_iter().find(|it| !it.is_null()) {
        return pretty(given);
    }
    let of_fields = map(&schema["properties"]).filter_map(|(name, field)| {
        let example = [&field["example"], &field["examples"][0]];
        let example = example.into_iter().find(|it| !it.is_null())?;
        Some((name.clone(), example.clone()))
    });
    let made: Map<String, Value> = of_fields.collect();
    match made.is_empty() {
        true => String::new(),
        false => pretty(&Value::Object(made)),
    }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

impl Answer {
    fn new((status, response): (&String, &Value)) -> Option<Self> {
        let content = &response["content"];
        let is_problem = content.get("application/problem+json").is_some();
        let body = &content["application/json"];
        (!is_problem).then(|| Self {
            status: status.clone(),
            about: Prose::new(&text(&response["description"])),
            body: match body.is_null() {
                true => Vec::new(),
                false => kind(&body["schema"]),
            },
            example: match body["example"].is_null() {
                true => String::new(),
                false => pretty(&body["example"]),
            },
        })
    }
}

fn troubles_of((status, response): (&String, &Value)) -> Vec<(String, String)> {
    let examples = &response["content"]["application/problem+json"]["examples"];
    let names = map(examples).map(|(name, _)| (name.clone(), status.clone()));
    names.collect()
}

/// All objects, by their names.
pub fn objects(document: &Value) -> Vec<Object> {
    let objects = map(&document["components"]["schemas"]).map(|(name, schema)| Object {
        name: name.clone(),
        about: Prose::new(&text(&schema["description"])),
        fields: fields::of(schema, false),
        values: values(schema),
    });
    objects.collect()
}

/// The values that an object may be, where it is a choice.
fn values(schema: &Value) -> Vec<(String, Prose)> {
    let value = |one: &Value| match one {
        Value::String(value) => Some((value.clone(), Prose::new(""))),
        one => {
            let names = [&one["const"], &one["enum"][0]];
            let name = names.into_iter().find_map(Value::as_str)?;
            Some((name.to_owned(), Prose::new(&text(&one["description"]))))
        }
    };
    let all = list(&schema["enum"]).chain(list(&schema["oneOf"]));
    all.filter_map(value).collect()
}

/// All types of problems.
pub fn troubles(document: &Value) -> Vec<Trouble> {
    let troubles = list(&document["x-problems"]).map(|one| Trouble {
        name: text(&one["name"]),
        status: one["status"].as_u64().unwrap_or_default(),
        title: text(&one["title"]),
        meaning: Prose::new(&text(&one["meaning"])),
        action: text(&one["action"]),
    });
    troubles.collect()
}
