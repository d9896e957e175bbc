//! A database as the container of its data sources.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{archived, icon, iso, parent, rich_text, url};
use crate::sandbox::notion::{data::Database, version::Version};

/// The database since 2025-09-03. It has no `created_by`.
pub fn database(database: Database, version: Version) -> Value {
    let sources: Vec<Value> = database
        .sources()
        .map(|source| json!({ "id": source.id(), "name": source.title().text() }))
        .collect();
    let mut object = json!({
        "object": "database",
        "id": database.id(),
        "title": rich_text::title(&database.title()),
        "description": [],
        "parent": parent(database.space, database.parent(), version),
        "is_inline": false,
        "in_trash": database.is_trashed(),
        "is_locked": false,
        "created_time": precise(database.created()),
        "last_edited_time": precise(database.edited()),
        "data_sources": sources,
        "icon": icon::icon(database.space, database.index),
        "cover": null,
        "url": url("", database.id()),
        "public_url": null,
    });
    archived(&mut object, database.is_trashed(), version);
    object
}

/// Recorded times of databases have an offset in place of the Z.
fn precise(moment: Timestamp) -> String {
    iso(moment).replace('Z', "+00:00")
}
