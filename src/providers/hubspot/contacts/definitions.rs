//! The definitions of properties, as `GET /crm/properties/…/contacts` answers them.

use serde::Deserialize;
use serde_json::Value;

use crate::providers::{Property, lenient};

/// The answer. An account has some hundred properties.
#[derive(Debug, Deserialize)]
pub(in super::super) struct Definitions {
    #[serde(deserialize_with = "lenient::rows")]
    results: Vec<Definition>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Definition {
    #[serde(deserialize_with = "lenient::id")]
    name: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    label: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    field_type: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    options: Vec<Value>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    hidden: bool,
    #[serde(default, deserialize_with = "lenient::or_default")]
    archived: bool,
    #[serde(default, deserialize_with = "lenient::or_default")]
    calculated: bool,
    #[serde(default, deserialize_with = "lenient::or_default")]
    modification_metadata: Modification,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Modification {
    read_only_value: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Choice {
    label: String,
    value: String,
    hidden: bool,
}

/// The field type of a property that holds several of its options, written as `a;b;c`.
const SEVERAL: &str = "checkbox";

impl Definitions {
    /// The properties that people are shown at HubSpot, by their labels.
    pub(in super::super) fn properties(self) -> Vec<Property> {
        let shown = self.results.into_iter();
        let shown = shown.filter(|one| !one.hidden && !one.archived);
        let mut properties: Vec<Property> = shown.map(Definition::property).collect();
        properties.sort_by_cached_key(|one| (one.label.to_lowercase(), one.name.clone()));
        properties
    }
}

impl Definition {
    fn property(self) -> Property {
        let label = self.label.trim();
        let label = if label.is_empty() { &self.name } else { label };
        Property {
            label: label.to_owned(),
            writable: !self.calculated && !self.modification_metadata.read_only_value,
            choices: match self.field_type == SEVERAL {
                true => Vec::new(),
                false => self.options.into_iter().filter_map(Choice::read).collect(),
            },
            name: self.name,
        }
    }
}

impl Choice {
    /// What is sent for an option, and what people read; none for one that is not offered.
    fn read(option: Value) -> Option<(String, String)> {
        let option: Self = serde_json::from_value(option).ok()?;
        if option.hidden || option.value.is_empty() {
            return None;
        }
        let label = match option.label.is_empty() {
            true => option.value.clone(),
            false => option.label,
        };
        Some((option.value, label))
    }
}
