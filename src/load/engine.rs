//! Runs the plan of a load: a few fetches at a time, each of which may bring more.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::course::Course;
use super::names::Names;
use super::report::{Cut, Load, Missed, Outcome, Part};
use super::snapshot::Writer;
use super::walk::Way;
use super::{Bounds, LoadError};
use crate::item::Item;
use crate::outbound::{Call, CallError};
use crate::providers::{Account, Fetch, FetchError, Fetched, Provider, Stream};

/// Fetches of one load that run at once. With answers that take a quarter of a second it serves a limit of
/// 50 a second, and so with half as many again.
const AT_ONCE: usize = 24;

/// A load that is being run.
pub(super) struct Engine<'a> {
    fetcher: Fetcher,
    running: JoinSet<(Fetch, Result<Fetched, FetchError>)>,
    tasks: tokio::runtime::Handle,
    writer: Writer<'a>,
    bounds: Bounds,
    load: Load,
    course: Course,
    names: Names,
}

/// What steps are fetched with.
#[derive(Clone)]
pub(super) struct Fetcher {
    pub(super) provider: &'static dyn Provider,
    pub(super) account: Arc<Account>,
    /// A call for each stream, so that each stream's report counts its own.
    pub(super) calls: Arc<HashMap<String, Call>>,
}

/// What a load is run with.
pub(super) struct Plan<'a> {
    pub(super) fetcher: Fetcher,
    /// Where fetches run. Each is a task of its own: one that waits for the store with a connection in its
    /// hand must go on while the engine waits for the store too.
    pub(super) tasks: tokio::runtime::Handle,
    pub(super) writer: Writer<'a>,
    pub(super) bounds: Bounds,
    /// Its parts are the streams that are wanted.
    pub(super) load: Load,
}

impl<'a> Engine<'a> {
    pub(super) fn new(plan: Plan<'a>) -> Self {
        Self {
            course: Course::new(plan.fetcher.provider.profile(), &plan.load),
            fetcher: plan.fetcher,
            running: JoinSet::new(),
            tasks: plan.tasks,
            writer: plan.writer,
            bounds: plan.bounds,
            load: plan.load,
            names: Names::default(),
        }
    }

    /// Fetches until nothing is left to fetch. Streams fail alone; an error is the store's.
    pub(super) async fn run(mut self) -> Result<Load, LoadError> {
        loop {
            self.begin_steps();
            self.conclude_streams();
            if self.running.is_empty() && self.course.queue.is_empty() {
                break;
            }
            match self.running.join_next().await {
                Some(Ok((step, result))) => {
                    self.arrived(&step, result).await?;
                    self.count(&step.stream);
                    self.writer.progress(&self.load).await?;
                }
                Some(Err(error)) => tracing::error!(%error, "a fetch broke off"),
                None => {}
            }
        }
        self.fail_what_broke_off();
        self.names.write(&self.writer, &self.load).await?;
        Ok(self.load)
    }

    fn begin_steps(&mut self) {
        while self.running.len() < AT_ONCE {
            let Some(step) = self.next_step() else { break };
            let fetcher = self.fetcher.clone();
            self.running
                .spawn_on(async move { fetcher.fetch(step).await }, &self.tasks);
        }
    }

    /// The next step that is still wanted.
    fn next_step(&mut self) -> Option<Fetch> {
        loop {
            let step = self.course.queue.pop()?;
            if self.may_begin(&step) {
                return Some(step);
            }
            self.course.leave(&step);
        }
    }

    /// Whether a step is still wanted. One page beyond the limit is where the limit shows.
    fn may_begin(&mut self, step: &Fetch) -> bool {
        let limit = self.bounds.max_pages;
        if !self.goes_on(&step.stream) {
            return false;
        }
        let Some(run) = self.course.run(&step.stream) else {
            return false;
        };
        let full = limit > 0 && run.pages >= limit;
        run.pages += u64::from(!full);
        if full && let Some(part) = self.part(&step.stream) {
            part.cut = part.cut.or(Some(Cut::Pages(limit)));
        }
        !full
    }

