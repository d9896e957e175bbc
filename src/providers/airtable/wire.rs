//! Airtable's JSON as it comes. Unknown fields are ignored everywhere; new keys and field types appear without
//! notice.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::super::lenient::{id, or_default, rows};
use crate::outbound::Meaning;

/// `GET /v0/meta/whoami`.
#[derive(Debug, Deserialize)]
pub(super) struct WhoAmI {
    pub(super) id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) email: Option<String>,
}

/// A page of the list of bases.
#[derive(Debug, Deserialize)]
pub(super) struct Bases {
    #[serde(deserialize_with = "rows")]
    pub(super) bases: Vec<Base>,
    #[serde(default)]
    pub(super) offset: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Base {
    #[serde(deserialize_with = "id")]
    pub(super) id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) name: String,
    /// Documented are `none`, `read`, `comment`, `edit` and `create`; integrators saw others, and none.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) permission_level: Option<String>,
}

/// The tables of a base, all at once.
#[derive(Debug, Deserialize)]
pub(super) struct Tables {
    #[serde(deserialize_with = "rows")]
    pub(super) tables: Vec<Table>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Table {
    #[serde(deserialize_with = "id")]
    pub(super) id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) description: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) primary_field_id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) fields: Vec<IgnoredAny>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) views: Vec<IgnoredAny>,
}

/// A page of a table's records.
#[derive(Debug, Deserialize)]
pub(super) struct Records {
    #[serde(deserialize_with = "rows")]
    pub(super) records: Vec<Record>,
    #[serde(default)]
    pub(super) offset: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record {
    #[serde(deserialize_with = "id")]
    pub(super) id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) created_time: Option<String>,
    /// Without those that are empty.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) fields: BTreeMap<String, Value>,
}

/// The type in an error answer, which comes in four forms: an object with a type, a string, a list of
/// objects, or nothing.
pub(super) fn error_type(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let forms = ["/error/type", "/error", "/errors/0/error"];
    let found = forms.iter().find_map(|form| body.pointer(form)?.as_str());
    found.map(str::to_owned)
}

/// After a 429 requests go on failing for 30 s. The quota of a month does not come back by waiting.
pub(super) fn reading(status: u16, body: &[u8]) -> Meaning {
    match status {
        429 => match error_type(body).as_deref() {
            Some("PUBLIC_API_BILLING_LIMIT_EXCEEDED") => {
                Meaning::Final("says that its workspace's calls of this month are used up")
            }
            _ => Meaning::TooMany(Some(Duration::from_secs(30))),
        },
        _ => Meaning::Usual,
    }
}
