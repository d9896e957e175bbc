//! Objects as answers write them, by API version.

mod block;
mod database;
mod icon;
mod page;
mod parent;
mod properties;
mod rich_text;
mod source;

pub use block::{Block, block};
pub use database::database;
pub use page::page;
pub use parent::parent;
pub use rich_text::text;
pub use source::{source, table};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{data::Id, version::Version};

/// Adds the trash flag of versions before 2026-03-11.
fn archived(object: &mut Value, is_trashed: bool, version: Version) {
    if version.has_archived() {
        object["archived"] = is_trashed.into();
    }
}

/// A user as objects name who made them.
fn user(id: Id) -> Value {
    json!({ "object": "user", "id": id })
}

/// A time as Notion writes it.
fn iso(moment: Timestamp) -> String {
    format!("{moment:.3}")
}

/// The address of an object. Notion's own names the title before the id; nobody should read it.
fn url(title: &str, id: Id) -> String {
    let words = title.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).take(8).collect();
    let dash = if words.is_empty() { "" } else { "-" };
    let id = id.simple();
    format!("https://app.notion.com/p/{}{dash}{id}", words.join("-"))
}
