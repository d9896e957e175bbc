//! Ids: UUIDs that look like recorded ones and lead back to what they name, so that nothing has to be stored.

use serde::{Serialize, Serializer};
use uuid::{Uuid, fmt::Simple};

use crate::sandbox::hash::hash;

/// An id. It is written in lower case with dashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Id(Uuid);

impl Id {
    /// Without dashes, as addresses have it.
    pub fn simple(self) -> Simple {
        self.0.simple()
    }

    /// The id of nothing.
    pub fn nil() -> Self {
        Self(Uuid::nil())
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What an id names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Page = 1,
    Source,
    Database,
    Block,
    Person,
    Bot,
    Workspace,
    /// A page that is not shared, or something that no documentation names.
    Stranger,
    Option,
    Emoji,
}

/// The payload has the index in its low bits and the kind above.
const INDEX_BITS: u32 = 40;
/// The lower half without the two bits of the UUID variant.
const PAYLOAD: u64 = u64::MAX >> 2;
const VARIANT: u64 = 1 << 63;
/// Recorded ids are of version 8.
const VERSION_MASK: u64 = 0xf000;
const VERSION: u64 = 0x8000;

/// The id of the object of a kind at a position.
pub fn id(seed: u64, kind: Kind, index: u64) -> Id {
    let high = hash([seed, kind as u64, index, 0]) & !VERSION_MASK | VERSION;
    let payload = (kind as u64) << INDEX_BITS | index;
    Id(Uuid::from_u64_pair(
        high,
        VARIANT | (payload ^ mask(seed, high)) & PAYLOAD,
    ))
}

/// The position of the object of a kind with this id, if the id is one of ours.
pub fn index_of(seed: u64, kind: Kind, wanted: Id) -> Option<u64> {
    let (high, low) = wanted.0.as_u64_pair();
    let index = (low ^ mask(seed, high)) & ((1 << INDEX_BITS) - 1);
    (id(seed, kind, index) == wanted).then_some(index)
}

/// An id as a path holds it: with or without dashes, in any case.
pub fn read(text: &str) -> Option<Id> {
    // Other spellings of a UUID, in braces or as a URN, are not Notion's.
    let is_spelled = [32, 36].contains(&text.len());
    Uuid::try_parse(text).ok().filter(|_| is_spelled).map(Id)
}

fn mask(seed: u64, high: u64) -> u64 {
    hash([seed, high, 1, 0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_lead_back_and_are_of_one_kind_and_workspace() {
        for index in (0..200_000).step_by(997) {
            let id = id(11, Kind::Page, index);
            assert_eq!(index_of(11, Kind::Page, id), Some(index));
            assert_eq!(index_of(11, Kind::Database, id), None);
            assert_eq!(index_of(12, Kind::Page, id), None);
            assert_eq!(id.to_string().as_bytes()[14], b'8');
        }
    }

    #[test]
    fn ids_are_read_in_every_spelling_of_notion() {
        let id = id(11, Kind::Page, 7);
        for text in [
            id.to_string(),
            id.simple().to_string(),
            id.to_string().to_uppercase(),
        ] {
            assert_eq!(read(&text), Some(id), "{text}");
        }
        for text in [
            format!("{{{id}}}"),
            format!("urn:uuid:{id}"),
            "not-an-id".to_owned(),
        ] {
            assert_eq!(read(&text), None, "{text}");
        }
    }
}
