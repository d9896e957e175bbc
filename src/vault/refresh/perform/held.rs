//! What is granted and not stored yet, counted for whoever stops the process.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::metrics;

/// One more pair that is granted and not stored yet.
pub(super) struct HeldPair<'a>(&'a AtomicUsize);

impl<'a> HeldPair<'a> {
    pub(super) fn new(count: &'a AtomicUsize) -> Self {
        metrics::credentials_held(count.fetch_add(1, Ordering::Relaxed) + 1);
        Self(count)
    }
}

impl Drop for HeldPair<'_> {
    fn drop(&mut self) {
        metrics::credentials_held(self.0.fetch_sub(1, Ordering::Relaxed).saturating_sub(1));
    }
}
