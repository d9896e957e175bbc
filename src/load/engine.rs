//! Runs the plan of a load: a few fetches at a time, each of which may bring more.

use std::collections::{HashMap, VecDeque};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::dedup::Seen;
use super::report::{Cut, Load, Outcome};
use super::snapshot::Writer;
use super::{Bounds, LoadError};
use crate::item::Item;
use crate::outbound::{Call, CallError};
use crate::providers::{Account, Fetch, FetchError, Fetched, Provider};

/// Fetches of one load that run at once.
const AT_ONCE: usize = 6;
/// Empty pages of a stream that lead to themselves: a provider that is not ready says so.
const ASKED_AGAIN: u32 = 5;

/// A load that is being run.
pub(super) struct Engine<'a> {
    pub(super) provider: &'static dyn Provider,
    pub(super) account: &'a Account,
    /// A call for each stream, so that each stream's report counts its own.
    pub(super) calls: &'a HashMap<String, Call>,
    pub(super) writer: Writer<'a>,
    pub(super) bounds: Bounds,
    pub(super) load: Load,
}

/// What the walk of a stream remembers beside its report.
#[derive(Default)]
struct Walk {
    seen: Seen,
    cursors: std::collections::HashSet<Option<String>>,
    open: usize,
    asked_again: u32,
}

impl Engine<'_> {
    /// Fetches until nothing is left to fetch. Streams fail alone; an error is the store's.
    pub(super) async fn run(mut self) -> Result<Load, LoadError> {
        let mut walks: HashMap<String, Walk> = HashMap::new();
        let mut queue: VecDeque<Fetch> = VecDeque::new();
        for part in self
            .load
            .parts
            .iter()
            .filter(|part| part.outcome == Outcome::Running)
        {
            let first = Fetch {
                stream: part.stream.clone(),
                cursor: None,
            };
            enqueue(&mut walks, &mut queue, first);
        }
        let mut running = FuturesUnordered::new();
        loop {
            while running.len() < AT_ONCE {
                let Some(step) = queue.pop_front() else { break };
                running.push(fetch(self.provider, self.account, self.calls, step));
            }
            let Some((step, result)) = running.next().await else {
                break;
            };
            let walk = walks.entry(step.stream.clone()).or_default();
            walk.open = walk.open.saturating_sub(1);
            let next = self.arrived(&step, result, walk).await?;
            for step in next {
                enqueue(&mut walks, &mut queue, step);
            }
            if walks.get(&step.stream).is_none_or(|walk| walk.open == 0) {
                self.end_of(&step.stream);
            }
            self.count(&step.stream);
            self.writer.progress(&self.load).await?;
        }
        Ok(self.load)
    }

    /// Takes in what a step brought; answers the steps that follow.
    async fn arrived(
        &mut self,
        step: &Fetch,
        result: Result<Fetched, FetchError>,
        walk: &mut Walk,
    ) -> Result<Vec<Fetch>, LoadError> {
        let fetched = match result {
            Ok(fetched) => fetched,
            Err(error) => {
                let name = self.provider.profile().name;
                self.fail(&step.stream, outcome(name, &error));
                return Ok(Vec::new());
            }
        };
        if !self.is_running(&step.stream) {
            return Ok(Vec::new());
        }
        let leads_back = |next: &Fetch| walk.cursors.contains(&next.cursor);
        let leads_back = fetched.next.iter().any(leads_back);
        let to_itself = fetched.next.iter().all(|next| next.cursor == step.cursor);
        if leads_back && to_itself && fetched.items.is_empty() && walk.asked_again < ASKED_AGAIN {
            walk.asked_again += 1;
            return Ok(fetched.next);
        }
        if leads_back {
            let why = format!(
                "{} answered with a page that leads back to an earlier one",
                self.provider.profile().name
            );
            self.fail(&step.stream, Outcome::Failed(why));
            return Ok(Vec::new());
        }
        let cut = self
            .keep(&step.stream, fetched.items, fetched.total, walk)
            .await?;
        let Some(part) = self.load.part_mut(&step.stream) else {
            return Ok(Vec::new());
        };
        let limit = self.bounds.max_pages;
        let cut = cut.or_else(|| {
            let reached = limit > 0 && u64::from(part.pages) >= limit;
            (reached && !fetched.next.is_empty()).then_some(Cut::Pages(limit))
        });
        part.cut = cut;
        Ok(if cut.is_some() {
            Vec::new()
        } else {
            fetched.next
        })
    }

    /// Stores the items of a page that are new, as far as the limit allows.
    async fn keep(
        &mut self,
        stream: &str,
        mut items: Vec<Item>,
        total: Option<u64>,
        walk: &mut Walk,
    ) -> Result<Option<Cut>, LoadError> {
        let arrived = items.len();
        items.retain(|item| walk.seen.insert(&item.id));
        let repeated = (arrived - items.len()) as u64;
        let room = self.bounds.max_items.saturating_sub(self.load.items());
        let cut = (items.len() as u64 > room).then_some(Cut::Items(self.bounds.max_items));
        items.truncate(usize::try_from(room).unwrap_or(usize::MAX));
        let Some(part) = self.load.part_mut(stream) else {
            return Ok(None);
        };
        self.writer.page(stream, part.pages, &items).await?;
        part.pages += 1;
        part.items += items.len() as u64;
        part.repeated += repeated;
        part.total = total.or(part.total);
        for item in &items {
            *part.kinds.entry(item.kind.clone()).or_default() += 1;
        }
        Ok(cut)
    }

    fn is_running(&mut self, stream: &str) -> bool {
        self.load
            .part_mut(stream)
            .is_some_and(|part| part.outcome == Outcome::Running)
    }

    fn fail(&mut self, stream: &str, outcome: Outcome) {
        if let Some(part) = self.load.part_mut(stream) {
            tracing::warn!(stream, ?outcome, "a stream did not load");
            part.outcome = outcome;
        }
    }

    fn end_of(&mut self, stream: &str) {
        if let Some(part) = self.load.part_mut(stream)
            && part.outcome == Outcome::Running
        {
            part.outcome = Outcome::Done;
        }
    }

    fn count(&mut self, stream: &str) {
        if let (Some(part), Some(call)) = (self.load.part_mut(stream), self.calls.get(stream)) {
            part.retries = call.counts().retries();
            part.limited = call.counts().limited();
        }
    }
}

fn enqueue(walks: &mut HashMap<String, Walk>, queue: &mut VecDeque<Fetch>, step: Fetch) {
    let walk = walks.entry(step.stream.clone()).or_default();
    walk.open += 1;
    walk.cursors.insert(step.cursor.clone());
    queue.push_back(step);
}

async fn fetch(
    provider: &'static dyn Provider,
    account: &Account,
    calls: &HashMap<String, Call>,
    step: Fetch,
) -> (Fetch, Result<Fetched, FetchError>) {
    let result = match calls.get(&step.stream) {
        Some(call) => provider.fetch(call, account, &step).await,
        None => Err(CallError::Broken(format!("there is no stream {}", step.stream)).into()),
    };
    (step, result)
}

fn outcome(name: &str, error: &FetchError) -> Outcome {
    match error {
        FetchError::MissingPermission(scope) => {
            Outcome::Skipped(format!("{name} says that a permission is missing: {scope}"))
        }
        FetchError::Call(CallError::Bearer(error)) => Outcome::Failed(error.to_string()),
        FetchError::Call(error) => Outcome::Failed(format!("{name} {error}")),
    }
}
