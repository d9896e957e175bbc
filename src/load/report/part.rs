//! A stream of a load: what it brought, and what it did not.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Kept, Run};
use crate::outbound::Why;
use crate::providers::Fetch;

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
    /// When the load began that brought them; of several loads the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::load) begun_at: Option<Timestamp>,
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
    /// How many of them the provider failed to give, so that another try may bring them.
    #[serde(default)]
    pub missed_for_now: u64,
    /// The load whose pages these are, in reports of before there were runs.
    #[serde(default, skip_serializing)]
    pub(in crate::load) pages_of: Option<String>,
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
    pub(in crate::load) step: Option<Fetch>,
    /// Whether some of it came.
    #[serde(default)]
    pub(in crate::load) partly: bool,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Wait {
    /// Its end, as far as is known.
    pub until: Timestamp,
    /// What for.
    pub why: Why,
}

/// What cut a stream short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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

impl Part {
    pub(in crate::load) fn new(stream: &str, title: &str) -> Self {
        Self {
            stream: stream.to_owned(),
            title: title.to_owned(),
            outcome: Outcome::Running,
            runs: Vec::new(),
            loaded_at: None,
            begun_at: None,
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
            missed_for_now: 0,
            pages_of: None,
        }
    }

    /// Whether more of it is asked for.
    pub(in crate::load) fn goes_on(&self) -> bool {
        self.takes() && self.cut.is_none()
    }

    /// Whether what was asked for is still wanted when it comes: pages that are under way when the page limit
    /// is met are within the limit.
    pub(in crate::load) fn takes(&self) -> bool {
        self.outcome == Outcome::Running && !matches!(self.cut, Some(Cut::Items(_)))
    }

    /// Notes a list that could not be read; `for_now`: that another try may bring.
    pub(in crate::load) fn miss(&mut self, missed: Missed, for_now: bool) {
        self.missed_in_all += 1;
        self.missed_for_now += u64::from(for_now);
        if self.missed.len() < MISSED_NAMED {
            self.missed.push(missed);
        }
    }

    /// Takes over what the stream missed that leads to this one: what was not read there could not be
    /// followed here.
    pub(in crate::load) fn miss_too(&mut self, source: &Self) {
        let room = MISSED_NAMED.saturating_sub(self.missed.len());
        self.missed.extend(source.missed.iter().take(room).cloned());
        self.missed_in_all += source.missed_in_all;
        self.missed_for_now += source.missed_for_now;
        self.cut = self.cut.or(source.cut);
    }

    /// The run of blocks that is being written under this name.
    pub(in crate::load) fn run_mut(&mut self, of: &str) -> &mut Run {
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

    /// Before there were runs, a part had the pages of one load, each a block. Before there were changes, it did not say
    /// when its load began: that of the report, which was at `begun`, is no earlier.
    pub(super) fn upgrade(&mut self, begun: Timestamp) {
        if self.loaded_at.is_some() {
            self.begun_at.get_or_insert(begun);
        }
        if let Some(of) = self.pages_of.take() {
            self.runs = vec![Run {
                blocks: u32::try_from(self.pages).unwrap_or(u32::MAX),
                items: self.items,
                ..Run::new(&of)
            }];
        }
    }

    /// The part as it was before what it missed is tried again: without what was kept in its place.
    pub(in crate::load) fn without_missed(&self) -> Self {
        let mut part = Self {
            outcome: Outcome::Running,
            missed: Vec::new(),
            missed_in_all: 0,
            missed_for_now: 0,
            ..self.clone()
        };
        while let Some(at) = part.runs.iter().position(|run| run.kept.is_some()) {
            part.drop_run(at);
        }
        part
    }

    /// Drops a run, and takes its items off what is counted.
    pub(in crate::load) fn drop_run(&mut self, at: usize) -> Run {
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
    pub(in crate::load) fn is_whole(&self) -> bool {
        self.outcome == Outcome::Done && self.missed_in_all == 0
    }
}
