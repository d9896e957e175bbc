//! Runs the plan of a load: a few fetches at a time, each of which may bring more.

mod end;
mod take;

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::course::Course;
use super::names::Names;
use super::report::{Cut, Load, Outcome, Part};
use super::snapshot::Writer;
use super::{Bounds, LoadError};
use crate::outbound::{Call, CallError};
use crate::providers::{Account, Fetch, FetchError, Fetched, Provider};

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

    fn name(&self) -> &'static str {
        self.fetcher.provider.profile().name
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
