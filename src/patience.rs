//! How long a request waits for what it needs from the store, over all of its operations.
//!
//! A page makes several operations; with a time-out each, a frozen store would cost their sum. So a request
//! carries one allowance, which every wait draws on. It also remembers that a wait was in vain, because the
//! session library hides the reason behind a plain 500.

use std::cell::Cell;
use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;
use tracing::Instrument as _;

/// What a request may wait in all, so that a 503 page arrives within two seconds.
pub const PER_REQUEST: Duration = Duration::from_millis(1500);

struct Allowance {
    left: Cell<Duration>,
    in_vain: Cell<bool>,
}

tokio::task_local! {
    static ALLOWANCE: Allowance;
}

/// Runs `work` with an allowance; also tells whether something was waited for in vain.
pub async fn scope<T>(allowance: Duration, work: impl Future<Output = T>) -> (T, bool) {
    let allowance = Allowance {
        left: Cell::new(allowance),
        in_vain: Cell::new(false),
    };
    ALLOWANCE
        .scope(allowance, async {
            let result = work.await;
            (result, ALLOWANCE.with(|allowance| allowance.in_vain.get()))
        })
        .await
}

/// Runs `work` with the allowance that there is, or else with one of its own.
pub async fn within<T>(allowance: Duration, work: impl Future<Output = T>) -> T {
    match ALLOWANCE.try_with(|_| ()) {
        Ok(()) => work.await,
        Err(_) => scope(allowance, work).await.0,
    }
}

/// Waits for `work` at most `limit`, or what is left of the request's allowance; `None` when that is over.
pub async fn bounded<T>(limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    let limit = ALLOWANCE
        .try_with(|allowance| allowance.left.get().min(limit))
        .unwrap_or(limit);
    let started = Instant::now();
    let result = tokio::time::timeout(limit, work).await.ok();
    // Outside of a request there is nothing to draw on.
    let _ = ALLOWANCE.try_with(|allowance| {
        let left = allowance.left.get().saturating_sub(started.elapsed());
        allowance.left.set(left);
    });
    result
}

/// Notes that what the request needs is away.
pub fn in_vain() {
    // Outside of a request nobody asks.
    let _ = ALLOWANCE.try_with(|allowance| allowance.in_vain.set(true));
}

/// Runs `work` in a task of its own, with the allowance that there is, so that it comes to its end also where whoever asked
/// for it has gone meanwhile; `None` where it broke off.
pub async fn apart<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Option<T> {
    // An allowance is shared by the waits of one task: this one takes what is left along, and gives back what then is.
    let left = ALLOWANCE.try_with(|allowance| allowance.left.get());
    let allowance = Allowance {
        left: Cell::new(left.unwrap_or(PER_REQUEST)),
        in_vain: Cell::new(false),
    };
    let work = ALLOWANCE.scope(allowance, async {
        let result = work.await;
        let told = ALLOWANCE.with(|allowance| (allowance.left.get(), allowance.in_vain.get()));
        (result, told)
    });
    let (result, (left, waited_in_vain)) = tokio::spawn(work.in_current_span()).await.ok()?;
    // Outside of a request there is nothing to draw on.
    let _ = ALLOWANCE.try_with(|allowance| allowance.left.set(left));
    if waited_in_vain {
        in_vain();
    }
    Some(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn wait(time: Duration) -> bool {
        bounded(Duration::from_secs(60), tokio::time::sleep(time))
            .await
            .is_some()
    }

    #[tokio::test(start_paused = true)]
    async fn all_waits_of_a_request_share_one_allowance() {
        let started = Instant::now();
        let (results, _) = scope(Duration::from_secs(2), async {
            let first = wait(Duration::from_secs(1)).await;
            let second = wait(Duration::from_secs(30)).await;
            let third = wait(Duration::from_secs(30)).await;
            (first, second, third)
        })
        .await;
        assert_eq!(results, (true, false, false));
        assert_eq!(started.elapsed(), Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn outside_of_a_request_a_wait_has_its_own_limit() {
        assert!(wait(Duration::from_secs(59)).await);
        assert!(!wait(Duration::from_secs(61)).await);
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_no_allowance_gets_one() {
        let two = Duration::from_secs(2);
        assert!(!within(two, wait(Duration::from_secs(3))).await);
        let (waited, _) = scope(
            Duration::from_secs(5),
            within(two, wait(Duration::from_secs(3))),
        )
        .await;
        assert!(waited);
    }

    #[tokio::test]
    async fn a_wait_in_vain_is_remembered() {
        assert!(!scope(PER_REQUEST, async {}).await.1);
        assert!(scope(PER_REQUEST, async { in_vain() }).await.1);
    }
}
