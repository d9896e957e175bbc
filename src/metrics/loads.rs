//! Loads.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::labels::Ending;
use super::{is_on, known, list};

/// When the loads that this process carries out began, in milliseconds since 1970, and how many at that moment.
static BEGUN: Mutex<BTreeMap<i64, u32>> = Mutex::new(BTreeMap::new());

/// See the same of `vault.rs`.
pub(super) fn begin() {
    for provider in known().into_iter().flat_map(|known| known.all()) {
        for ending in Ending::ALL {
            count(provider, *ending, 0);
        }
    }
    metrics::gauge!(list::LOADS_RUNNING.name).set(0.0);
}

fn count(provider: &'static str, ending: Ending, more: u64) {
    let ending = ending.name();
    metrics::counter!(list::LOADS_ENDED.name, "provider" => provider, "ending" => ending)
        .increment(more);
}

fn begun() -> MutexGuard<'static, BTreeMap<i64, u32>> {
    BEGUN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A load that this process carries out, until it is dropped.
pub struct Running {
    provider: &'static str,
    started_ms: i64,
}

/// A load runs here that began at this time, in milliseconds since 1970.
pub fn load_runs(provider: &str, started_ms: i64) -> Option<Running> {
    let provider = known()?.provider(provider);
    *begun().entry(started_ms).or_default() += 1;
    metrics::gauge!(list::LOADS_RUNNING.name).increment(1.0);
    Some(Running {
        provider,
        started_ms,
    })
}

impl Running {
    /// It ended, or came to its end here, at that time.
    pub fn ended(self, ending: Ending, at_ms: i64) {
        count(self.provider, ending, 1);
        let took = u64::try_from(at_ms - self.started_ms).unwrap_or_default();
        metrics::histogram!(list::LOAD_DURATION.name, "provider" => self.provider)
            .record(Duration::from_millis(took));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        metrics::gauge!(list::LOADS_RUNNING.name).decrement(1.0);
        let mut begun = begun();
        if let Some(count) = begun.get_mut(&self.started_ms) {
            *count -= 1;
            if *count == 0 {
                begun.remove(&self.started_ms);
            }
        }
    }
}

/// Says how old the oldest of them is.
pub(super) fn measure_age(now_ms: i64) {
    let oldest = begun().keys().next().copied();
    let age = oldest.map_or(0, |oldest| (now_ms - oldest).max(0));
    metrics::gauge!(list::LOAD_OLDEST.name).set(age as f64 / 1000.0);
}

/// A page of a stream came, with so many items that are kept.
pub fn page_came(provider: &str, stream: &str, items: u64) {
    let Some(known) = known() else { return };
    let (provider, stream) = (known.provider(provider), known.stream(provider, stream));
    metrics::counter!(list::PAGES.name, "provider" => provider, "stream" => stream).increment(1);
    metrics::counter!(list::ITEMS.name, "provider" => provider, "stream" => stream)
        .increment(items);
}

/// So many interrupted loads wait to be taken up, the oldest for so long; `None` where Redis does not tell.
pub fn loads_wait(backlog: Option<(u64, Duration)>) {
    if is_on() {
        super::store::backlog(list::LOADS_WAITING, list::LOADS_WAITING_AGE, backlog);
    }
}
