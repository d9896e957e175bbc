//! Refreshes, and the upkeep.

use std::time::Duration;

use super::labels::Refreshed;
use super::{is_on, known, list};

/// What an alert waits for is there from the start: the first of a kind would else not be seen to be one more.
pub(super) fn begin() {
    for provider in known().into_iter().flat_map(|known| known.all()) {
        for outcome in Refreshed::ALL {
            count(provider, *outcome, 0);
        }
    }
    leads_upkeep(false);
    upkeep_ended(0);
    credentials_held(0);
}

fn count(provider: &'static str, outcome: Refreshed, more: u64) {
    let outcome = outcome.name();
    metrics::counter!(list::REFRESHES.name, "provider" => provider, "outcome" => outcome)
        .increment(more);
}

/// A refresh ended.
pub fn refreshed(provider: &str, outcome: Refreshed, took: Duration) {
    let Some(known) = known() else { return };
    let provider = known.provider(provider);
    count(provider, outcome, 1);
    metrics::histogram!(list::REFRESH_DURATION.name, "provider" => provider).record(took);
}

/// So many fresh credentials are not stored yet.
pub fn credentials_held(count: usize) {
    if is_on() {
        metrics::gauge!(list::CREDENTIALS_HELD.name).set(count as f64);
    }
}

/// So many entries are due, the oldest for so long; `None` where Redis does not tell.
pub fn due(backlog: Option<(u64, Duration)>) {
    if is_on() {
        super::store::backlog(list::DUE, list::DUE_AGE, backlog);
    }
}

/// Whether this replica does the upkeep.
pub fn leads_upkeep(leads: bool) {
    if is_on() {
        metrics::gauge!(list::UPKEEP_LEADS.name).set(f64::from(u8::from(leads)));
    }
}

/// A run of the upkeep came to its end at this time, in milliseconds since 1970.
pub fn upkeep_ended(at_ms: i64) {
    if is_on() {
        metrics::gauge!(list::UPKEEP_ENDED.name).set(at_ms as f64 / 1000.0);
    }
}
