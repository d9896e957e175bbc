//! The course of a load: its streams, how each goes, and when it has ended.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::dedup;
use super::queue::Queue;
use super::report::{Load, Outcome, Part};
use super::walk::{Walk, is_of};
use crate::providers::{Fetch, Place, Profile, Stream};

/// What is to be fetched, and what of it is under way.
pub(super) struct Course {
    /// The streams that are walked, sources before what follows from them.
    streams: Vec<&'static Stream>,
    /// Streams that are walked for the sake of others and bring no items.
    unseen: Vec<Part>,
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
    /// The course of a load whose parts are the streams that are wanted.
    pub(super) fn new(profile: &'static Profile, load: &Load) -> Self {
        let wanted = |id: &str| {
            let part = load.parts.iter().find(|part| part.stream == id);
            part.is_some_and(|part| part.outcome == Outcome::Running)
        };
        let needed = needed(profile, &wanted);
        let unseen = needed.iter().filter(|stream| !wanted(stream.id));
        let mut course = Self {
            unseen: unseen
                .map(|stream| Part::new(&load.id, stream.id, stream.title))
                .collect(),
            runs: needed.iter().map(|one| (one.id, Run::default())).collect(),
            streams: needed,
            walks: HashMap::new(),
            begun: HashSet::new(),
            closed: HashMap::new(),
            queue: Queue::default(),
        };
        let first: Vec<&str> = course.roots().collect();
        for stream in first {
            course.enter(Fetch::first(stream));
        }
        course
    }

    fn roots(&self) -> impl Iterator<Item = &'static str> {
        let roots = self.streams.iter().filter(|stream| stream.source.is_none());
        roots.map(|stream| stream.id)
    }

    /// The streams, sources before what follows from them.
    pub(super) fn streams(&self) -> Vec<&'static Stream> {
        self.streams.clone()
    }

    /// The report of a stream that is walked for the sake of others.
    pub(super) fn unseen(&mut self, stream: &str) -> Option<&mut Part> {
        self.unseen.iter_mut().find(|part| part.stream == stream)
    }

    /// Whether items of a stream are wanted.
    pub(super) fn is_seen(&self, stream: &str) -> bool {
        !self.unseen.iter().any(|part| part.stream == stream)
    }

    /// How a stream goes; `None` for one that is not walked.
    pub(super) fn run(&mut self, stream: &str) -> Option<&mut Run> {
        self.runs.get_mut(stream)
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

/// The wanted streams and those that lead to them, sources first.
fn needed(profile: &'static Profile, wanted: &dyn Fn(&str) -> bool) -> Vec<&'static Stream> {
    let mut needed: Vec<&'static Stream> = Vec::new();
    for stream in profile.streams.iter().filter(|stream| wanted(stream.id)) {
        let way = std::iter::successors(Some(stream), |one| profile.stream(one.source?));
        let mut way: Vec<&'static Stream> = way.collect();
        way.reverse();
        for one in way {
            if !needed.iter().any(|known| known.id == one.id) {
                needed.push(one);
            }
        }
    }
    needed
}

fn key(step: &Fetch) -> (String, String) {
    (step.stream.clone(), step.list.clone())
}

fn name(step: &Fetch) -> u128 {
    dedup::hash(&format!("{}/{}", step.stream, step.list))
}
