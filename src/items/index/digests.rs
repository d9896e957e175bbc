//! What rows are found by: 64 bits of who each one is, and 64 of what it lies in.
//!
//! The hash is SipHash under a key of this index, so that nobody who names items can make two of them meet. That two of
//! a million meet by chance at a look is one in 10^13: who looks for one item compares it with what was asked for all
//! the same, since that costs nothing; the children of an item are taken for what their digests say.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;

use crate::items::packed::Row;

/// The digest of nothing.
const NONE: u64 = 0;

/// See the module.
#[derive(Default)]
pub(super) struct Digests {
    hasher: RandomState,
    ids: Vec<u64>,
    /// What the rows lie in; it ends with the last one that lies in anything.
    parents: Vec<u64>,
}

impl Digests {
    /// Adds a row.
    pub(super) fn push(&mut self, row: &Row<'_>) {
        if let Some(parent) = row.parent_id {
            let parent = self.of_parent(row.provider, parent);
            self.parents.resize(self.ids.len(), NONE);
            self.parents.push(parent);
        }
        self.ids.push(self.of_id(row.provider, row.kind, row.id));
    }

    /// Adds a row that is not found.
    pub(super) fn push_none(&mut self) {
        self.ids.push(NONE);
    }

    /// Without room that is not used.
    pub(super) fn shrunk(mut self) -> Self {
        self.ids.shrink_to_fit();
        self.parents.shrink_to_fit();
        self
    }

    /// Bytes that they take.
    pub(super) fn weight(&self) -> usize {
        (self.ids.capacity() + self.parents.capacity()) * size_of::<u64>()
    }

    /// The rows with one of these digests.
    pub(super) fn rows(&self, ids: &[u64]) -> Vec<u32> {
        let rows = (0..).zip(&self.ids);
        let found = rows.filter(|(_, digest)| ids.contains(digest));
        found.map(|(row, _)| row).collect()
    }

    /// Whether a row lies in something with one of these digests.
    pub(super) fn lies_in(&self, row: usize, parents: &[u64]) -> bool {
        let parent = self.parents.get(row);
        parent.is_some_and(|parent| parents.contains(parent))
    }

    /// The digest of who a row is.
    pub(super) fn of_id(&self, provider: &str, kind: &str, id: &str) -> u64 {
        self.hasher.hash_one((provider, kind, id)).max(NONE + 1)
    }

    /// The digest of what rows lie in.
    pub(super) fn of_parent(&self, provider: &str, id: &str) -> u64 {
        self.hasher.hash_one((provider, id)).max(NONE + 1)
    }
}
