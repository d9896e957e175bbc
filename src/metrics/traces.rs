//! What becomes of spans.

use super::{is_on, list};

/// So many spans were sent to the collector, or could not be.
pub fn spans_exported(count: usize, sent: bool) {
    if is_on() {
        let outcome = if sent { "sent" } else { "failed" };
        metrics::counter!(list::SPANS.name, "outcome" => outcome).increment(count as u64);
    }
}
