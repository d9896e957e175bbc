//! Runs the plan of a load: a few fetches at a time, each of which may bring more.

mod end;
mod resume;
mod take;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{self, JoinError, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::course::Course;
use super::journal::Journal;
use super::names::Names;
use super::report::{Cut, Load, Outcome, Part};
use super::snapshot::Writer;
use super::{Bounds, LoadError};
use crate::outbound::{Call, CallError};
use crate::providers::{Account, Fetch, FetchError, Fetched, Provider};

/// Fetches of one load that run at once. A limit of 50 a second is used up at once, and kept up with when answers take
/// a second.
const AT_ONCE: usize = 64;

/// How often it is looked what the calls go through, though none of them ends.
const LOOK: Duration = Duration::from_secs(1);
/// What was gathered is still written at a stop, if that takes no longer.
const LAST_WRITE: Duration = Duration::from_millis(700);

/// How the task of a step ended.
type Ended = Result<(task::Id, Result<Fetched, FetchError>), JoinError>;

/// A load that is being run.
pub(super) struct Engine<'a> {
    fetcher: Fetcher,
    running: JoinSet<Result<Fetched, FetchError>>,
    /// The steps that run, by their tasks.
    steps: HashMap<task::Id, Fetch>,
    tasks: tokio::runtime::Handle,
    writer: &'a Writer<'a>,
    journal: Journal<'a>,
    stop: &'a CancellationToken,
    bounds: Bounds,
    load: Load,
    course: Course,
    names: Names,
    /// Calls repeated and limits met before this process took the load up, by stream.
    before: HashMap<String, (u64, u64)>,
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
    pub(super) writer: &'a Writer<'a>,
    /// When Patchbay stops, so that another process may go on at once.
    pub(super) stop: &'a CancellationToken,
    pub(super) bounds: Bounds,
    /// Its parts that are running are the streams that are wanted.
    pub(super) load: Load,
}

/// How far a load came.
pub(super) enum Came {
    /// To its end.
    Through(Box<Load>),
    /// Patchbay stops; what came is written, and whoever takes the load up goes on from there.
    ToAStop,
}

impl<'a> Engine<'a> {
    pub(super) fn new(plan: Plan<'a>) -> Self {
        Self {
            course: Course::new(plan.fetcher.provider.profile(), &plan.load),
            fetcher: plan.fetcher,
            running: JoinSet::new(),
            steps: HashMap::new(),
            tasks: plan.tasks,
            journal: Journal::new(plan.writer),
            writer: plan.writer,
            stop: plan.stop,
            bounds: plan.bounds,
            load: plan.load,
            names: Names::default(),
            before: HashMap::new(),
        }
    }

    /// Fetches until nothing is left to fetch. Streams fail alone; an error is the store's.
    pub(super) async fn run(mut self) -> Result<Came, LoadError> {
        self.resume().await?;
        // Not at once: a first write that says nothing yet would keep the first page back until the next.
        let mut look = tokio::time::interval_at(Instant::now() + LOOK, LOOK);
        loop {
            self.begin_steps();
            self.conclude_streams();
            // What has just ended may have led to more.
            if self.running.is_empty() && self.course.queue.is_empty() {
                break;
            }
            self.journal.turn(&mut self.load);
            tokio::select! {
                Some(ended) = self.running.join_next_with_id() => self.came(ended),
                ready = self.journal.ready() => ready?,
                _ = look.tick() => self.look(),
                () = self.stop.cancelled() => {
                    self.hand_over().await;
                    return Ok(Came::ToAStop);
                }
            }
        }
        // Whoever died while names were filled in may have left marks open, though no name.
        self.load.naming |= self.names.are_open();
        self.journal.close(&mut self.load).await?;
        if self.load.naming {
            self.names.write(self.writer, &self.load).await?;
        }
        Ok(Came::Through(Box::new(self.load)))
    }

    /// Writes what was gathered, as far as there is time; what is not written is fetched again.
    async fn hand_over(mut self) {
        let written = tokio::time::timeout(LAST_WRITE, self.journal.close(&mut self.load)).await;
        if !matches!(written, Ok(Ok(()))) {
            tracing::warn!(
                "a load's last pages could not be stored at the stop; they are fetched again"
            );
        }
    }

    /// Notes what calls go through that take long.
    fn look(&mut self) {
        for stream in self.course.streams() {
            self.count(stream.id);
        }
        self.journal.touch();
    }

    fn begin_steps(&mut self) {
        while self.running.len() < AT_ONCE && !self.journal.is_full() {
            let Some(step) = self.next_step() else { break };
            let (fetcher, own) = (self.fetcher.clone(), step.clone());
            let fetch = async move { fetcher.fetch(&own).await }.in_current_span();
            let task = self.running.spawn_on(fetch, &self.tasks);
            self.steps.insert(task.id(), step);
        }
    }

    fn came(&mut self, ended: Ended) {
        let (id, result) = match ended {
            Ok((id, result)) => (id, Ok(result)),
            Err(error) => (error.id(), Err(error)),
        };
        let Some(step) = self.steps.remove(&id) else {
            return;
        };
        match result {
            Ok(result) => self.arrived(&step, result),
            Err(error) => self.broke_off(&step, &error),
        }
        self.count(&step.stream);
        self.journal.touch();
    }

    /// The next step that is still wanted.
    fn next_step(&mut self) -> Option<Fetch> {
        loop {
            let step = self.course.queue.pop()?;
            match self.course.closed(&step.lane) {
                Some(why) if self.goes_on(&step.stream) => self.give_up(&step, why),
                _ if self.may_begin(&step) => return Some(step),
                _ => {}
            }
            self.course.leave(&step);
            self.course.forget(&step);
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
        self.load.part_mut(stream)
    }

    fn goes_on(&mut self, stream: &str) -> bool {
        self.part(stream).is_some_and(|part| part.goes_on())
    }

    fn takes(&mut self, stream: &str) -> bool {
        self.part(stream).is_some_and(|part| part.takes())
    }

    fn is_running(&mut self, stream: &str) -> bool {
        let part = self.part(stream);
        part.is_some_and(|part| part.outcome == Outcome::Running)
    }
}

impl Fetcher {
    async fn fetch(self, step: &Fetch) -> Result<Fetched, FetchError> {
        match self.calls.get(&step.stream) {
            Some(call) => self.provider.fetch(call, &self.account, step).await,
            None => Err(CallError::Broken(format!("there is no stream {}", step.stream)).into()),
        }
    }
}
