//! What a block of a stream holds: items, and how they came. The blocks of a load are its log: whoever takes the
//! load up reads them, and knows from them what was fetched and what follows.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::LoadError;
use crate::item::Item;
use crate::items::{self, Unreadable};
use crate::providers::{Fetch, Place};

/// The first byte of a block. One that was written before there were blocks is a JSON list.
const VERSION: u8 = 2;
const JSON_LIST: u8 = b'[';
/// Bytes that say how long the arrivals are.
const LENGTH: usize = size_of::<u32>();

/// Items of a stream, with how they came.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// The steps that are over; each brought the next so many of the items.
    pub(super) arrivals: Vec<Arrival>,
    pub(super) items: Vec<Item>,
}

/// A step that is over: what it brought, or nothing if it failed for good.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Arrival {
    /// The list within the stream, and where the page began.
    pub(super) list: String,
    pub(super) cursor: Option<String>,
    /// How often the list had been begun again.
    pub(super) walk: u32,
    /// Whether it brought a page; if not, it failed for good.
    pub(super) came: bool,
    /// How many items it brought that were new.
    pub(super) items: usize,
    /// The steps that follow from it.
    pub(super) next: Vec<Fetch>,
    /// What its items lie in that is no item.
    pub(super) places: Vec<Place>,
}

impl From<Unreadable> for LoadError {
    fn from(_: Unreadable) -> Self {
        Self::Gone
    }
}

impl Block {
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, LoadError> {
        let arrivals = serde_json::to_vec(&self.arrivals).map_err(|_| LoadError::Gone)?;
        let items = items::pack(&self.items)?;
        let length = u32::try_from(arrivals.len()).map_err(|_| LoadError::Gone)?;
        let mut bytes = Vec::with_capacity(1 + LENGTH + arrivals.len() + items.len());
        bytes.push(VERSION);
        bytes.extend(length.to_le_bytes());
        bytes.extend(arrivals);
        bytes.extend(items);
        Ok(bytes)
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, LoadError> {
        let (arrivals, items) = split(bytes).ok_or(LoadError::Gone)?;
        Ok(Self {
            arrivals: match arrivals {
                [] => Vec::new(),
                bytes => serde_json::from_slice(bytes).map_err(|_| LoadError::Gone)?,
            },
            items: items::unpack(items)?,
        })
    }
}

/// The items of a block as they are packed, whose rows can be read where they lie.
pub(super) fn packed(bytes: &[u8]) -> Result<Cow<'_, [u8]>, LoadError> {
    let (_, items) = split(bytes).ok_or(LoadError::Gone)?;
    Ok(items::modern(items)?)
}

/// The arrivals and the items, as they are written.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    match bytes.split_first()? {
        (&JSON_LIST, _) => Some((&[], bytes)),
        (&VERSION, rest) => {
            let (length, rest) = rest.split_first_chunk::<LENGTH>()?;
            rest.split_at_checked(u32::from_le_bytes(*length) as usize)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn item(id: &str) -> Item {
        Item::new("test", "Contact", id, "name")
    }

    #[test]
    fn a_block_is_read_as_it_was_written() {
        let block = Block {
            arrivals: vec![Arrival {
                list: "list".to_owned(),
                cursor: Some("cursor".to_owned()),
                walk: 1,
                came: true,
                items: 2,
                next: vec![Fetch::first("stream").page_at("next")],
                places: Vec::new(),
            }],
            items: vec![item("1"), item("2")],
        };
        let read = Block::from_bytes(&block.to_bytes().expect("bytes")).expect("a block");
        assert_eq!((read.arrivals, read.items), (block.arrivals, block.items));
    }

    #[test]
    fn a_page_of_before_there_were_blocks_is_read() {
        let page = serde_json::to_vec(&[item("1")]).expect("JSON");
        let read = Block::from_bytes(&page).expect("a block");
        assert_eq!((read.arrivals.len(), read.items), (0, vec![item("1")]));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..80), known in any::<bool>()) {
            let mut bytes = bytes;
            if let Some(first) = bytes.first_mut().filter(|_| known) {
                *first = VERSION;
            }
            let _ = Block::from_bytes(&bytes);
        }
    }
}
