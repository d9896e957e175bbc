//! Blocks that were written together.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::item::Item;

/// Blocks that are read at once.
const AT_ONCE: u32 = 32;

/// Blocks of a stream's items that were written together, by one process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// What the blocks are stored under: the load's id, and which process of the load wrote them.
    pub of: String,
    /// The number of the first block.
    pub first: u32,
    /// How many blocks there are.
    pub blocks: u32,
    /// Items in them.
    pub items: u64,
    /// The items by type, so that they can be taken off when the run is dropped.
    #[serde(default)]
    pub(in crate::load) kinds: BTreeMap<String, u64>,
    /// Where these are items of an earlier load, kept because the list could not be read anew: when they were
    /// brought, and the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<Kept>,
}

/// Whose items a run keeps from an earlier load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// When they were brought.
    pub loaded_at: Option<Timestamp>,
}

impl Run {
    /// A run without blocks yet.
    pub(in crate::load) fn new(of: &str) -> Self {
        Self {
            of: of.to_owned(),
            first: 0,
            blocks: 0,
            items: 0,
            kinds: BTreeMap::new(),
            kept: None,
        }
    }

    /// Counts one more block, of these items.
    pub(in crate::load) fn count(&mut self, items: &[Item]) {
        self.blocks += 1;
        self.items += items.len() as u64;
        for item in items {
            *self.kinds.entry(item.kind.clone()).or_default() += 1;
        }
    }

    /// Whether its blocks were written by the load of this id.
    pub(in crate::load) fn is_of(&self, load: &str) -> bool {
        let rest = self.of.strip_prefix(load);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }

    /// Marks it as kept from an earlier load, unless it was already.
    pub(in crate::load) fn keep(&mut self, loaded_at: Option<Timestamp>) {
        self.kept.get_or_insert(Kept { loaded_at });
    }

    /// The numbers of its blocks, those together that are read at once.
    pub(in crate::load) fn bundles(&self) -> impl Iterator<Item = Range<u32>> + use<> {
        let numbers = self.numbers();
        let end = numbers.end;
        let starts = numbers.step_by(AT_ONCE as usize);
        starts.map(move |from| from..end.min(from.saturating_add(AT_ONCE)))
    }

    /// The numbers of its blocks.
    pub fn numbers(&self) -> Range<u32> {
        self.first..self.first.saturating_add(self.blocks)
    }
}
