//! Runs the plan of a load: a few fetches at a time, each of which may bring more.

use std::collections::{HashMap, VecDeque};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::report::{Cut, Load, Outcome};
use super::snapshot::Writer;
use super::walk::{Walk, Way};
use super::{Bounds, LoadError};
use crate::item::Item;
use crate::outbound::{Call, CallError};
use crate::providers::{Account, Fetch, FetchError, Fetched, Provider};

/// Fetches of one load that run at once.
const AT_ONCE: usize = 6;

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
        match walk.way(step, &fetched) {
            Way::On => {}
            Way::Again => return Ok(fetched.next),
            Way::Nowhere(why) => {
                self.fail_as(&step.stream, why);
                return Ok(Vec::new());
            }
        }
        let cut = self.keep(&step.stream, fetched.items, walk).await?;
        let limit = self.bounds.max_pages;
        let Some(part) = self.load.part_mut(&step.stream) else {
            return Ok(Vec::new());
        };
        part.total = fetched.total.or(part.total);
        let full = limit > 0 && walk.came >= limit && !fetched.next.is_empty();
        part.cut = part.cut.or(cut).or(full.then_some(Cut::Pages(limit)));
        let goes_on = part.cut.is_none() && part.outcome == Outcome::Running;
        Ok(if goes_on { fetched.next } else { Vec::new() })
    }

    /// Stores the items of a page that are new, as far as the limit allows.
    async fn keep(
        &mut self,
        stream: &str,
        mut items: Vec<Item>,
        walk: &mut Walk,
    ) -> Result<Option<Cut>, LoadError> {
        let arrived = items.len();
        if let Err(why) = walk.keep_new(&mut items) {
            self.fail_as(stream, why);
            return Ok(None);
        }
        let repeated = (arrived - items.len()) as u64;
        let room = self.bounds.max_items.saturating_sub(self.load.items());
        let cut = (items.len() as u64 > room).then_some(Cut::Items(self.bounds.max_items));
        items.truncate(usize::try_from(room).unwrap_or(usize::MAX));
        let Some(part) = self.load.part_mut(stream) else {
            return Ok(None);
        };
        part.repeated += repeated;
        if items.is_empty() {
            return Ok(cut);
        }
        self.writer.page(stream, part.pages, &items).await?;
        part.pages += 1;
        part.items += items.len() as u64;
        for item in &items {
            *part.kinds.entry(item.kind.clone()).or_default() += 1;
        }
        Ok(cut)
    }

    fn fail_as(&mut self, stream: &str, why: &str) {
        let name = self.provider.profile().name;
        self.fail(stream, Outcome::Failed(format!("{name} {why}")));
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
    walks.entry(step.stream.clone()).or_default().enter(&step);
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
        FetchError::Call(CallError::Bearer(error)) => Outcome::Denied(error.to_string()),
        FetchError::Call(error) => Outcome::Failed(format!("{name} {error}")),
    }
}
