//! What the log of a load tells of its course: which steps are still open.
//!
//! Open is what was led to and is not over. A list that was begun again, because its cursor had died, is open only
//! where it was begun last.

use std::collections::{HashMap, HashSet};

use super::blocks::Arrival;
use super::walk::is_of;
use crate::providers::Fetch;

/// See the module.
#[derive(Default)]
pub(super) struct Replay {
    /// The steps that are over: stream, list, cursor, and which walk of the list.
    over: HashSet<Step>,
    /// The steps that others led to, each with the walk of its list.
    led_to: Vec<(Fetch, u32)>,
    /// The last walk of each list.
    last: HashMap<(String, String), u32>,
}

type Step = (String, String, Option<String>, u32);

impl Replay {
    /// Takes in a step that is over.
    pub(super) fn note(&mut self, stream: &str, arrival: Arrival) {
        let list = (stream.to_owned(), arrival.list.clone());
        let step = Fetch {
            stream: list.0.clone(),
            list: list.1.clone(),
            ..Fetch::default()
        };
        let last = self.last.entry(list).or_default();
        *last = arrival.walk.max(*last);
        for next in arrival.next {
            let walk = if is_of(&next, &step) { arrival.walk } else { 0 };
            self.led_to.push((next, walk));
        }
        self.over
            .insert((step.stream, step.list, arrival.cursor, arrival.walk));
    }

    /// The steps that are open, of `first` and of those that were led to, each once.
    pub(super) fn open(mut self, first: Vec<Fetch>) -> Vec<Fetch> {
        let led_to = std::mem::take(&mut self.led_to);
        let first = first.into_iter().map(|step| (step, 0));
        let mut open = Vec::new();
        for (step, walk) in first.chain(led_to) {
            let key = (step.stream.clone(), step.list.clone());
            let is_last = walk >= self.last.get(&key).copied().unwrap_or_default();
            let id = (key.0, key.1, step.cursor.clone(), walk);
            if is_last && self.over.insert(id) {
                open.push(step);
            }
        }
        open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(list: &str, cursor: &str) -> Fetch {
        Fetch {
            list: list.to_owned(),
            cursor: (!cursor.is_empty()).then(|| cursor.to_owned()),
            ..Fetch::first("records")
        }
    }

    fn over(step: &Fetch, walk: u32, next: &[Fetch]) -> Arrival {
        Arrival {
            list: step.list.clone(),
            cursor: step.cursor.clone(),
            walk,
            came: true,
            items: 0,
            next: next.to_vec(),
            places: Vec::new(),
        }
    }

    fn open(log: &[Arrival]) -> Vec<Fetch> {
        let mut replay = Replay::default();
        for arrival in log {
            replay.note("records", arrival.clone());
        }
        replay.open(vec![step("", "")])
    }

    #[test]
    fn without_a_log_the_first_steps_are_open() {
        assert_eq!(open(&[]), [step("", "")]);
    }

    #[test]
    fn open_is_what_was_led_to_and_is_not_over() {
        let (first, second) = (step("", ""), step("", "b"));
        let lists = [step("x", ""), step("y", ""), second.clone()];
        let log = [over(&first, 0, &lists), over(&lists[0], 0, &[])];
        assert_eq!(open(&log), [step("y", ""), second]);
    }

    #[test]
    fn a_list_that_was_begun_again_is_open_where_it_was_begun_last() {
        let (first, dead) = (step("", ""), step("", "dead"));
        let log = [over(&first, 0, std::slice::from_ref(&dead))];
        assert_eq!(open(&log), std::slice::from_ref(&dead));
        let again = [log[0].clone(), over(&first, 1, &[step("", "new")])];
        assert_eq!(open(&again), [step("", "new")]);
    }

    #[test]
    fn what_two_lead_to_is_open_once() {
        let (first, second) = (step("", ""), step("", "b"));
        let twice = step("x", "");
        let log = [
            over(&first, 0, &[second.clone(), twice.clone()]),
            over(&second, 0, std::slice::from_ref(&twice)),
        ];
        assert_eq!(open(&log), [twice]);
    }
}
