//! Faults on demand: how many calls fail next, which ones, and how. What faults there are is each stand-in's.

use serde::{Serialize, de::DeserializeOwned};

use super::controls::number;

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
}

impl<F: Word, T: Word> Plan<F, T> {
    /// The fault of a call that the plan hits or does not. Counts the plan down.
    pub fn take(&mut self, hits: bool) -> Option<F> {
        if self.fail_next == 0 || !hits {
            return None;
        }
        if self.fail_after > 0 {
            self.fail_after -= 1;
            return None;
        }
        self.fail_next -= 1;
        Some(self.fail_kind)
    }

    /// Takes over a field of the controls' form; `None` if it is not one of the plan's, or makes no sense.
    pub fn set(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            "fail_next" => self.fail_next = number(value, 1_000_000)?,
            "fail_after" => self.fail_after = number(value, 1_000_000)?,
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
}
