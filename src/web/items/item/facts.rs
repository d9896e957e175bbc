//! All that is known of an item, field by field, in words.

use jiff::Timestamp;
use serde_json::Value;

use crate::item::Item;
use crate::providers::Profile;
use crate::web::words::{When, number};

/// What a field says.
pub enum Fact {
    Text(String),
    /// Something for programs: an id, a list, an object.
    Code(String),
    Time(When),
    Link(String),
    /// The item it lies in, which is loaded and stands beside.
    Parent(String),
    /// It is not known, or the provider has nothing there.
    Unknown,
}

impl Fact {
    fn text(text: Option<&String>) -> Self {
        text.map_or(Self::Unknown, |text| Self::Text(text.clone()))
    }

    fn code(code: Option<&String>) -> Self {
        code.map_or(Self::Unknown, |code| Self::Code(code.clone()))
    }

    fn time(at: Option<Timestamp>, now: Timestamp) -> Self {
        at.map_or(Self::Unknown, |at| Self::Time(When::new(at, now)))
    }
}

/// Every field of the model but the properties, each with its name for people.
pub fn facts(
    item: &Item,
    profile: &Profile,
    parent_is_loaded: bool,
    now: Timestamp,
) -> Vec<(&'static str, Fact)> {
    let parent = match item.parent_path_or_name.clone().or(item.parent_id.clone()) {
        Some(name) if parent_is_loaded => Fact::Parent(name),
        Some(name) => Fact::Text(name),
        None => Fact::Unknown,
    };
    let holds = if item.directory { "yes" } else { "no" };
    vec![
        ("Id", Fact::Code(item.id.clone())),
        ("Provider", Fact::Text(profile.name.to_owned())),
        ("Type", Fact::Text(item.kind.clone())),
        ("Name", Fact::Text(item.name.clone())),
        ("Lies in", parent),
        ("Id of what it lies in", Fact::code(item.parent_id.as_ref())),
        ("Can hold others", Fact::Text(holds.to_owned())),
        ("Children", children(item)),
        ("Created", Fact::time(item.creation_time, now)),
        ("Modified", Fact::time(item.last_modified_time, now)),
        ("Address", address(item)),
        ("Media type", Fact::text(item.mime_type.as_ref())),
        ("Visibility", Fact::text(item.visibility.as_ref())),
        ("Drive", Fact::code(item.drive_id.as_ref())),
        ("Mark for changes", Fact::code(item.delta.as_ref())),
    ]
}

fn children(item: &Item) -> Fact {
    match &item.children {
        Some(ids) => Fact::Text(number(ids.len() as u64)),
        None => Fact::Unknown,
    }
}

fn address(item: &Item) -> Fact {
    match (super::super::place::at_provider(item), &item.url) {
        (Some(url), _) => Fact::Link(url),
        (None, Some(url)) => Fact::Code(url.clone()),
        (None, None) => Fact::Unknown,
    }
}

/// The provider's own properties, in the order of their names.
pub fn properties(item: &Item) -> Vec<(String, Fact)> {
    let properties = item.properties.iter();
    properties
        .map(|(name, value)| (name.clone(), property(value)))
        .collect()
}

fn property(value: &Value) -> Fact {
    match value {
        Value::Null => Fact::Unknown,
        Value::String(text) if text.is_empty() => Fact::Unknown,
        Value::String(text) => Fact::Text(text.clone()),
        Value::Bool(_) | Value::Number(_) => Fact::Text(value.to_string()),
        Value::Array(_) | Value::Object(_) => Fact::Code(value.to_string()),
    }
}
