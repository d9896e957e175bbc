//! JSON bodies of requests.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::sandbox::hubspot::failure::Failure;

/// Reads a JSON object.
///
/// # Errors
///
/// 400 when it is not JSON or not of the expected shape.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(bytes)
        .map_err(|error| Failure::bad(format!("Invalid input JSON: {error}")))
}

/// The `properties` of a write, as text. Numbers and booleans are taken for their text.
///
/// # Errors
///
/// 400 without `properties`, and for a value that is null or nested: clearing by null is not documented,
/// clearing by the empty string is.
pub fn properties(bytes: &[u8]) -> Result<Vec<(String, String)>, Failure> {
    let mut body: Map<String, Value> = read(bytes)?;
    let Some(Value::Object(properties)) = body.remove("properties") else {
        return Err(Failure::bad(
            "Invalid input JSON: 'properties' must be an object.",
        ));
    };
    properties
        .into_iter()
        .map(|(name, value)| {
            let value = text(&name, &value)?;
            Ok((name, value))
        })
        .collect()
}

fn text(name: &str, value: &Value) -> Result<String, Failure> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => Err(Failure::bad(format!(
            "Invalid input JSON: the value of '{name}' must be a string."
        ))),
    }
}
