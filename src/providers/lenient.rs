//! Reading JSON in which anything may be missing, null, or of a type that nobody announced.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// The rows of a list. What is no object of the expected sort (`null`, a number) holds nothing that could be
/// shown, and does not cost the others.
pub(super) fn rows<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let rows = Vec::<Value>::deserialize(from)?;
    let rows = rows.into_iter().filter(Value::is_object);
    Ok(rows
        .filter_map(|row| serde_json::from_value(row).ok())
        .collect())
}

/// An id, without which a row is none.
pub(super) fn id<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let id = String::deserialize(from)?;
    if id.is_empty() {
        return Err(serde::de::Error::custom("an id that is empty"));
    }
    Ok(id)
}

/// A field's value, or its default where it is not what was expected. An odd field does not cost the object
/// that it stands in.
pub(super) fn or_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    let value = Value::deserialize(from)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
}
