//! Where items that were changed since they were loaded stand among those that were loaded.
//!
//! A list that comes as it was loaded must not be disturbed by what is done to its items meanwhile, so an item that was
//! changed keeps the place of its loaded row, and one that was made stands behind the rows of its provider. Some 8 and 32
//! bytes an item that was changed or made.

use std::collections::BTreeMap;

use crate::item::Item;
use crate::items::Index;
use crate::load::changes::digest;

/// See the module.
#[derive(Default)]
pub(in crate::load) struct Instead {
    /// Loaded rows, which are hidden, each with the row of the item as it is now.
    of: Vec<(u32, u32)>,
    /// By provider, what was made since: the digest of each item, by which they are sorted, and its row.
    made: BTreeMap<String, Vec<(u128, u32)>>,
}

impl Instead {
    /// Of the changed items, whose rows begin with this one; each stands in the place of a loaded row, or of none.
    pub(super) fn new(first: usize, items: &[Item], instead_of: &[Option<u32>]) -> Self {
        let mut all = Self::default();
        let first = u32::try_from(first).unwrap_or(u32::MAX);
        for (at, (item, instead_of)) in (0..).zip(items.iter().zip(instead_of)) {
            let row = first.saturating_add(at);
            match instead_of {
                Some(loaded) => all.of.push((*loaded, row)),
                None => {
                    let made = all.made.entry(item.provider.clone()).or_default();
                    made.push((digest(&item.kind, &item.id), row));
                }
            }
        }
        all.of.sort_unstable();
        for made in all.made.values_mut() {
            made.sort_unstable();
        }
        all
    }

    /// The row that is shown in the place of a loaded one: itself, or what it has become, if it is there still.
    pub(super) fn shown(&self, index: &Index, loaded: u32) -> Option<u32> {
        if !index.is_hidden(loaded) {
            return Some(loaded);
        }
        let at = self.of.binary_search_by_key(&loaded, |(loaded, _)| *loaded);
        self.of.get(at.ok()?).map(|(_, row)| *row)
    }

    /// What was made since of a provider's items: sorted digests, each with its row.
    pub(super) fn made(&self, provider: &str) -> &[(u128, u32)] {
        self.made.get(provider).map_or(&[], |made| made)
    }

    /// Bytes that it takes.
    pub(super) fn weight(&self) -> usize {
        let made = self.made.values().map(Vec::capacity).sum::<usize>();
        self.of.capacity() * size_of::<(u32, u32)>() + made * size_of::<(u128, u32)>()
    }
}
