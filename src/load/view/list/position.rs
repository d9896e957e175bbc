//! Where a list goes on, as text that its readers hand back and do not look into.
//!
//! It names what comes next by something that lasts: a place in one load's rows, which never move, or a number in a
//! sorted selection together with the editions that were sorted. It grants nothing: whoever makes one up sees
//! another part of the items that are there for them anyway.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Listing;
use crate::items::Order;
use crate::load::dedup;

/// The first byte of the text's bytes.
const VERSION: u8 = 1;
/// No position of ours has so long a text: ids of providers and of loads are short.
const LONGEST: usize = 400;

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Of which list it is.
    pub(super) list: u128,
    pub(super) at: At,
}

/// Where a list goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum At {
    /// With the first item of a provider, of whichever load that is.
    Start { provider: String },
    /// Within a provider's snapshot.
    Within {
        provider: String,
        load: String,
        from: Spot,
    },
    /// So many items behind the first of a sorted selection.
    Behind { items: u64, editions: u128 },
}

/// A spot in a provider's snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Spot {
    /// At this loaded row of the snapshot.
    Row(u32),
    /// Among the items that were made since it was loaded, which follow its rows: after the one of this digest.
    After(u128),
}

/// Why a list cannot go on at a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misplaced {
    /// What it is in is there no more: it was loaded anew or taken away, or the items were changed since they were
    /// sorted. The list must be begun again.
    #[error("the position is over: what the list was of has changed")]
    Over,
    /// It is of a list with other filters or in another order.
    #[error("the position is of another list")]
    OtherList,
    /// No list has ever given it out.
    #[error("there is no such position")]
    Unknown,
}

impl Position {
    /// As it is handed out. Fits into an address as it is.
    pub fn to_text(&self) -> String {
        let bytes = postcard::to_allocvec(&(VERSION, self)).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The position that was handed out as this text; `None` of any other text.
    pub fn from_text(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let ((version, position), rest) = postcard::take_from_bytes::<(u8, Self)>(&bytes).ok()?;
        (version == VERSION && rest.is_empty()).then_some(position)
    }
}

impl Listing {
    /// A digest of what is listed in which order; how many at a time may change from page to page.
    pub(super) fn digest(&self) -> u128 {
        let query = &self.query;
        let order = match self.order {
            Order::AsLoaded => None,
            Order::By(sort, dir) => Some([sort.name(), dir.name()]),
        };
        let (provider, kind, parent) = (&query.provider, &query.kind, &query.parent_id);
        dedup::hash(&json!([provider, kind, parent, query.needle(), order]).to_string())
    }
}

impl From<Misplaced> for crate::error::Failure {
    fn from(error: Misplaced) -> Self {
        let (title, message) = match error {
            Misplaced::Over => (
                "The list has changed since",
                "What it was of was loaded anew or changed meanwhile. Begin the list again.",
            ),
            Misplaced::OtherList => (
                "That is the place in another list",
                "Keep the filters and the order as they were, or begin the list again.",
            ),
            Misplaced::Unknown => (
                "There is no such place in the list",
                "Begin the list again, and hand its positions back as they come.",
            ),
        };
        Self::new(crate::error::Kind::BadRequest, title, message)
    }
}

#[cfg(test)]
mod tests;
