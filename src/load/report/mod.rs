//! What a load did: its progress while it runs, and its completeness report when it has ended.

mod part;
mod run;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use part::{Cut, Missed, Outcome, Part, Wait};
pub use run::{Kept, Run};

use crate::providers::Fetch;
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
    /// The streams that are walked for the sake of others, and bring no items; while it runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) hidden: Vec<Part>,
    /// How often it was taken up after its process had died or stopped.
    #[serde(default)]
    pub taken_up: u32,
    /// How often in a row that was in vain: no block was written since; and the blocks there were the last time.
    #[serde(default)]
    pub(super) in_vain: (u32, u64),
    /// The lists that it reads, where it does not read all: those that an earlier load missed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) only: Vec<Fetch>,
    /// Whether parents' names are being filled in, after all pages came.
    #[serde(default)]
    pub(super) naming: bool,
    /// The runs of the snapshot before that this one does not name, each with its stream. They are let go when it is
    /// published; if the process dies just then, at the next load's end, or when all is erased.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) leaves: Vec<(String, Run)>,
    /// Nobody works on it at this moment: its process died or stopped, and another one will take it up.
    #[serde(skip)]
    pub rests: bool,
}

/// How far a load is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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
    /// It broke off, and nobody goes on with it.
    Interrupted,
    /// Somebody ended it.
    Cancelled,
}

impl Load {
    /// One that begins now.
    pub(super) fn new(id: String, account: &str, now: Timestamp, parts: Vec<Part>) -> Self {
        Self {
            id,
            account: account.to_owned(),
            status: Status::Running,
            started_at: now,
            ended_at: None,
            parts,
            hidden: Vec::new(),
            taken_up: 0,
            in_vain: (0, 0),
            only: Vec::new(),
            naming: false,
            leaves: Vec::new(),
            rests: false,
        }
    }

    /// Items over all streams.
    pub fn items(&self) -> u64 {
        self.parts.iter().map(|part| part.items).sum()
    }

    /// Whether a limit has cut some stream short.
    pub fn is_cut(&self) -> bool {
        self.parts.iter().any(|part| part.cut.is_some())
    }

    /// The part of a stream as it is walked, shown or not. A retry may walk a stream for the sake of others that it
    /// shows as an earlier load brought it.
    pub(super) fn part_mut(&mut self, stream: &str) -> Option<&mut Part> {
        let all = self.hidden.iter_mut().chain(&mut self.parts);
        all.into_iter().find(|part| part.stream == stream)
    }

    /// The same, to look at.
    pub(super) fn part(&self, stream: &str) -> Option<&Part> {
        let mut all = self.hidden.iter().chain(&self.parts);
        all.find(|part| part.stream == stream)
    }

    /// Whether items of a stream are wanted.
    pub(super) fn is_seen(&self, stream: &str) -> bool {
        !self.hidden.iter().any(|part| part.stream == stream)
    }

    /// All runs of blocks that it names, each with its stream.
    pub fn runs(&self) -> impl Iterator<Item = (&str, &Run)> {
        let parts = self.parts.iter().chain(&self.hidden);
        parts.flat_map(|part| part.runs.iter().map(|run| (&part.stream[..], run)))
    }

    /// All runs of blocks that nobody needs any more when this load is not needed, each with its stream.
    pub(super) fn all_runs(&self) -> impl Iterator<Item = (&str, &Run)> {
        let leaves = self.leaves.iter();
        self.runs()
            .chain(leaves.map(|(stream, run)| (&stream[..], run)))
    }

    /// What this process of the load stores its blocks under. Each that takes it up has a name of its own: one that
    /// was only paused, and goes on writing, reaches no block of the other.
    pub(super) fn run_id(&self) -> String {
        match self.taken_up {
            0 => self.id.clone(),
            times => format!("{}-{times}", self.id),
        }
    }

    /// Whether a run's blocks were written by this load.
    pub fn is_own(&self, run: &Run) -> bool {
        run.is_of(&self.id)
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

/// Reads a load. One that cannot be read counts as none: it will be loaded again.
pub(super) async fn read(store: &Store, key: &Key) -> Result<Option<Load>, StoreError> {
    let bytes = store.get(key).await?;
    Ok(bytes.and_then(|bytes| decode(&bytes)))
}

/// A load that was written by [`encode`].
pub(super) fn decode(bytes: &[u8]) -> Option<Load> {
    let mut load: Load = serde_json::from_slice(bytes).ok()?;
    let begun = load.started_at;
    load.parts.iter_mut().for_each(|part| part.upgrade(begun));
    Some(load)
}

/// A load as it is written.
pub(super) fn encode(load: &Load) -> Vec<u8> {
    serde_json::to_vec(load).unwrap_or_default()
}
