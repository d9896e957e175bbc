//! A block.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{archived, iso, parent, user};
use crate::sandbox::notion::{
    data::{Id, Parent, Space},
    version::Version,
    workspaces,
};

/// What is written of a block.
#[derive(Debug)]
pub struct Block {
    pub id: Id,
    pub parent: Parent,
    pub created: Timestamp,
    pub edited: Timestamp,
    /// Its type, which is also the name of what it holds.
    pub kind: &'static str,
    pub inside: Value,
    pub has_children: bool,
}

/// The block as this version writes it.
pub fn block(space: Space, block: &Block, version: Version) -> Value {
    let mut object = json!({
        "object": "block",
        "id": block.id,
        "parent": parent(space, block.parent, version),
        "created_time": iso(block.created),
        "last_edited_time": iso(block.edited),
        "created_by": user(workspaces::person()),
        "last_edited_by": user(workspaces::person()),
        "has_children": block.has_children,
        "in_trash": false,
        "type": block.kind,
        block.kind: block.inside,
    });
    archived(&mut object, false, version);
    object
}
