//! The course of a load: its streams, how each goes, and when it has ended.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::blocks::Arrival;
use super::dedup;
use super::queue::Queue;
use super::replay::Replay;
use super::report::{Load, Outcome, Part};
use super::walk::{Walk, is_of};
use crate::item::Item;
use crate::providers::{Fetch, Place, Profile, Stream};

/// What is to be fetched, and what of it is under way.
pub(super) struct Course {
    /// The streams that are walked, sources before what follows from them.
    streams: Vec<&'static Stream>,
    runs: HashMap<&'static str, Run>,
    walks: HashMap<(String, String), Walk>,
    /// The lists that were ever begun.
    begun: HashSet<u128>,
    /// The lanes in which no more is asked for, and why.
    closed: HashMap<String, &'static str>,
    pub(super) queue: Queue,
}

/// How a stream goes, beside its report.
#[derive(Default)]
pub(super) struct Run {
    /// Steps that are queued or under way.
    open: usize,
    /// Pages that were asked for.
    pub(super) pages: u64,
    /// Pages that came.
    pub(super) came: u64,
    /// How many of its items named each place.
    pub(super) places: BTreeMap<String, u64>,
    followed_up: bool,
}

impl Course {
    /// The course of a load whose parts are the streams that are wanted, before its first step.
    pub(super) fn new(profile: &'static Profile, load: &Load) -> Self {
        let walked = |stream: &&'static Stream| {
            let part = load.part(stream.id);
            part.is_some_and(|part| part.outcome == Outcome::Running)
        };
        let streams: Vec<_> = in_order(profile).into_iter().filter(walked).collect();
        Self {
            runs: streams.iter().map(|one| (one.id, Run::default())).collect(),
            streams,
            walks: HashMap::new(),
            begun: HashSet::new(),
            closed: HashMap::new(),
            queue: Queue::default(),
        }
    }

    /// Lets the first steps wait for their turn, or those that follow from what the load's log tells.
    pub(super) fn begin(&mut self, load: &Load, log: Replay) {
        let first: Vec<Fetch> = match &load.only[..] {
            [] => self.roots().map(Fetch::first).collect(),
            lists => lists.to_vec(),
        };
        for step in log.open(first) {
            self.enter(step);
        }
        self.walks.retain(|_, walk| walk.open > 0);
    }

    /// Takes in a step that was over before the load was taken up.
    pub(super) fn replay(&mut self, stream: &str, arrival: &Arrival, items: &[Item]) {
        let list = (stream.to_owned(), arrival.list.clone());
        self.begun
            .insert(dedup::hash(&format!("{}/{}", list.0, list.1)));
        let walk = self.walks.entry(list).or_default();
        let again = arrival.walk > walk.number();
        let twice = if again { walk.came() } else { 0 };
        walk.replay(arrival, items);
        if let Some(run) = self.runs.get_mut(stream) {
            run.pages = (run.pages + 1).saturating_sub(twice);
            run.came += u64::from(arrival.came);
        }
        self.note_places(stream, &arrival.places);
    }

    fn roots(&self) -> impl Iterator<Item = &'static str> {
        let roots = self.streams.iter().filter(|stream| stream.source.is_none());
        roots.map(|stream| stream.id)
    }

    /// The streams, sources before what follows from them.
    pub(super) fn streams(&self) -> Vec<&'static Stream> {
        self.streams.clone()
    }

    /// How a stream goes; `None` for one that is not walked.
    pub(super) fn run(&mut self, stream: &str) -> Option<&mut Run> {
        self.runs.get_mut(stream)
    }

    /// Lets a step's list be begun again; `false` if that has happened too often. Its pages count once.
    pub(super) fn begin_again(&mut self, step: &Fetch) -> bool {
        let walk = self.walk(step);
        let (before, again) = (walk.came(), walk.begin_again());
        if let Some(run) = self.runs.get_mut(&step.stream[..]) {
            run.pages = run.pages.saturating_sub(before + 1);
        }
        again
    }

    /// The walk of a step's list.
    pub(super) fn walk(&mut self, step: &Fetch) -> &mut Walk {
        self.walks.entry(key(step)).or_default()
    }

    /// Lets the steps that follow from a step wait for their turn: those of its own list, and those of lists
    /// that were never begun. A list that is named twice is read once.
    pub(super) fn follow(&mut self, step: Option<&Fetch>, next: Vec<Fetch>) {
        for next in next {
            let own = step.is_some_and(|step| is_of(&next, step));
            if own || !self.begun.contains(&name(&next)) {
                self.enter(next);
            }
        }
    }

    /// Lets a step wait for its turn, if its stream is walked.
    pub(super) fn enter(&mut self, step: Fetch) {
        let Some(run) = self.runs.get_mut(&step.stream[..]) else {
            return;
        };
        run.open += 1;
        self.begun.insert(name(&step));
        self.walks.entry(key(&step)).or_default().enter(&step);
        self.queue.push(step);
    }

    /// Notes that a step is over.
    pub(super) fn leave(&mut self, step: &Fetch) {
        self.queue.done(step);
        if let Some(run) = self.runs.get_mut(&step.stream[..]) {
            run.open = run.open.saturating_sub(1);
        }
        let walk = self.walk(step);
        walk.open = walk.open.saturating_sub(1);
    }

    /// Forgets the walk of a list that has ended.
    pub(super) fn forget(&mut self, step: &Fetch) {
        if self.walk(step).open == 0 {
            self.walks.remove(&key(step));
        }
    }

    /// Asks for no more in a lane, for this reason.
    pub(super) fn close(&mut self, lane: &str, why: &'static str) {
        if !lane.is_empty() {
            self.closed.insert(lane.to_owned(), why);
        }
    }

    /// Why no more is asked for in a lane, where that is so.
    pub(super) fn closed(&self, lane: &str) -> Option<&'static str> {
        self.closed.get(lane).copied()
    }

    /// Notes the places that items of a stream named.
    pub(super) fn note_places(&mut self, stream: &str, places: &[Place]) {
        if let Some(run) = self.runs.get_mut(stream) {
            for place in places {
                *run.places.entry(place.id.clone()).or_default() += 1;
            }
        }
    }

    /// Whether nothing of a stream is open, nor of those that lead to it.
    pub(super) fn is_over(&self, stream: &Stream) -> bool {
        let open = self.runs.get(stream.id).is_some_and(|run| run.open > 0);
        let source = self
            .streams
            .iter()
            .find(|one| Some(one.id) == stream.source);
        !open && source.is_none_or(|source| self.is_over(source))
    }

    /// The places that a stream's items named, the first time that this is asked.
    pub(super) fn places_once(&mut self, stream: &str) -> Option<BTreeMap<String, u64>> {
        let run = self.runs.get_mut(stream).filter(|run| !run.followed_up)?;
        run.followed_up = true;
        Some(std::mem::take(&mut run.places))
    }
}

