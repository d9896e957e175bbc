//! The completeness report of a load, as programs read it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::report::{Cut, Load, Outcome, Part, Status, Wait};

/// What a load brought, and what it did not.
#[derive(Debug, Serialize, ToSchema)]
pub struct Summary<'a> {
    /// The load's id.
    pub id: &'a str,
    /// The provider's id.
    pub provider: &'a str,
    /// How far it is.
    pub status: Status,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Whether nobody works on it at this moment: its process died or stopped, and another one will go on with it.
    pub interrupted: bool,
    /// How often another process went on with it.
    pub taken_up: u32,
    /// Items over all streams.
    pub items: u64,
    /// Its streams.
    pub streams: Vec<StreamSummary<'a>>,
}

/// What a load brought of a stream, and what it did not.
#[derive(Debug, Serialize, ToSchema)]
pub struct StreamSummary<'a> {
    /// The stream's id.
    pub stream: &'a str,
    /// `running`, `done`, `failed`, `denied` (there was no token) or `skipped` (a permission is missing).
    pub outcome: &'static str,
    /// Why it is not whole, where it failed as a whole.
    pub reason: Option<&'a str>,
    /// When its items were brought.
    pub loaded_at: Option<Timestamp>,
    /// Items.
    pub items: u64,
    /// Of these, items of an earlier load.
    pub items_kept: u64,
    /// Items by type.
    pub types: &'a BTreeMap<String, u64>,
    /// Pages that the provider answered with.
    pub pages: u64,
    /// Objects that there are, where the provider tells.
    pub total: Option<u64>,
    /// Objects that came more than once, and were kept once.
    pub repeated: u64,
    /// Calls that were repeated.
    pub retries: u64,
    /// Answers that said 'too many requests'.
    pub rate_limited: u64,
    /// What all of its calls wait for, while it runs.
    pub waits: Option<Wait>,
    /// The limit that cut it short.
    pub cut: Option<Cut>,
    /// Lists that could not be read, or not to their end; the first few of them.
    pub missed: Vec<MissedSummary<'a>>,
    /// How many there were.
    pub missed_in_all: u64,
}

/// A list that could not be read, or not to its end.
#[derive(Debug, Serialize, ToSchema)]
pub struct MissedSummary<'a> {
    /// Its name.
    pub title: &'a str,
    /// Why.
    pub reason: &'a str,
}

impl Load {
    /// The report, for programs.
    pub fn summary<'a>(&'a self, provider: &'a str) -> Summary<'a> {
        Summary {
            id: &self.id,
            provider,
            status: self.status,
            started_at: self.started_at,
            ended_at: self.ended_at,
            interrupted: self.rests,
            taken_up: self.taken_up,
            items: self.items(),
            streams: self.parts.iter().map(Part::summary).collect(),
        }
    }
}

impl Part {
    fn summary(&self) -> StreamSummary<'_> {
        let missed = self.missed.iter().map(|missed| MissedSummary {
            title: &missed.title,
            reason: &missed.why,
        });
        StreamSummary {
            stream: &self.stream,
            outcome: self.outcome.name(),
            reason: self.outcome.why(),
            loaded_at: self.loaded_at,
            items: self.items,
            items_kept: self.kept().map(|(run, _)| run.items).sum(),
            types: &self.kinds,
            pages: self.pages,
            total: self.total,
            repeated: self.repeated,
            retries: self.retries,
            rate_limited: self.limited,
            waits: self.waits,
            cut: self.cut,
            missed: missed.collect(),
            missed_in_all: self.missed_in_all,
        }
    }
}

impl Outcome {
    fn name(&self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed(_) => "failed",
            Self::Denied(_) => "denied",
            Self::Skipped(_) => "skipped",
        }
    }
}
