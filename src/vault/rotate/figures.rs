//! What came of a rotation, in figures.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What came of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// An older key, this one, had sealed it. In a dry run it still is so.
    Old(String),
    /// The first key had sealed it already.
    New,
    /// It cannot be opened.
    Unreadable(Why),
    /// It is there no more, or is no sealed record.
    Gone,
}

/// Why a record cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The key of this id is not in the ring.
    Missing(String),
    /// It was changed or moved, or was sealed by another key of the same id.
    Damaged,
}

/// A record that cannot be opened.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// The name of its key, which says whose it is.
    pub record: String,
    /// Why.
    pub why: Why,
}

/// The figures of one kind of records.
#[derive(Clone, Debug)]
pub struct Figures {
    /// The kind.
    pub title: &'static str,
    /// Records of older keys, by the key.
    pub old: BTreeMap<String, u64>,
    /// Records of the first key.
    pub new: u64,
    /// Records whose key is not in the ring, by the key.
    pub missing: BTreeMap<String, u64>,
    /// Records that are damaged.
    pub damaged: u64,
}

/// The figures of all kinds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// Records that an older key had sealed.
    pub old: u64,
    /// Records of the first key.
    pub new: u64,
    /// Records that cannot be opened.
    pub unreadable: u64,
    /// The older keys of the ring without which records could not be opened.
    pub needed: BTreeSet<String>,
    /// Keys that are not in the ring and without which records cannot be opened.
    pub missing: BTreeSet<String>,
}

impl Figures {
    pub(super) fn new(title: &'static str) -> Self {
        Self {
            title,
            old: BTreeMap::new(),
            new: 0,
            missing: BTreeMap::new(),
            damaged: 0,
        }
    }

    pub(super) fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Old(id) => *self.old.entry(id.clone()).or_default() += 1,
            Outcome::New => self.new += 1,
            Outcome::Unreadable(Why::Missing(id)) => {
                *self.missing.entry(id.clone()).or_default() += 1;
            }
            Outcome::Unreadable(Why::Damaged) => self.damaged += 1,
            Outcome::Gone => {}
        }
    }

    /// All of them together with others.
    pub fn total(all: &[Self]) -> Total {
        let mut total = Total::default();
        for figures in all {
            total.old += figures.olds();
            total.new += figures.new;
            total.unreadable += figures.unreadable();
            total.needed.extend(figures.old.keys().cloned());
            total.missing.extend(figures.missing.keys().cloned());
        }
        total
    }

    /// Records that an older key had sealed.
    pub fn olds(&self) -> u64 {
        self.old.values().sum()
    }

    /// Records that cannot be opened.
    pub fn unreadable(&self) -> u64 {
        self.missing.values().sum::<u64>() + self.damaged
    }

    /// All records that were found.
    pub fn found(&self) -> u64 {
        self.olds() + self.new + self.unreadable()
    }
}

impl Total {
    /// All records that were found.
    pub fn found(&self) -> u64 {
        self.old + self.new + self.unreadable
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be opened: ", self.record)?;
        match &self.why {
            Why::Missing(id) => write!(f, "its key '{id}' is not in the key ring"),
            Why::Damaged => f.write_str("it is damaged or belongs elsewhere"),
        }
    }
}
