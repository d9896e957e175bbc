//! What becomes of spans.

use super::labels::Spans;
use super::{is_on, list};

/// See the same of `vault.rs`.
pub(super) fn begin() {
    for outcome in Spans::ALL {
        spans(*outcome, 0);
    }
}

/// This became of so many spans.
pub fn spans(outcome: Spans, count: usize) {
    if is_on() {
        let outcome = outcome.name();
        metrics::counter!(list::SPANS.name, "outcome" => outcome).increment(count as u64);
    }
}
