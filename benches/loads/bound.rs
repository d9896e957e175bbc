//! The best that is possible: what a client would take that knew everything beforehand, lost no time of its own and
//! sent each call at the first moment at which the limits let it.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Duration;

/// So many calls may begin within any window of that length.
#[derive(Clone, Copy)]
pub struct Limit {
    pub calls: usize,
    pub per: Duration,
}

/// A call, the limits that it counts for (their numbers), and what can be called when its answer is there.
#[derive(Clone, Default)]
pub struct Step {
    pub counts_for: Vec<usize>,
    pub then: Vec<Step>,
}

impl Step {
    /// So many pages, each of which leads to the next.
    pub fn pages(pages: u64, counts_for: &[usize]) -> Option<Self> {
        let mut chain: Option<Self> = None;
        for _ in 0..pages {
            chain = Some(Self {
                counts_for: counts_for.to_vec(),
                then: chain.into_iter().collect(),
            });
        }
        chain
    }

    /// The calls that come of it one after the other, at least.
    fn depth(&self) -> u64 {
        let mut deepest = 0;
        let mut left = vec![(1, self)];
        while let Some((depth, step)) = left.pop() {
            deepest = deepest.max(depth);
            left.extend(step.then.iter().map(|next| (depth + 1, next)));
        }
        deepest
    }
}

impl Drop for Step {
    /// One after the other: a chain of thousands of pages would overflow the stack.
    fn drop(&mut self) {
        let mut left = std::mem::take(&mut self.then);
        while let Some(mut step) = left.pop() {
            left.append(&mut step.then);
        }
    }
}

/// A call that could begin: those that most others wait for come first.
struct Ready {
    depth: u64,
    step: Step,
}

struct Window {
    limit: Limit,
    begun: VecDeque<Duration>,
}

impl Window {
    /// When a call may begin, if not now.
    fn free_at(&mut self, now: Duration) -> Option<Duration> {
        let per = self.limit.per;
        while self.begun.front().is_some_and(|first| *first + per <= now) {
            self.begun.pop_front();
        }
        let first = self.begun.front()?;
        (self.begun.len() >= self.limit.calls).then_some(*first + per)
    }
}

/// How long all of it takes at least, where each answer takes `latency`.
pub fn best(first: Vec<Step>, latency: Duration, limits: &[Limit]) -> Duration {
    let window = |limit: &Limit| Window {
        limit: *limit,
        begun: VecDeque::new(),
    };
    let mut run = Run {
        windows: limits.iter().map(window).collect(),
        answers: BinaryHeap::new(),
        under_way: Vec::new(),
        ready: Vec::new(),
    };
    run.add(first);
    let mut now = Duration::ZERO;
    loop {
        let free_at = run.begin(now, latency);
        let answer = run.answers.peek().map(|Reverse((at, _))| *at);
        let Some(next) = [free_at, answer].into_iter().flatten().min() else {
            return now;
        };
        now = next;
        run.receive(now);
    }
}

struct Run {
    windows: Vec<Window>,
    answers: BinaryHeap<Reverse<(Duration, usize)>>,
    under_way: Vec<Option<Step>>,
    ready: Vec<Ready>,
}

impl Run {
    fn add(&mut self, steps: Vec<Step>) {
        self.ready.extend(steps.into_iter().map(|step| Ready {
            depth: step.depth(),
            step,
        }));
        self.ready.sort_by_key(|ready| Reverse(ready.depth));
    }

    /// Begins all calls that may; answers when the next of the others might.
    fn begin(&mut self, now: Duration, latency: Duration) -> Option<Duration> {
        let mut earliest: Option<Duration> = None;
        for ready in std::mem::take(&mut self.ready) {
            let units = ready.step.counts_for.clone();
            let held = units
                .iter()
                .filter_map(|unit| self.windows[*unit].free_at(now));
            if let Some(until) = held.max() {
                earliest = Some(earliest.map_or(until, |known| known.min(until)));
                self.ready.push(ready);
                continue;
            }
            for unit in units {
                self.windows[unit].begun.push_back(now);
            }
            self.answers
                .push(Reverse((now + latency, self.under_way.len())));
            self.under_way.push(Some(ready.step));
        }
        earliest
    }

    /// Takes the answers that are there by now.
    fn receive(&mut self, now: Duration) {
        while let Some(Reverse((at, _))) = self.answers.peek()
            && *at <= now
            && let Some(Reverse((_, number))) = self.answers.pop()
        {
            if let Some(mut step) = self.under_way[number].take() {
                let next = std::mem::take(&mut step.then);
                self.add(next);
            }
        }
    }
}
