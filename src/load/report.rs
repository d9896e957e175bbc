//! What a load did: its progress while it runs, and its completeness report when it has ended.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::store::{Key, Store, StoreError};

/// A load. While it runs this is its progress; what ended well or in part is also a snapshot's manifest.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Load {
    /// Its id, which its pages are stored under.
    pub id: String,
    /// The provider's id of the account that it reads.
    pub account: String,
    /// How far it is.
    pub status: Status,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Its streams.
    pub parts: Vec<Part>,
}

/// How far a load is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It runs.
    Running,
    /// All streams are whole, but for a limit of the operator's.
    Complete,
    /// Some stream failed or was skipped.
    Partial,
    /// No stream brought anything.
    Failed,
    /// Its process died or was stopped.
    Interrupted,
}

/// A stream of a load.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Part {
    /// The stream's id.
    pub stream: String,
    /// The stream's title.
    pub title: String,
    /// How it went.
    pub outcome: Outcome,
    /// The load whose pages these are: this one, or for a stream that failed the one before.
    pub pages_of: String,
    /// When the items were brought.
    pub loaded_at: Option<Timestamp>,
    /// Stored pages.
    pub pages: u32,
    /// Items on them.
    pub items: u64,
    /// Items by type.
    pub kinds: BTreeMap<String, u64>,
    /// How many objects the provider says there are, where it tells.
    pub total: Option<u64>,
    /// Objects that came more than once and were kept once.
    pub repeated: u64,
    /// Calls that were repeated.
    pub retries: u64,
    /// Answers that said 'too many requests'.
    pub limited: u64,
    /// What cut the stream short, if anything did.
    pub cut: Option<Cut>,
    /// Lists of the stream that could not be read, or not to their end; the first few of them.
    #[serde(default)]
    pub missed: Vec<Missed>,
    /// How many there were.
    #[serde(default)]
    pub missed_in_all: u64,
}

/// A list of a stream that could not be read, or not to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// Its name: 'CRM / Leads'.
    pub title: String,
    /// Why, as a sentence.
    pub why: String,
}

/// Lists that a report names one by one.
const MISSED_NAMED: usize = 20;

/// How a stream went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "why")]
pub enum Outcome {
    /// It runs.
    Running,
    /// It is whole, or as whole as the limits allow.
    Done,
    /// It failed, for this reason.
    Failed(String),
    /// There was no token to load it with, for this reason.
    Denied(String),
    /// It was left out for want of a permission, as this says.
    Skipped(String),
}

/// What cut a stream short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by", content = "limit")]
pub enum Cut {
    /// `PATCHBAY_LOAD_MAX_PAGES`.
    Pages(u64),
    /// `PATCHBAY_ITEMS_MAX`.
    Items(u64),
}

impl Outcome {
    /// Why it is not whole.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Failed(why) | Self::Denied(why) | Self::Skipped(why) => Some(why),
            Self::Running | Self::Done => None,
        }
    }
}

impl Load {
    /// Items over all streams.
    pub fn items(&self) -> u64 {
        self.parts.iter().map(|part| part.items).sum()
    }

    /// Whether a limit has cut some stream short.
    pub fn is_cut(&self) -> bool {
        self.parts.iter().any(|part| part.cut.is_some())
    }

    /// The part of a stream.
    pub fn part_mut(&mut self, stream: &str) -> Option<&mut Part> {
        self.parts.iter_mut().find(|part| part.stream == stream)
    }

    /// Whether, while nobody holds its lease, it did not come to its end.
    pub(super) fn did_not_end(&self) -> bool {
        matches!(self.status, Status::Running | Status::Interrupted)
    }

    /// How it ended, by how its streams did.
    pub(super) fn verdict(&self) -> Status {
        let done = self
            .parts
            .iter()
            .filter(|part| part.outcome == Outcome::Done)
            .count();
        let whole = self.parts.iter().all(|part| part.missed_in_all == 0);
        match done {
            0 => Status::Failed,
            all if all == self.parts.len() && whole => Status::Complete,
            _ => Status::Partial,
        }
    }
}

impl Part {
    pub(super) fn new(load: &str, stream: &str, title: &str) -> Self {
        Self {
            stream: stream.to_owned(),
            title: title.to_owned(),
            outcome: Outcome::Running,
            pages_of: load.to_owned(),
            loaded_at: None,
            pages: 0,
            items: 0,
            kinds: BTreeMap::new(),
            total: None,
            repeated: 0,
            retries: 0,
            limited: 0,
            cut: None,
            missed: Vec::new(),
            missed_in_all: 0,
        }
    }

    /// Whether more of it is asked for.
    pub(super) fn goes_on(&self) -> bool {
        self.takes() && self.cut.is_none()
    }

    /// Whether what was asked for is still wanted when it comes: pages that are under way when the page limit
    /// is met are within the limit.
    pub(super) fn takes(&self) -> bool {
        self.outcome == Outcome::Running && !matches!(self.cut, Some(Cut::Items(_)))
    }

    /// Notes a list that could not be read.
    pub(super) fn miss(&mut self, missed: Missed) {
        self.missed_in_all += 1;
        if self.missed.len() < MISSED_NAMED {
            self.missed.push(missed);
        }
    }

    /// Takes over what the stream missed that leads to this one: what was not read there could not be
    /// followed here.
    pub(super) fn miss_too(&mut self, source: &Self) {
        let room = MISSED_NAMED.saturating_sub(self.missed.len());
        self.missed.extend(source.missed.iter().take(room).cloned());
        self.missed_in_all += source.missed_in_all;
        self.cut = self.cut.or(source.cut);
    }

    /// Whether its items are of an earlier load.
    pub fn is_old(&self, load: &Load) -> bool {
        self.pages > 0 && self.pages_of != load.id
    }
}

/// Reads a load. One that cannot be read counts as none: it will be loaded again.
pub(super) async fn read(store: &Store, key: &Key) -> Result<Option<Load>, StoreError> {
    let bytes = store.get(key).await?;
    Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// A load as it is written.
pub(super) fn encode(load: &Load) -> Vec<u8> {
    serde_json::to_vec(load).unwrap_or_default()
}
