//! What a load's calls went through, for its report, and what they wait for just now.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// What a load's calls went through, for its report.
#[derive(Debug, Default)]
pub struct Counts {
    pub(super) requests: AtomicU64,
    pub(super) retries: AtomicU64,
    pub(super) limited: AtomicU64,
    now: Mutex<Now>,
}

/// The reads that are under way, and those of them that wait.
#[derive(Debug, Default)]
struct Now {
    under_way: usize,
    waits: Vec<(u64, Waiting)>,
    next: u64,
}

/// A wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its end, as far as is known.
    pub until: Instant,
    /// Why.
    pub why: Why,
}

/// Why a call waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Its turn comes only then: more would be beyond the provider's limit.
    Limit,
    /// The provider asked for a pause.
    Asked,
    /// The provider failed or did not answer, and is asked again then.
    Failing,
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

    /// The wait that ends first, if all reads that are under way wait; `None` while one of them is being answered.
    pub fn waiting(&self) -> Option<Waiting> {
        let now = self.lock();
        let waits = now.waits.iter().map(|(_, waiting)| *waiting);
        let first = waits.min_by_key(|waiting| waiting.until);
        first.filter(|_| now.waits.len() == now.under_way)
    }

    /// Notes a read that is under way, until what is answered is dropped.
    pub(super) fn under_way(&self) -> impl Drop + '_ {
        self.lock().under_way += 1;
        let ended = |now: &mut Now| now.under_way -= 1;
        Note(self, Some(ended))
    }

    /// Waits, and lets that be seen, however it ends.
    pub(super) async fn while_waiting<T>(
        &self,
        wait: Duration,
        why: Why,
        work: impl Future<Output = T>,
    ) -> T {
        let id = {
            let mut now = self.lock();
            now.next += 1;
            let (id, until) = (now.next, Instant::now() + wait);
            now.waits.push((id, Waiting { until, why }));
            id
        };
        let ended = move |now: &mut Now| now.waits.retain(|(other, _)| *other != id);
        let _note = Note(self, Some(ended));
        work.await
    }

    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes back what was noted.
struct Note<'a, F: FnOnce(&mut Now)>(&'a Counts, Option<F>);

impl<F: FnOnce(&mut Now)> Drop for Note<'_, F> {
    fn drop(&mut self) {
        if let Some(ended) = self.1.take() {
            ended(&mut self.0.lock());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn a_wait_is_seen_when_nothing_else_goes_on() {
        let counts = Counts::default();
        assert_eq!(counts.waiting(), None);
        let _one = counts.under_way();
        let slow = counts.while_waiting(9 * SECOND, Why::Limit, tokio::time::sleep(9 * SECOND));
        let ends = Instant::now() + 9 * SECOND;
        let look = async {
            let first = counts.waiting().expect("a wait");
            assert_eq!((first.until, first.why), (ends, Why::Limit));
            let other = counts.under_way();
            assert_eq!(counts.waiting(), None, "another goes on");
            let quick = counts.while_waiting(SECOND, Why::Asked, async { counts.waiting() });
            let seen = quick.await.expect("both wait");
            assert_eq!(seen.why, Why::Asked, "the first to end");
            drop(other);
            assert_eq!(counts.waiting().expect("a wait").why, Why::Limit);
        };
        tokio::join!(slow, look);
        assert_eq!(counts.waiting(), None);
    }
}
