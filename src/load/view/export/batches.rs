//! A selection, one batch of rows after the other.

use std::sync::Arc;

use super::batch::Batch;
use crate::load::LoadError;
use crate::load::view::{Indexed, View};

/// What a row is thought to take before some were seen: a contact with seven properties, packed, and its part of the words.
const A_ROW: usize = 400;
/// Rows of a batch at most: each also takes about 90 bytes to be found by.
const MOST_ROWS: usize = 150_000;

/// See the module.
pub(in crate::load) struct Batches {
    view: View,
    indexed: Arc<Indexed>,
    rows: Vec<u32>,
    done: usize,
    room: usize,
    a_row: usize,
}

impl Batches {
    /// The rows of a view, in batches of at most so many bytes.
    pub(super) fn new(view: View, indexed: Arc<Indexed>, rows: Vec<u32>, room: usize) -> Self {
        Self {
            view,
            indexed,
            rows,
            done: 0,
            room,
            a_row: A_ROW,
        }
    }

    /// The next batch; `None` after the last. Each is one pass over the blocks in which its rows lie.
    pub(in crate::load) async fn next(&mut self) -> Result<Option<Batch>, LoadError> {
        let rest = self.rows.get(self.done..).unwrap_or_default();
        let guess = (self.room / self.a_row).clamp(1, MOST_ROWS);
        let Some(rows) = rest.chunks(guess).next() else {
            return Ok(None);
        };
        let gather = self.view.gather(&self.indexed, rows, Batch::new(self.room));
        let mut batch = gather.await?;
        if batch.len() == 0 {
            return Err(LoadError::Gone);
        }
        batch.sort();
        self.done += batch.len();
        // A twentieth more, so that the next batch will most likely fit.
        self.a_row = (batch.size() / batch.len() * 21 / 20).max(1);
        Ok(Some(batch))
    }
}
