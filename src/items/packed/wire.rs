//! What stands in a block, field by field. A change here is a new version.

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::Unreadable;
use crate::item::Item;

/// A block, as it is written. It is read piece by piece.
#[derive(Serialize)]
pub(super) struct Body<'a> {
    pub(super) version: u8,
    pub(super) words: Vec<&'a str>,
    pub(super) rows: Vec<Row<'a>>,
}

/// An item; what many items share is a number in the block's words.
#[derive(Serialize, Deserialize)]
pub(super) struct Row<'a> {
    pub(super) id: &'a str,
    pub(super) provider: u32,
    pub(super) kind: u32,
    pub(super) name: &'a str,
    pub(super) directory: bool,
    #[serde(borrow)]
    pub(super) parent_id: Option<&'a str>,
    #[serde(borrow)]
    pub(super) parent: Option<&'a str>,
    pub(super) created: Option<Time>,
    pub(super) modified: Option<Time>,
    #[serde(borrow)]
    pub(super) url: Option<&'a str>,
    #[serde(borrow)]
    pub(super) children: Option<Vec<&'a str>>,
    #[serde(borrow)]
    pub(super) mime_type: Option<&'a str>,
    #[serde(borrow)]
    pub(super) delta: Option<&'a str>,
    #[serde(borrow)]
    pub(super) drive_id: Option<&'a str>,
    #[serde(borrow)]
    pub(super) visibility: Option<&'a str>,
    #[serde(borrow)]
    pub(super) properties: Vec<(u32, Value<'a>)>,
}

/// A time since 1970. Providers tell theirs to the millisecond.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) enum Time {
    Millis(i64),
    Nanos(i128),
}

/// The value of a property.
#[derive(Serialize, Deserialize)]
pub(super) enum Value<'a> {
    Null,
    #[serde(borrow)]
    Text(&'a str),
    /// Apart from other JSON, since its text need not lead back to the same number.
    Float(f64),
    #[serde(borrow)]
    Other(Cow<'a, str>),
}

/// The words of a block while it is packed.
#[derive(Default)]
pub(super) struct Words<'a> {
    list: Vec<&'a str>,
    known: HashMap<&'a str, u32>,
}

impl<'a> Words<'a> {
    fn number(&mut self, word: &'a str) -> u32 {
        let next = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        *self.known.entry(word).or_insert_with(|| {
            self.list.push(word);
            next
        })
    }

    pub(super) fn into_list(self) -> Vec<&'a str> {
        self.list
    }
}

impl<'a> Row<'a> {
    pub(super) fn of(item: &'a Item, words: &mut Words<'a>) -> Self {
        let properties = item.properties.iter();
        let properties = properties.map(|(name, value)| (words.number(name), Value::of(value)));
        let properties = properties.collect();
        let children = item.children.as_ref();
        Self {
            id: &item.id,
            provider: words.number(&item.provider),
            kind: words.number(&item.kind),
            name: &item.name,
            directory: item.directory,
            parent_id: item.parent_id.as_deref(),
            parent: item.parent_path_or_name.as_deref(),
            created: item.creation_time.map(Time::of),
            modified: item.last_modified_time.map(Time::of),
            url: item.url.as_deref(),
            children: children.map(|all| all.iter().map(String::as_str).collect()),
            mime_type: item.mime_type.as_deref(),
            delta: item.delta.as_deref(),
            drive_id: item.drive_id.as_deref(),
            visibility: item.visibility.as_deref(),
            properties,
        }
    }
}

impl Time {
    fn of(time: Timestamp) -> Self {
        let nanos = time.as_nanosecond();
        if nanos % 1_000_000 == 0 {
            Self::Millis(time.as_millisecond())
        } else {
            Self::Nanos(nanos)
        }
    }

    pub(super) fn timestamp(self) -> Result<Timestamp, Unreadable> {
        let time = match self {
            Self::Millis(millis) => Timestamp::from_millisecond(millis),
            Self::Nanos(nanos) => Timestamp::from_nanosecond(nanos),
        };
        time.map_err(|_| Unreadable)
    }
}

impl<'a> Value<'a> {
    fn of(value: &'a Json) -> Self {
        match value {
            Json::Null => Self::Null,
            Json::String(text) => Self::Text(text),
            Json::Number(number) if number.is_f64() => {
                Self::Float(number.as_f64().unwrap_or_default())
            }
            other => Self::Other(Cow::Owned(other.to_string())),
        }
    }

    pub(super) fn json(&self) -> Result<Json, Unreadable> {
        match self {
            Self::Null => Ok(Json::Null),
            Self::Text(text) => Ok(Json::String((*text).to_owned())),
            Self::Float(float) => Ok((*float).into()),
            Self::Other(text) => serde_json::from_str(text).map_err(|_| Unreadable),
        }
    }
}
