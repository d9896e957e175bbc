//! Bases, tables and records as items.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::Fetch;
use super::{cell, wire};
use crate::item::Item;

pub(super) const NAMELESS: &str = "Untitled";

/// What steps note for those that follow: ids are those of the lists themselves.
pub(super) mod note {
    pub const BASE: &str = "base";
    pub const BASE_NAME: &str = "base_name";
    pub const TABLE: &str = "table";
    pub const TABLE_NAME: &str = "table_name";
    pub const PRIMARY_FIELD: &str = "primary_field";
}

pub(super) fn base_item(base: wire::Base) -> Item {
    let mut item = Item::new(super::PROFILE.id, "Base", base.id, named(&base.name));
    item.directory = true;
    item.url = link(&[&item.id]);
    item.properties = BTreeMap::from([(
        "permission_level".to_owned(),
        base.permission_level.map_or(Value::Null, Value::String),
    )]);
    item
}

pub(super) fn table_item(base: &str, base_name: &str, table: wire::Table) -> Item {
    let mut item = Item::new(super::PROFILE.id, "Table", table.id, named(&table.name));
    item.directory = true;
    item.parent_id = Some(base.to_owned());
    item.parent_path_or_name = Some(base_name.to_owned());
    item.url = link(&[base, &item.id]);
    item.properties = BTreeMap::from([
        (
            "description".to_owned(),
            table.description.map_or(Value::Null, Value::String),
        ),
        ("fields".to_owned(), table.fields.len().into()),
        ("views".to_owned(), table.views.len().into()),
    ]);
    item
}

pub(super) fn record_item(step: &Fetch, table: &str, record: wire::Record) -> Item {
    let base = step.note(note::BASE);
    let primary = record.fields.get(step.note(note::PRIMARY_FIELD));
    let name = primary.and_then(cell::text);
    let name = name.unwrap_or_else(|| format!("Record {}", record.id));
    let mut item = Item::new(super::PROFILE.id, "Record", record.id, name);
    item.parent_id = Some(table.to_owned());
    item.parent_path_or_name = step.title.clone();
    item.creation_time = record.created_time.and_then(|time| time.parse().ok());
    item.url = link(&[base, table, &item.id]);
    item.properties = [
        ("base_id", base),
        ("base_name", step.note(note::BASE_NAME)),
        ("table_name", step.note(note::TABLE_NAME)),
    ]
    .map(|(name, text)| (name.to_owned(), Value::String(text.to_owned())))
    .into();
    item
}

pub(super) fn named(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    match words.is_empty() {
        true => NAMELESS.to_owned(),
        false => words.join(" "),
    }
}

/// The page at Airtable, made only of ids that look like ids.
fn link(ids: &[&str]) -> Option<String> {
    let is_id = |id: &&str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let sound = ids.iter().all(is_id);
    sound.then(|| format!("https://airtable.com/{}", ids.join("/")))
}
