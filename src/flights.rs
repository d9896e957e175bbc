//! Work that is done once for all who ask for it meanwhile: who comes later waits for the same flight.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::task::{JoinError, JoinHandle};

/// What a flight brings, for all who wait for it.
pub type Outcome<T> = Shared<BoxFuture<'static, T>>;

/// The flights that are under way in this process, by what they are about. `F` is what joins one, such as its
/// [`Outcome`].
pub struct Flights<K: Eq + Hash, F>(Mutex<HashMap<K, F>>);

impl<K: Eq + Hash, F> Default for Flights<K, F> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, F: Clone> Flights<K, F> {
    /// Joins the flight that is under way, or begins one. `begin` must not wait, and leaves [`Flights::landing`] to
    /// the task that it starts.
    pub fn join(&self, key: K, begin: impl FnOnce() -> F) -> F {
        self.lock().entry(key).or_insert_with(begin).clone()
    }
}

impl<K: Eq + Hash, F> Flights<K, F> {
    /// Held while a flight is under way: it takes the flight off the list, however that ends.
    pub fn landing(&self, key: K) -> Landing<'_, K, F> {
        Landing(self, key)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, F>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// See [`Flights::landing`].
pub struct Landing<'a, K: Eq + Hash, F>(&'a Flights<K, F>, K);

impl<K: Eq + Hash, F> Drop for Landing<'_, K, F> {
    fn drop(&mut self) {
        let landed = self.0.lock().remove(&self.1);
        // Not under the lock: what is dropped may be anything.
        drop(landed);
    }
}

/// What a task ends with; `broken` says it where the task broke off.
pub fn outcome<T: Clone + Send + 'static>(
    task: JoinHandle<T>,
    broken: impl FnOnce(JoinError) -> T + Send + 'static,
) -> Outcome<T> {
    let ended = async move { task.await.unwrap_or_else(broken) };
    ended.boxed().shared()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::Notify;

    use super::*;

    type Counted = Arc<Flights<&'static str, Outcome<usize>>>;

    /// A flight that lands when it is told to; its number, or 99 where it broke off.
    fn fly(flights: &Counted, begun: &Arc<AtomicUsize>, land: &Arc<Notify>) -> Outcome<usize> {
        let number = || begun.fetch_add(1, Ordering::SeqCst) + 1;
        flights.join("here", || {
            let (number, land) = (number(), Arc::clone(land));
            let here = Arc::clone(flights);
            let task = tokio::spawn(async move {
                let _landing = here.landing("here");
                land.notified().await;
                assert_ne!(number, 2, "the second one crashes");
                number
            });
            outcome(task, |_| 99)
        })
    }

    #[tokio::test]
    async fn who_comes_meanwhile_joins_and_who_comes_later_begins_anew() {
        let (flights, begun, land) = (Counted::default(), Arc::default(), Arc::default());
        for expected in [1, 99, 3] {
            let both = [fly(&flights, &begun, &land), fly(&flights, &begun, &land)];
            land.notify_one();
            for one in both {
                assert_eq!(one.await, expected);
            }
        }
        assert_eq!(begun.load(Ordering::SeqCst), 3);
        assert!(flights.lock().is_empty());
    }
}
