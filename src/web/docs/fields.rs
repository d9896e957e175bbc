//! The fields of an object, from its schema.

use serde_json::Value;

use super::prose::Prose;

/// A field, or a parameter.
pub struct Field {
    pub name: String,
    pub kind: Vec<Word>,
    pub about: Prose,
    /// Where it stands, of a parameter: `path`, `query`, `header`.
    pub place: String,
    /// Whether it must be sent.
    pub required: bool,
}

/// A part of what a field is.
pub enum Word {
    Text(String),
    /// Another object, by its name.
    Object(String),
    /// A value that it may have.
    Value(String),
}

/// The fields of a schema; `sent`: it is asked about which of them must be there.
pub fn of(schema: &Value, sent: bool) -> Vec<Field> {
    let required = schema["required"].as_array();
    let must = |name: &String| required.is_some_and(|all| all.iter().any(|it| it == name));
    let fields = schema["properties"].as_object();
    let fields = fields.into_iter().flatten();
    fields
        .map(|(name, field)| Field {
            kind: kind(field),
            about: Prose::new(field["description"].as_str().unwrap_or_default()),
            place: String::new(),
            required: sent && must(name),
            name: name.clone(),
        })
        .collect()
}

/// The parameters of an operation.
pub fn parameters(operation: &Value) -> Vec<Field> {
    let all = operation["parameters"].as_array();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = all.into_iter().flatten();
    all.map(|parameter| Field {
        name: text(&parameter["name"]),
        kind: kind(&parameter["schema"]),
        about: Prose::new(&text(&parameter["description"])),
        place: text(&parameter["in"]),
        required: parameter["required"] == true,
    })
    .collect()
}

/// What a schema is, in words.
pub fn kind(schema: &Value) -> Vec<Word> {
    if let Some(name) = reference(schema) {
        return vec![Word::Object(name.to_owned())];
    }
    if let Some(all) = schema["enum"].as_array() {
        let values = all.iter().filter_map(Value::as_str);
        return values.map(|value| Word::Value(value.to_owned())).collect();
    }
    let choices = schema["oneOf"].as_array().or(schema["anyOf"].as_array());
    if let Some(choices) = choices {
        return either(choices.iter().map(kind));
    }
    match &schema["type"] {
        Value::Array(types) => either(types.iter().map(|one| plain(one, schema))),
        one => plain(one, schema),
    }
}

/// The name of the object that a schema refers to.
pub fn reference(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

fn either(all: impl Iterator<Item = Vec<Word>>) -> Vec<Word> {
    let mut words = Vec::new();
    for one in all {
        if !words.is_empty() {
            words.push(Word::Text("or".to_owned()));
        }
        words.extend(one);
    }
    words
}

fn plain(kind: &Value, schema: &Value) -> Vec<Word> {
    let word = |text: &str| vec![Word::Text(text.to_owned())];
    match kind.as_str() {
        Some("string") => match schema["format"].as_str() {
            Some("date-time") => word("time"),
            Some("uri" | "uri-reference") => word("address"),
            Some("binary") => word("file"),
            _ => word("text"),
        },
        Some("integer" | "number") => word("number"),
        Some("boolean") => word("true or false"),
        Some("null") => word("null"),
        Some("array") => {
            let mut words = word("list of");
            words.extend(self::kind(&schema["items"]));
            words
        }
        Some("object") if schema["additionalProperties"].is_object() => {
            let mut words = word("map of");
            words.extend(self::kind(&schema["additionalProperties"]));
            words
        }
        Some("object") => word("object"),
        _ => word("anything"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn words(schema: &Value) -> String {
        let words = kind(schema).into_iter().map(|word| match word {
            Word::Text(text) | Word::Object(text) | Word::Value(text) => text,
        });
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_shape_of_a_schema_has_words() {
        let item = json!({ "$ref": "#/components/schemas/Item" });
        for (schema, expected) in [
            (json!({ "type": "string" }), "text"),
            (
                json!({ "type": ["string", "null"], "format": "date-time" }),
                "time or null",
            ),
            (json!({ "type": "array", "items": item }), "list of Item"),
            (
                json!({ "oneOf": [{ "type": "null" }, item] }),
                "null or Item",
            ),
            (
                json!({ "type": "object", "additionalProperties": { "type": "integer" } }),
                "map of number",
            ),
            (
                json!({ "type": "string", "enum": ["asc", "desc"] }),
                "asc desc",
            ),
            (json!({}), "anything"),
        ] {
            assert_eq!(words(&schema), expected, "{schema}");
        }
    }
}