    /// Takes in what a step brought.
    async fn arrived(
        &mut self,
        step: &Fetch,
        result: Result<Fetched, FetchError>,
    ) -> Result<(), LoadError> {
        self.course.leave(step);
        if self.goes_on(&step.stream) {
            match result {
                Ok(fetched) => self.take(step, fetched).await?,
                Err(error) => self.failed(step, &error),
            }
        }
        self.course.forget(step);
        Ok(())
    }

    async fn take(&mut self, step: &Fetch, fetched: Fetched) -> Result<(), LoadError> {
        match self.course.walk(step).way(step, &fetched) {
            Way::On => {}
            Way::Again => {
                self.asked_in_vain(step);
                self.course.follow(Some(step), fetched.next);
                return Ok(());
            }
            Way::Nowhere(why) => {
                self.give_up(step, why);
                return Ok(());
            }
        }
        let Fetched {
            items,
            next,
            total,
            places,
        } = fetched;
        if let Some(run) = self.course.run(&step.stream) {
            run.came += 1;
        }
        self.course.note_places(&step.stream, &places);
        self.names.note(&places);
        self.keep(step, items).await?;
        if let Some(part) = self.part(&step.stream).filter(|_| step.list.is_empty()) {
            part.total = total.or(part.total);
        }
        if self.goes_on(&step.stream) {
            self.course.follow(Some(step), next);
        }
        Ok(())
    }

    /// Stores the items of a page that are new, as far as the limit allows.
    async fn keep(&mut self, step: &Fetch, mut items: Vec<Item>) -> Result<(), LoadError> {
        let arrived = items.len();
        if let Err(why) = self.course.walk(step).keep_new(&mut items) {
            self.give_up(step, why);
            return Ok(());
        }
        if !self.course.is_seen(&step.stream) {
            return Ok(());
        }
        let repeated = (arrived - items.len()) as u64;
        let most = self.bounds.max_items;
        let room = most.saturating_sub(self.load.items());
        let full = items.len() as u64 > room;
        items.truncate(usize::try_from(room).unwrap_or(usize::MAX));
        items.iter().for_each(|item| self.names.ask(item));
        let Some(part) = self.load.part_mut(&step.stream) else {
            return Ok(());
        };
        part.repeated += repeated;
        part.cut = part.cut.or(full.then_some(Cut::Items(most)));
        if items.is_empty() {
            return Ok(());
        }
        self.writer.page(&step.stream, part.pages, &items).await?;
        part.pages += 1;
        part.items += items.len() as u64;
        for item in &items {
            *part.kinds.entry(item.kind.clone()).or_default() += 1;
        }
        Ok(())
    }

    /// A page that was not there yet does not count against the limit.
    fn asked_in_vain(&mut self, step: &Fetch) {
        if let Some(run) = self.course.run(&step.stream) {
            run.pages = run.pages.saturating_sub(1);
        }
    }

    fn failed(&mut self, step: &Fetch, error: &FetchError) {
        if matches!(error, FetchError::CursorDied) && self.course.walk(step).begin_again() {
            tracing::debug!(stream = step.stream, "a list is begun again");
            self.course.enter(step.from_the_start());
            return;
        }
        let outcome = outcome(self.name(), error);
        let lasting = matches!(outcome, Outcome::Denied(_));
        match &step.title {
            Some(title) if !lasting => self.miss(step, title, outcome),
            // What was read before its end is better than nothing, and the report says so.
            None if matches!(error, FetchError::CursorDied) && self.has_items(step) => {
                self.miss(step, "The rest of the list", outcome);
            }
            _ => self.fail(&step.stream, outcome),
        }
    }

    fn give_up(&mut self, step: &Fetch, why: &str) {
        let outcome = Outcome::Failed(format!("{} {why}", self.name()));
        match &step.title {
            Some(title) => self.miss(step, title, outcome),
            None => self.fail(&step.stream, outcome),
        }
    }

    fn miss(&mut self, step: &Fetch, title: &str, outcome: Outcome) {
        let why = outcome.why().unwrap_or_default().to_owned();
        tracing::warn!(stream = step.stream, why, "a list did not load");
        if let Some(part) = self.part(&step.stream) {
            part.miss(Missed {
                title: title.to_owned(),
                why,
            });
        }
    }

