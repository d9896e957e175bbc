//! Calls to providers.

use std::time::Duration;

use super::labels::{Asked, class};
use super::{known, list};

/// A provider answered with this status, or not at all.
pub fn provider_answered(provider: &str, asked: Asked, status: Option<u16>, took: Duration) {
    let Some(known) = known() else { return };
    let provider = known.provider(provider);
    metrics::histogram!(
        list::CALL_DURATION.name,
        "provider" => provider, "kind" => asked.name(), "class" => class(status),
    )
    .record(took);
}

/// A provider said 'too many requests'.
pub fn provider_limited(provider: &str) {
    count(list::CALLS_LIMITED.name, provider);
}

/// A call is repeated.
pub fn provider_asked_again(provider: &str) {
    count(list::CALLS_AGAIN.name, provider);
}

fn count(name: &'static str, provider: &str) {
    let Some(known) = known() else { return };
    metrics::counter!(name, "provider" => known.provider(provider)).increment(1);
}

/// A call waited so long for its turn.
pub fn waited_for_turn(provider: &str, waited: Duration) {
    let Some(known) = known() else { return };
    metrics::histogram!(list::TURN_WAIT.name, "provider" => known.provider(provider))
        .record(waited);
}