/// The streams that lead to wanted ones and are not wanted themselves.
pub(super) fn hidden(profile: &'static Profile, parts: &[Part]) -> Vec<Part> {
    let wanted = |id: &str| {
        let part = parts.iter().find(|part| part.stream == id);
        part.is_some_and(|part| part.outcome == Outcome::Running)
    };
    let ways = profile.streams.iter().filter(|stream| wanted(stream.id));
    let leading: HashSet<&str> = ways
        .flat_map(|stream| way(profile, stream))
        .map(|stream| stream.id)
        .filter(|id| !wanted(id))
        .collect();
    let streams = in_order(profile).into_iter();
    streams
        .filter(|stream| leading.contains(stream.id))
        .map(|stream| Part::new(stream.id, stream.title))
        .collect()
}

/// The streams that lead to one, and itself, in any order.
fn way(
    profile: &'static Profile,
    stream: &'static Stream,
) -> impl Iterator<Item = &'static Stream> {
    std::iter::successors(Some(stream), |one| profile.stream(one.source?))
}

/// All streams, sources before what follows from them.
pub(super) fn in_order(profile: &'static Profile) -> Vec<&'static Stream> {
    let mut streams: Vec<&'static Stream> = profile.streams.iter().collect();
    streams.sort_by_key(|stream| way(profile, stream).count());
    streams
}

fn key(step: &Fetch) -> (String, String) {
    (step.stream.clone(), step.list.clone())
}

fn name(step: &Fetch) -> u128 {
    dedup::hash(&format!("{}/{}", step.stream, step.list))
}
