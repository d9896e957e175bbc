//! Redis.

use std::time::Duration;

use super::is_on;
use super::labels::{PoolState, RedisDid};
use super::list::{self, Metric};

/// The connections to Redis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// That may be open at once.
    pub most: usize,
    /// That are open.
    pub open: usize,
    /// Of those, that are not in use.
    pub idle: usize,
    /// Operations that wait for one.
    pub waiting: usize,
}

/// An operation ended.
pub fn redis_did(outcome: RedisDid, took: Duration) {
    if is_on() {
        let outcome = outcome.name();
        metrics::histogram!(list::REDIS_DURATION.name, "outcome" => outcome).record(took);
    }
}

/// Whether Redis answers just now.
pub fn redis_answers(answers: bool) {
    if is_on() {
        metrics::gauge!(list::REDIS_UP.name).set(f64::from(u8::from(answers)));
    }
}

/// How the connections are used just now.
pub fn redis_pool(pool: Pool) {
    if !is_on() {
        return;
    }
    let connections = |state: PoolState, count: usize| {
        metrics::gauge!(list::REDIS_CONNECTIONS.name, "state" => state.name()).set(count as f64);
    };
    connections(PoolState::InUse, pool.open.saturating_sub(pool.idle));
    connections(PoolState::Idle, pool.idle);
    metrics::gauge!(list::REDIS_MOST.name).set(pool.most as f64);
    metrics::gauge!(list::REDIS_WAITING.name).set(pool.waiting as f64);
}

/// How much waits by an index in Redis, and for how long. What Redis does not tell is not a number: the value of before would
/// be believed.
pub(super) fn backlog(count: Metric, age: Metric, backlog: Option<(u64, Duration)>) {
    let (entries, oldest) = match backlog {
        Some((entries, oldest)) => (entries as f64, oldest.as_secs_f64()),
        None => (f64::NAN, f64::NAN),
    };
    metrics::gauge!(count.name).set(entries);
    metrics::gauge!(age.name).set(oldest);
}
