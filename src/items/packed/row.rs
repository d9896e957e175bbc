//! A row of a block: an item that was not built yet.

use jiff::Timestamp;

use super::{Unreadable, wire};
use crate::item::Item;

/// A row, borrowed from its block.
pub struct Row<'a> {
    /// The provider's own id.
    pub id: &'a str,
    /// The provider's id.
    pub provider: &'a str,
    /// Its type.
    pub kind: &'a str,
    /// What a person would call it.
    pub name: &'a str,
    /// The id of what it lies in.
    pub parent_id: Option<&'a str>,
    /// Where it lies, in words.
    pub parent: Option<&'a str>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When it was last changed.
    pub modified: Option<Timestamp>,
    bytes: &'a [u8],
    wire: wire::Row<'a>,
    words: &'a [&'a str],
}

impl<'a> Row<'a> {
    pub(super) fn new(
        wire: wire::Row<'a>,
        bytes: &'a [u8],
        words: &'a [&'a str],
    ) -> Result<Self, Unreadable> {
        let time = |time: Option<wire::Time>| time.map(wire::Time::timestamp).transpose();
        Ok(Self {
            id: wire.id,
            provider: word(words, wire.provider)?,
            kind: word(words, wire.kind)?,
            name: wire.name,
            parent_id: wire.parent_id,
            parent: wire.parent,
            created: time(wire.created)?,
            modified: time(wire.modified)?,
            bytes,
            wire,
            words,
        })
    }

    /// The row as it was packed, to be read elsewhere: see [`super::unpack_row`].
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The names of its properties.
    pub fn property_names(&self) -> impl Iterator<Item = &'a str> {
        let numbers = self.wire.properties.iter().map(|(name, _)| *name);
        numbers.filter_map(|number| word(self.words, number).ok())
    }

    /// The properties that are texts.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let values = self.wire.properties.iter();
        values.filter_map(|(_, value)| match value {
            wire::Value::Text(text) => Some(*text),
            _ => None,
        })
    }

    /// The item.
    pub fn to_item(&self) -> Result<Item, Unreadable> {
        let wire = &self.wire;
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let properties = wire.properties.iter().map(|(name, value)| {
            let name = word(self.words, *name)?;
            Ok((name.to_owned(), value.json()?))
        });
        let children = wire.children.as_ref();
        Ok(Item {
            id: wire.id.to_owned(),
            provider: self.provider.to_owned(),
            kind: self.kind.to_owned(),
            name: wire.name.to_owned(),
            directory: wire.directory,
            parent_id: owned(wire.parent_id),
            parent_path_or_name: owned(wire.parent),
            creation_time: self.created,
            last_modified_time: self.modified,
            url: owned(wire.url),
            children: children.map(|all| all.iter().map(|id| (*id).to_owned()).collect()),
            mime_type: owned(wire.mime_type),
            delta: owned(wire.delta),
            drive_id: owned(wire.drive_id),
            visibility: owned(wire.visibility),
            properties: properties.collect::<Result<_, Unreadable>>()?,
        })
    }
}

fn word<'a>(words: &[&'a str], number: u32) -> Result<&'a str, Unreadable> {
    let at = usize::try_from(number).map_err(|_| Unreadable)?;
    words.get(at).copied().ok_or(Unreadable)
}
