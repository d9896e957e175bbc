//! The item: one normalised object of a provider's stream.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// One normalised object. Every field is always written, `null` where unknown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Item {
    /// The provider's own id, untouched.
    pub id: String,
    /// The provider's id, such as `hubspot`.
    pub provider: String,
    /// `Contact`, `Company`, `Deal`, `Page` and so on.
    #[serde(rename = "type")]
    pub kind: String,
    /// What a person would call it; never empty.
    pub name: String,
    /// Whether it has children.
    pub directory: bool,
    /// The id of what it lies in.
    pub parent_id: Option<String>,
    /// Where it lies, in words.
    pub parent_path_or_name: Option<String>,
    /// When it was created.
    pub creation_time: Option<Timestamp>,
    /// When it was last changed.
    pub last_modified_time: Option<Timestamp>,
    /// A link into the provider's own page; always `https`.
    pub url: Option<String>,
    /// Ids of what lies in it, where the provider tells.
    pub children: Option<Vec<String>>,
    /// The media type of a file.
    pub mime_type: Option<String>,
    /// A marker for incremental reads.
    pub delta: Option<String>,
    /// The drive of a file.
    pub drive_id: Option<String>,
    /// Who can see it at the provider.
    pub visibility: Option<String>,
    /// The provider's own chosen fields.
    pub properties: BTreeMap<String, Value>,
}

impl Item {
    /// An item of which nothing but its identity is known yet.
    pub fn new(provider: &str, kind: &str, id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            provider: provider.to_owned(),
            kind: kind.to_owned(),
            name: name.into(),
            directory: false,
            parent_id: None,
            parent_path_or_name: None,
            creation_time: None,
            last_modified_time: None,
            url: None,
            children: None,
            mime_type: None,
            delta: None,
            drive_id: None,
            visibility: None,
            properties: BTreeMap::new(),
        }
    }
}
