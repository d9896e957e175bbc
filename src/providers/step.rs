//! The plan of a load: small fetches that bring items, and the fetches that follow from them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::item::Item;
use crate::outbound::CallError;

/// One step of a load: a page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetch {
    /// The id of the stream that its items belong to.
    pub stream: String,
    /// Which of the stream's lists the page is of, as an id; empty where there is only one.
    pub list: String,
    /// The list's name for people, where it can fail alone: 'CRM / Leads'. What is not read of it is then
    /// reported, and the other lists go on. Without it the stream fails.
    pub title: Option<String>,
    /// Where the page begins, as the provider said; `None` for the first.
    pub cursor: Option<String>,
    /// Steps of one lane share a limit of the provider: a few of them run at once, and the lanes take turns.
    /// Empty for those that share none but the account's.
    pub lane: String,
    /// What the provider's code will need again, such as the names of parents.
    pub notes: BTreeMap<String, String>,
}

impl Fetch {
    /// The first page of a stream's only list.
    pub fn first(stream: &str) -> Self {
        Self {
            stream: stream.to_owned(),
            ..Self::default()
        }
    }

    /// The page of the same list that begins at `cursor`.
    pub fn page_at(&self, cursor: impl Into<String>) -> Self {
        Self {
            cursor: Some(cursor.into()),
            ..self.clone()
        }
    }

    /// The first page of the same list.
    pub fn from_the_start(&self) -> Self {
        Self {
            cursor: None,
            ..self.clone()
        }
    }

    /// Something noted before, empty where nothing was.
    pub fn note(&self, name: &str) -> &str {
        self.notes.get(name).map_or("", String::as_str)
    }
}

/// What a step brought.
#[derive(Debug, Default)]
pub struct Fetched {
    /// The items of the page.
    pub items: Vec<Item>,
    /// The steps that follow from it: the next page, and the lists of what was found.
    pub next: Vec<Fetch>,
    /// How many objects the list has, where the provider tells.
    pub total: Option<u64>,
    /// What its items lie in that is no item itself.
    pub places: Vec<Place>,
    /// Why the provider itself says that the list is not whole; the text follows the provider's name.
    pub incomplete: Option<&'static str>,
}

/// Something that items lie in and that is no item itself, as far as is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The id of the item that lies in it.
    pub of: String,
    /// Its id, as in [`Item::parent_id`].
    pub id: String,
    /// The id of what it lies in. An item whose place has no name is shown in that.
    pub lies_in: Option<String>,
}

/// Why a step brought nothing.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The account did not grant what the stream needs.
    #[error("a permission is missing: {0}")]
    MissingPermission(String),
    /// The account may not read this list; the text follows the provider's name.
    #[error("{0}")]
    Unreadable(String),
    /// The cursor is dead. The list must be begun again.
    #[error("ended the list before its end")]
    CursorDied,
    /// The call failed.
    #[error(transparent)]
    Call(#[from] CallError),
}
