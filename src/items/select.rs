//! What a query selects.

use std::collections::BTreeMap;

use crate::item::Item;

/// Numbers of items by provider and type: two providers may have types of the same name.
pub type Kinds = BTreeMap<(String, String), u64>;

/// A page of items and the numbers around it.
#[derive(Debug, Default)]
pub struct Selection {
    /// The rows of the page.
    pub items: Vec<Item>,
    /// How many items the whole selection has.
    pub total: u64,
    /// How many items of each provider and type the filters by text and by parent leave, whatever provider and type
    /// are chosen.
    pub kinds: Kinds,
    /// More items were changed since they were loaded than are shown as they are now.
    pub more_changed: bool,
}

impl Selection {
    /// How many items of a type the filters by text and by parent leave.
    pub fn count(&self, provider: &str, kind: &str) -> u64 {
        let key = (provider.to_owned(), kind.to_owned());
        self.kinds.get(&key).copied().unwrap_or_default()
    }

    /// The same of all types of a provider.
    pub fn count_of(&self, provider: &str) -> u64 {
        let of = self.kinds.iter().filter(|((of, _), _)| of == provider);
        of.map(|(_, count)| count).sum()
    }
}
