//! A whole selection, a batch after the other, in memory that does not grow with it.

use std::sync::Arc;

use super::View;
use crate::item::Item;
use crate::items::Index;
use crate::load::LoadError;

/// Items that are gathered at once. Rows that stand side by side lie in blocks all over the snapshot, and each batch
/// opens the blocks that it needs: larger batches open fewer, and take more memory (about 1.5 KB an item).
const BATCH: usize = 10_000;

/// All items that a query selects, in its order.
pub struct Export {
    view: View,
    index: Arc<Index>,
    rows: Vec<u32>,
    done: usize,
    batch: usize,
}

impl Export {
    pub(super) fn new(view: View, index: Arc<Index>, rows: Vec<u32>) -> Self {
        Self {
            view,
            index,
            rows,
            done: 0,
            batch: BATCH,
        }
    }

    /// The same in batches of so many items.
    #[cfg(test)]
    pub(in crate::load) fn in_batches_of(mut self, items: usize) -> Self {
        self.batch = items;
        self
    }

    /// How many items there are.
    pub fn total(&self) -> usize {
        self.rows.len()
    }

    /// The next batch; `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Vec<Item>>, LoadError> {
        let rest = self.rows.get(self.done..).unwrap_or_default();
        let Some(rows) = rest.chunks(self.batch).next() else {
            return Ok(None);
        };
        let items = self.view.items(&self.index, rows).await?;
        self.done += rows.len();
        Ok(Some(items))
    }
}
