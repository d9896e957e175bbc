//! What a load did: its progress while it runs, and its completeness report when it has ended.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::item::Item;
use crate::outbound::Why;
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
    /// Nobody works on it at this moment: its process died or stopped, and another one will take it up.
    #[serde(skip)]
    pub rests: bool,
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
    /// It broke off, and nobody goes on with it.
    Interrupted,
    /// Somebody ended it.
    Cancelled,
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
    /// Where the items lie: blocks of this load, and of earlier ones for what could not be brought anew.
    #[serde(default)]
    pub runs: Vec<Run>,
    /// When the items were brought.
    pub loaded_at: Option<Timestamp>,
    /// Pages that the provider answered with.
    pub pages: u64,
    /// Items in all runs.
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
    /// What all of its calls wait for, while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<Wait>,
    /// What cut the stream short, if anything did.
    pub cut: Option<Cut>,
    /// Lists of the stream that could not be read, or not to their end; the first few of them.
    #[serde(default)]
    pub missed: Vec<Missed>,
    /// How many there were.
    #[serde(default)]
    pub missed_in_all: u64,
    /// The load whose pages these are, in reports of before there were runs.
    #[serde(default, skip_serializing)]
    pub(super) pages_of: Option<String>,
}

/// Blocks of a stream's items that were written together, by one process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// What the blocks are stored under: the load's id, and which process of the load wrote them.
    pub of: String,
    /// The number of the first block.
    pub first: u32,
    /// How many blocks there are.
    pub blocks: u32,
    /// Items in them.
    pub items: u64,
    /// The items by type, so that they can be taken off when the run is dropped.
    #[serde(default)]
    pub(super) kinds: BTreeMap<String, u64>,
    /// Where these are items of an earlier load, kept because the list could not be read anew: when they were
    /// brought, and the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<Kept>,
}

/// Whose items a run keeps from an earlier load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// When they were brought.
    pub loaded_at: Option<Timestamp>,
}

/// A list of a stream that could not be read, or not to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// Its name: 'CRM / Leads'.
    pub title: String,
    /// Why, as a sentence.
    pub why: String,
    /// The step that begins it, for those who try again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) step: Option<Fetch>,
    /// Whether some of it came.
    #[serde(default)]
    pub(super) partly: bool,
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

/// A wait of a stream's calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// Its end, as far as is known.
    pub until: Timestamp,
    /// What for.
    pub why: Why,
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

impl Part {
    pub(super) fn new(stream: &str, title: &str) -> Self {
        Self {
            stream: stream.to_owned(),
            title: title.to_owned(),
            outcome: Outcome::Running,
            runs: Vec::new(),
            loaded_at: None,
            pages: 0,
            items: 0,
            kinds: BTreeMap::new(),
            total: None,
            repeated: 0,
            retries: 0,
            limited: 0,
            waits: None,
            cut: None,
            missed: Vec::new(),
            missed_in_all: 0,
            pages_of: None,
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

    /// The run of blocks that is being written under this name.
    pub(super) fn run_mut(&mut self, of: &str) -> &mut Run {
        let known = |run: &Run| run.of == of && run.kept.is_none();
        let at = self.runs.iter().position(known).unwrap_or_else(|| {
            self.runs.push(Run::new(of));
            self.runs.len() - 1
        });
        &mut self.runs[at]
    }

    /// The runs that it keeps of earlier loads.
    pub fn kept(&self) -> impl Iterator<Item = (&Run, &Kept)> {
        self.runs
            .iter()
            .filter_map(|run| Some((run, run.kept.as_ref()?)))
    }

    /// Before there were runs, a part had the pages of one load, each a block.
    fn upgrade(&mut self) {
        if let Some(of) = self.pages_of.take() {
            self.runs = vec![Run {
                blocks: u32::try_from(self.pages).unwrap_or(u32::MAX),
                items: self.items,
                ..Run::new(&of)
            }];
        }
    }

    /// The part as it was before what it missed is tried again: without what was kept in its place.
    pub(super) fn without_missed(&self) -> Self {
        let mut part = Self {
            outcome: Outcome::Running,
            missed: Vec::new(),
            missed_in_all: 0,
            ..self.clone()
        };
        while let Some(at) = part.runs.iter().position(|run| run.kept.is_some()) {
            part.drop_run(at);
        }
        part
    }

    /// Drops a run, and takes its items off what is counted.
    pub(super) fn drop_run(&mut self, at: usize) -> Run {
        let run = self.runs.remove(at);
        self.items = self.items.saturating_sub(run.items);
        for (kind, items) in &run.kinds {
            if let Some(all) = self.kinds.get_mut(kind) {
                *all = all.saturating_sub(*items);
            }
        }
        self.kinds.retain(|_, items| *items > 0);
        run
    }

    /// Whether it brought all that there is, so that nothing of it needs to be tried again.
    pub(super) fn is_whole(&self) -> bool {
        self.outcome == Outcome::Done && self.missed_in_all == 0
    }
}

impl Run {
    /// A run without blocks yet.
    pub(super) fn new(of: &str) -> Self {
        Self {
            of: of.to_owned(),
            first: 0,
            blocks: 0,
            items: 0,
            kinds: BTreeMap::new(),
            kept: None,
        }
    }

    /// Counts one more block, of these items.
    pub(super) fn count(&mut self, items: &[Item]) {
        self.blocks += 1;
        self.items += items.len() as u64;
        for item in items {
            *self.kinds.entry(item.kind.clone()).or_default() += 1;
        }
    }

    /// Whether its blocks were written by the load of this id.
    pub(super) fn is_of(&self, load: &str) -> bool {
        let rest = self.of.strip_prefix(load);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }

    /// Marks it as kept from an earlier load, unless it was already.
    pub(super) fn keep(&mut self, loaded_at: Option<Timestamp>) {
        self.kept.get_or_insert(Kept { loaded_at });
    }

    /// The numbers of its blocks.
    pub fn numbers(&self) -> std::ops::Range<u32> {
        self.first..self.first.saturating_add(self.blocks)
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
    load.parts.iter_mut().for_each(Part::upgrade);
    Some(load)
}

/// A load as it is written.
pub(super) fn encode(load: &Load) -> Vec<u8> {
    serde_json::to_vec(load).unwrap_or_default()
}
