//! The steps of a load that wait for their turn.
//!
//! Steps of one lane share a limit of the provider (the tables of one base, for example), so many of them at
//! once would only wait for each other, and keep those back that need not wait. The lanes take turns.

use std::collections::{HashMap, VecDeque};

use crate::providers::Fetch;

/// Steps of one lane that run at once; those without a lane are as many as the load allows.
const LANE_AT_ONCE: usize = 5;

/// The waiting steps, by lane.
#[derive(Default)]
pub(super) struct Queue {
    waiting: HashMap<String, VecDeque<Fetch>>,
    /// The lanes that have waiting steps, in the order of their turns.
    turns: VecDeque<String>,
    running: HashMap<String, usize>,
}

impl Queue {
    pub(super) fn push(&mut self, step: Fetch) {
        let lane = self.waiting.entry(step.lane.clone()).or_default();
        if lane.is_empty() {
            self.turns.push_back(step.lane.clone());
        }
        lane.push_back(step);
    }

    /// The next step that may run; it counts as running until [`Queue::done`].
    pub(super) fn pop(&mut self) -> Option<Fetch> {
        for _ in 0..self.turns.len() {
            let lane = self.turns.pop_front()?;
            let full = self.running.get(&lane).is_some_and(|n| *n >= LANE_AT_ONCE);
            if full && !lane.is_empty() {
                self.turns.push_back(lane);
                continue;
            }
            let steps = self.waiting.get_mut(&lane)?;
            let step = steps.pop_front();
            if steps.is_empty() {
                self.waiting.remove(&lane);
            } else {
                self.turns.push_back(lane.clone());
            }
            *self.running.entry(lane).or_default() += 1;
            return step;
        }
        None
    }

    /// Notes that a step which was taken out runs no more.
    pub(super) fn done(&mut self, step: &Fetch) {
        if let Some(running) = self.running.get_mut(&step.lane) {
            *running = running.saturating_sub(1);
            if *running == 0 {
                self.running.remove(&step.lane);
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(lane: &str, list: usize) -> Fetch {
        Fetch {
            lane: lane.to_owned(),
            list: list.to_string(),
            ..Fetch::default()
        }
    }

    #[test]
    fn the_lanes_take_turns() {
        let mut queue = Queue::default();
        for list in 0..3 {
            queue.push(step("a", list));
        }
        queue.push(step("b", 0));
        let order: Vec<String> = std::iter::from_fn(|| queue.pop())
            .map(|step| format!("{}{}", step.lane, step.list))
            .collect();
        assert_eq!(order, ["a0", "b0", "a1", "a2"]);
        assert!(queue.is_empty());
    }

    #[test]
    fn a_lane_that_is_full_lets_the_others_pass() {
        let mut queue = Queue::default();
        for list in 0..=LANE_AT_ONCE {
            queue.push(step("a", list));
        }
        let running: Vec<Fetch> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(running.len(), LANE_AT_ONCE);
        assert!(!queue.is_empty());
        queue.push(step("b", 0));
        assert_eq!(queue.pop().map(|step| step.lane), Some("b".to_owned()));
        queue.done(&running[0]);
        assert_eq!(queue.pop().map(|step| step.lane), Some("a".to_owned()));
        assert_eq!(queue.pop(), None);
    }
}
