//! People and programs: sign-ins, what the trail is told, what limits refuse.

use super::labels::Admission;
use super::{is_on, list};

/// See the same of `vault.rs`.
pub(super) fn begin() {
    metrics::counter!(list::TRAIL_LOST.name).increment(0);
    trail_waits(0);
}

/// A sign-in ended, by the name of its way in.
pub fn signed_in(way: &'static str, outcome: Admission) {
    if is_on() {
        let outcome = outcome.name();
        metrics::counter!(list::SIGN_INS.name, "way" => way, "outcome" => outcome).increment(1);
    }
}

/// A limit of ours, by its name, refused a request.
pub fn limited(limit: &'static str) {
    if is_on() {
        metrics::counter!(list::LIMITED.name, "limit" => limit).increment(1);
    }
}

/// The trail was told of this action, by its name.
pub fn noted(action: &'static str) {
    if is_on() {
        metrics::counter!(list::ACTIVITY.name, "action" => action).increment(1);
    }
}

/// So many turns of connections wait to be written to the trail.
pub fn trail_waits(count: usize) {
    if is_on() {
        metrics::gauge!(list::TRAIL_WAITING.name).set(count as f64);
    }
}

/// An entry could not be written to the trail.
pub fn trail_lost() {
    if is_on() {
        metrics::counter!(list::TRAIL_LOST.name).increment(1);
    }
}
