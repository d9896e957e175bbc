//! A data source; and the same as the table that a database was before 2025-09-03.

use serde_json::{Value, json};

use super::{archived, icon, iso, parent, properties, rich_text, url, user};
use crate::sandbox::notion::{
    data::{Parent, Source},
    version::Version,
    workspaces,
};

/// The data source.
pub fn source(source: Source, version: Version) -> Value {
    let schema = properties::schema(source);
    if source.is_partial() {
        return json!({ "object": "data_source", "id": source.id(), "properties": schema });
    }
    let (space, database) = (source.space, source.database());
    let inside = match source.synced_from() {
        Some(origin) => Parent::Source(origin.ordinal),
        None => Parent::Database(database.index),
    };
    let mut object = common(source, schema, version);
    object["object"] = "data_source".into();
    object["id"] = json!(source.id());
    object["parent"] = parent(space, inside, version);
    object["database_parent"] = parent(space, database.parent(), version);
    object
}

/// The database of the data source, as it was before 2025-09-03.
pub fn table(source: Source, version: Version) -> Value {
    let database = source.database();
    if source.is_partial() {
        return json!({ "object": "database", "id": database.id() });
    }
    let mut object = common(source, properties::schema(source), version);
    object["object"] = "database".into();
    object["id"] = json!(database.id());
    object["parent"] = parent(source.space, database.parent(), version);
    object
}

fn common(source: Source, schema: Value, version: Version) -> Value {
    let is_trashed = source.is_trashed();
    let mut object = json!({
        "cover": icon::cover(source.draw(10)),
        "icon": icon::icon(source.space, source.draw(11)),
        "created_time": iso(source.created()),
        "created_by": user(workspaces::person()),
        "last_edited_by": user(workspaces::person()),
        "last_edited_time": iso(source.edited()),
        "title": rich_text::title(&source.title()),
        "description": [],
        "is_inline": source.draw(12).is_multiple_of(2),
        "properties": schema,
        // Recorded: the address is that of the database.
        "url": url("", source.database().id()),
        "public_url": null,
        "in_trash": is_trashed,
    });
    archived(&mut object, is_trashed, version);
    object
}
