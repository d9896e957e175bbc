//! What a program says a contact is to have: names of properties with plain JSON values, as [`Entered`] has them.

use serde_json::{Map, Value};

use super::{Entered, can_be_a_name, unix_lines};
use crate::providers::ContactFacts;

/// A property that a contact cannot be given like this.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("{name}: {why}")]
pub struct Unfit {
    /// What it was called.
    pub name: String,
    /// What is wrong with it.
    pub why: &'static str,
}

const NO_NAME: &str = "a property's name has letters, digits and underscores alone";
const NO_VALUE: &str = "must be a text, a number, a boolean or null";

impl Entered {
    /// What is to be set. It says nothing of what was there before, so nothing of that is asked about.
    pub fn of_properties(
        properties: Map<String, Value>,
        facts: &ContactFacts,
    ) -> Result<Self, Unfit> {
        let is_field = |name: &str| facts.fields.iter().any(|field| field.name == name);
        let mut entered = Self::default();
        for (name, value) in properties {
            if !can_be_a_name(&name) {
                return Err(Unfit { name, why: NO_NAME });
            }
            let Some(value) = plain(value) else {
                let why = NO_VALUE;
                return Err(Unfit { name, why });
            };
            if !is_field(&name) {
                entered.more.push(name.clone());
            }
            entered.values.insert(name, value);
        }
        Ok(entered)
    }
}

/// A value as providers take it: as a text, of which an empty one clears the property.
fn plain(value: Value) -> Option<String> {
    Some(match value {
        Value::Null => String::new(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(text) => unix_lines(&text),
        Value::Array(_) | Value::Object(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::Registry;

    /// Of the first provider that has contacts.
    fn facts() -> &'static ContactFacts {
        let contacts = Registry.all().find_map(|provider| provider.contacts());
        contacts.expect("a provider with contacts").facts()
    }

    fn read(json: &str) -> Result<Entered, Unfit> {
        let properties = serde_json::from_str(json).expect("a JSON object");
        Entered::of_properties(properties, facts())
    }

    #[test]
    fn plain_values_are_taken_as_texts() {
        let json =
            r#"{"a": null, "b": 12.50, "c": true, "d": "x", "e": "one\r\ntwo\rthree\n", "f": ""}"#;
        let entered = read(json).expect("properties");
        let values = [
            ("a", ""),
            ("b", "12.5"),
            ("c", "true"),
            ("d", "x"),
            ("e", "one\ntwo\nthree\n"),
            ("f", ""),
        ];
        for (name, value) in values {
            assert_eq!(entered.values.get(name).map(String::as_str), Some(value));
        }
        assert_eq!(entered.values.len(), values.len());
        let changed: Vec<_> = entered.changed().collect();
        assert_eq!(changed, values, "to clear one is a change too");
    }

    #[test]
    fn what_has_no_field_is_asked_for_beside_the_usual_ones() {
        let field = facts().fields.first().expect("a field").name;
        let json = format!(r#"{{"favourite_food": "soup", "{field}": "x"}}"#);
        let entered = read(&json).expect("properties");
        assert_eq!(entered.more, ["favourite_food"]);
        assert_eq!(entered.value(field), "x");
        assert_eq!(read("{}"), Ok(Entered::default()));
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let long = "x".repeat(101);
        let long = format!(r#"{{"{long}": "y"}}"#);
        for (json, why) in [
            (r#"{"": "x"}"#, NO_NAME),
            (r#"{"first name": "x"}"#, NO_NAME),
            (r#"{"pr\u00e9nom": "x"}"#, NO_NAME),
            (&long, NO_NAME),
            (r#"{"firstname": []}"#, NO_VALUE),
            (r#"{"firstname": {"a": 1}}"#, NO_VALUE),
        ] {
            let name = json.split('"').nth(1).expect("a name");
            let name = name.replace("\\u00e9", "é");
            assert_eq!(read(json), Err(Unfit { name, why }), "{json}");
        }
    }
}
