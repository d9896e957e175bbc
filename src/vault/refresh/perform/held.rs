//! What is granted and not stored yet, counted for whoever stops the process.

use std::sync::atomic::{AtomicUsize, Ordering};

/// One more pair that is granted and not stored yet.
pub(super) struct HeldPair<'a>(&'a AtomicUsize);

impl<'a> HeldPair<'a> {
    pub(super) fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for HeldPair<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
