//! The parent of an object.

use serde_json::{Value, json};

use crate::sandbox::notion::{
    data::{Kind, Parent, Space},
    version::Version,
};

/// The parent as this version writes it: before 2025-09-03 rows hang on their database.
pub fn parent(space: Space, parent: Parent, version: Version) -> Value {
    match parent {
        Parent::Workspace => json!({ "type": "workspace", "workspace": true }),
        Parent::Page(index) => link("page_id", space, Kind::Page, index),
        Parent::Block(index) => link("block_id", space, Kind::Block, index),
        Parent::Database(index) => link("database_id", space, Kind::Database, index),
        Parent::Foreign(index) => link("page_id", space, Kind::Stranger, index),
        Parent::Stranger(kind, index) => link(kind, space, Kind::Stranger, index),
        Parent::Source(ordinal) => source(space, ordinal, version),
    }
}

fn link(kind: &str, space: Space, of: Kind, index: u64) -> Value {
    json!({ "type": kind, kind: space.id(of, index) })
}

fn source(space: Space, ordinal: u64, version: Version) -> Value {
    let Some(source) = space.source(ordinal) else {
        return Value::Null;
    };
    let database = source.database();
    if version.has_sources() {
        json!({ "type": "data_source_id", "data_source_id": source.id(), "database_id": database.id() })
    } else {
        link("database_id", space, Kind::Database, database.index)
    }
}
