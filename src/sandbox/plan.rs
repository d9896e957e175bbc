//! Faults on demand: how many calls fail next, which ones, and how. What faults there are is each stand-in's.

use serde::{Serialize, de::DeserializeOwned};

use super::{controls::number, hash::hash};

/// A word of a form that JSON knows by the same name.
pub trait Word: Copy + Default + Serialize + DeserializeOwned + Send {}

impl<T: Copy + Default + Serialize + DeserializeOwned + Send> Word for T {}

/// The faults that are still to come: `F` is how a call fails, `T` which calls it hits.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Plan<F, T> {
    /// So many matching calls still fail.
    pub fail_next: u64,
    pub fail_kind: F,
    pub fail_on: T,
    /// So many matching calls still pass first.
    pub fail_after: u64,
    /// So many of a hundred matching calls fail besides, until this is set to 0 again. Which ones looks like chance,
    /// and is the same after every reset.
    pub fail_percent: u64,
    /// Matching calls that came while a share of them was to fail.
    #[serde(skip)]
    pub drawn: u64,
}

impl<F: Word, T: Word> Plan<F, T> {
    /// The fault of a call that the plan hits or does not. Counts the plan down.
    pub fn take(&mut self, hits: bool) -> Option<F> {
        let fails = hits && (self.is_next() || self.is_drawn());
        fails.then_some(self.fail_kind)
    }

    fn is_next(&mut self) -> bool {
        if self.fail_next == 0 {
            return false;
        }
        if self.fail_after > 0 {
            self.fail_after -= 1;
            return false;
        }
        self.fail_next -= 1;
        true
    }

    fn is_drawn(&mut self) -> bool {
        if self.fail_percent == 0 {
            return false;
        }
        self.drawn += 1;
        hash([self.drawn, 0, 0, 0]) % 100 < self.fail_percent
    }

    /// Takes over a field of the controls' form; `None` if it is not one of the plan's, or makes no sense.
    pub fn set(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            "fail_next" => self.fail_next = number(value, 1_000_000)?,
            "fail_after" => self.fail_after = number(value, 1_000_000)?,
            "fail_percent" => self.fail_percent = number(value, 100)?,
            "fail_kind" => self.fail_kind = named(value)?,
            "fail_on" => self.fail_on = named(value)?,
            _ => return None,
        }
        Some(())
    }
}

/// The value that serde knows by this name.
pub fn named<T: DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_value(name.into()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_some_then_fails_some_then_ends() {
        let mut plan: Plan<bool, ()> = Plan {
            fail_next: 2,
            fail_after: 1,
            fail_kind: true,
            ..Plan::default()
        };
        assert_eq!(plan.take(false), None);
        let taken: Vec<_> = (0..4).map(|_| plan.take(true)).collect();
        assert_eq!(taken, [None, Some(true), Some(true), None]);
    }

    #[test]
    fn a_share_of_the_calls_fails_and_the_same_ones_each_time() {
        let mut plan: Plan<bool, ()> = Plan {
            fail_percent: 5,
            fail_kind: true,
            ..Plan::default()
        };
        let again = plan.clone();
        let draw = |plan: &mut Plan<bool, ()>| -> Vec<bool> {
            let calls = (0..10_000).map(|_| plan.take(true).is_some());
            calls.collect()
        };
        let failed = draw(&mut plan);
        let share = failed.iter().filter(|failed| **failed).count();
        assert!((400..600).contains(&share), "{share} of 10,000");
        assert_eq!(failed, draw(&mut again.clone()));
        assert_eq!(plan.set("fail_percent", "0"), Some(()));
        assert!(!draw(&mut plan).contains(&true));
        assert_eq!(plan.set("fail_percent", "101"), None);
    }
}