    /// Streams whose steps did not all come back.
    fn fail_what_broke_off(&mut self) {
        for stream in self.course.streams() {
            if self.is_running(stream.id) {
                let why = "was read with a fault of Patchbay's own; its log has more";
                self.fail(stream.id, Outcome::Failed(format!("{} {why}", self.name())));
            }
        }
    }

    fn name(&self) -> &'static str {
        self.fetcher.provider.profile().name
    }

    fn fail(&mut self, stream: &str, outcome: Outcome) {
        if let Some(part) = self.part(stream) {
            tracing::warn!(stream, ?outcome, "a stream did not load");
            part.outcome = outcome;
        }
    }

    /// Lets streams end of which nothing is open, once they were asked what follows.
    fn conclude_streams(&mut self) {
        for stream in self.course.streams() {
            if self.goes_on(stream.id) && self.course.is_over(stream) {
                self.follow_up(stream);
            }
            if self.is_running(stream.id) && self.course.is_over(stream) {
                let outcome = self.end_of(stream);
                if let Some(part) = self.part(stream.id) {
                    part.outcome = outcome;
                }
            }
        }
    }

    fn follow_up(&mut self, stream: &Stream) {
        if let Some(places) = self.course.places_once(stream.id) {
            let next = self.fetcher.provider.follow_up(stream.id, &places);
            self.course.follow(None, next);
        }
    }

    /// How a stream ended: as the one that leads to it, if that failed; in failure, if none of its lists
    /// could be read.
    fn end_of(&mut self, stream: &Stream) -> Outcome {
        if let Some(source) = stream.source {
            let seen = self.course.is_seen(source);
            let source = self.part(source).cloned();
            if let Some(failed) = source.as_ref().filter(|one| one.outcome != Outcome::Done) {
                return failed.outcome.clone();
            }
            if let (Some(source), Some(part)) = (source.filter(|_| !seen), self.part(stream.id)) {
                part.miss_too(&source);
            }
        }
        let came = self.course.run(stream.id).map_or(0, |run| run.came);
        let part = self.part(stream.id);
        match part.and_then(|part| part.missed.first()) {
            Some(missed) if came == 0 => Outcome::Failed(missed.why.clone()),
            _ => Outcome::Done,
        }
    }

    /// The report of a stream, shown or not.
    fn part(&mut self, stream: &str) -> Option<&mut Part> {
        match self.course.unseen(stream) {
            Some(part) => Some(part),
            None => self.load.part_mut(stream),
        }
    }

    fn goes_on(&mut self, stream: &str) -> bool {
        self.part(stream).is_some_and(|part| part.goes_on())
    }

    fn is_running(&mut self, stream: &str) -> bool {
        let part = self.part(stream);
        part.is_some_and(|part| part.outcome == Outcome::Running)
    }

    fn has_items(&mut self, step: &Fetch) -> bool {
        self.part(&step.stream).is_some_and(|part| part.items > 0)
    }

    fn count(&mut self, stream: &str) {
        if let (Some(part), Some(call)) =
            (self.load.part_mut(stream), self.fetcher.calls.get(stream))
        {
            part.retries = call.counts().retries();
            part.limited = call.counts().limited();
        }
    }
}

impl Fetcher {
    async fn fetch(self, step: Fetch) -> (Fetch, Result<Fetched, FetchError>) {
        let result = match self.calls.get(&step.stream) {
            Some(call) => self.provider.fetch(call, &self.account, &step).await,
            None => Err(CallError::Broken(format!("there is no stream {}", step.stream)).into()),
        };
        (step, result)
    }
}

fn outcome(name: &str, error: &FetchError) -> Outcome {
    match error {
        FetchError::MissingPermission(scope) => {
            Outcome::Skipped(format!("{name} says that a permission is missing: {scope}"))
        }
        FetchError::Call(CallError::Bearer(error)) => Outcome::Denied(error.to_string()),
        error => Outcome::Failed(format!("{name} {error}")),
    }
}
