//! What a query selects.

use std::collections::BTreeMap;

use crate::item::Item;

/// A page of items and the numbers around it.
#[derive(Debug, Default)]
pub struct Selection {
    /// The rows of the page.
    pub items: Vec<Item>,
    /// How many items the whole selection has.
    pub total: u64,
    /// How many items of each type the text filter leaves, whatever type is chosen.
    pub kinds: BTreeMap<String, u64>,
}
