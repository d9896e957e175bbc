//! The field `properties_str`: what a contact's properties are to be, as JSON.

use serde_json::Value;

use super::Counter;
use crate::contacts::{Entered, can_be_a_name, unix_lines};
use crate::error::{Failure, Kind};
use crate::providers::ContactFacts;

const POSSIBLE: &str = "Send it as a JSON object: property names, each with a text, a number, true, false, or null to clear it.";

impl Counter {
    /// What is to be set. It says nothing of what was there before, so nothing of that is asked about.
    pub(super) fn entered(&self) -> Result<Entered, Failure> {
        entered(self.fields.get("properties_str"), self.desk.facts())
    }
}

fn entered(text: &str, facts: &ContactFacts) -> Result<Entered, Failure> {
    let object = match text.trim() {
        "" => return Err(refused("is missing")),
        text => serde_json::from_str(text).map_err(|_| refused("is not JSON"))?,
    };
    let Value::Object(object) = object else {
        return Err(refused("is no JSON object"));
    };
    if object.is_empty() {
        return Err(refused("names no property"));
    }
    let is_field = |name: &str| facts.fields.iter().any(|field| field.name == name);
    let mut entered = Entered::default();
    for (name, value) in object {
        if !can_be_a_name(&name) {
            return Err(refused(
                "names a property that there cannot be: names have letters, digits and underscores alone",
            ));
        }
        let value =
            plain(&value).ok_or_else(|| refused(&format!("holds no plain value for {name}")))?;
        if !is_field(&name) {
            entered.more.push(name.clone());
        }
        entered.values.insert(name, value);
    }
    Ok(entered)
}

/// A value as providers take it: as a text, of which an empty one clears the property.
fn plain(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => String::new(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(text) => unix_lines(text),
        Value::Array(_) | Value::Object(_) => return None,
    })
}

fn refused(why: &str) -> Failure {
    Failure::new(
        Kind::Unprocessable,
        format!("properties_str {why}"),
        POSSIBLE,
    )
}
