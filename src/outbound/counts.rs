//! What a load's calls went through, for its report.

use std::sync::atomic::{AtomicU64, Ordering};

/// What a load's calls went through, for its report.
#[derive(Debug, Default)]
pub struct Counts {
    pub(super) requests: AtomicU64,
    pub(super) retries: AtomicU64,
    pub(super) limited: AtomicU64,
}

impl Counts {
    /// Requests sent, with repeated ones.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Requests that were repeats.
    pub fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }

    /// Answers that said 'too many requests'.
    pub fn limited(&self) -> u64 {
        self.limited.load(Ordering::Relaxed)
    }
}
