//! The time a request may spend waiting for Redis, over all of its operations.
//!
//! A page makes several operations; with a time-out each, a frozen Redis would cost their sum. So a request
//! carries one allowance, which every wait draws on. It also remembers that an operation failed, because
//! the session library hides the reason behind a plain 500.

use std::cell::Cell;
use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

use super::StoreError;

/// What a request may wait for Redis in all, so that a 503 page arrives within two seconds.
pub const PER_REQUEST: Duration = Duration::from_millis(1500);

struct Budget {
    left: Cell<Duration>,
    failed: Cell<bool>,
}

tokio::task_local! {
    static BUDGET: Budget;
}

/// Runs `work` with an allowance; also tells whether an operation found Redis away.
pub async fn scope<T>(allowance: Duration, work: impl Future<Output = T>) -> (T, bool) {
    let budget = Budget {
        left: Cell::new(allowance),
        failed: Cell::new(false),
    };
    BUDGET
        .scope(budget, async {
            let result = work.await;
            (result, BUDGET.with(|budget| budget.failed.get()))
        })
        .await
}

/// Waits for `work` at most `limit`, or what is left of the request's allowance.
pub(super) async fn bounded<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    let limit = BUDGET
        .try_with(|budget| budget.left.get().min(limit))
        .unwrap_or(limit);
    let started = Instant::now();
    let result = match tokio::time::timeout(limit, work).await {
        Ok(result) => result.map_err(away_if_unreachable),
        Err(_) => Err(StoreError::Away("no answer in time".to_owned())),
    };
    let failed = matches!(result, Err(StoreError::Away(_)));
    // Outside of a request there is nothing to note.
    let _ = BUDGET.try_with(|budget| {
        budget
            .left
            .set(budget.left.get().saturating_sub(started.elapsed()));
        budget.failed.set(budget.failed.get() || failed);
    });
    result
}

/// A broken connection, a server that loads its data or cannot write it: all of them pass.
fn away_if_unreachable(error: StoreError) -> StoreError {
    match error {
        StoreError::Refused(error) if passes(&error) => StoreError::Away(error.to_string()),
        other => other,
    }
}

fn passes(error: &redis::RedisError) -> bool {
    use redis::{ErrorKind, ServerErrorKind};
    error.is_io_error()
        || error.is_timeout()
        || error.is_connection_dropped()
        || error.is_connection_refusal()
        || error.is_cluster_error()
        || matches!(
            error.kind(),
            ErrorKind::ClusterConnectionNotFound
                | ErrorKind::Server(
                    ServerErrorKind::BusyLoading
                        | ServerErrorKind::TryAgain
                        | ServerErrorKind::ClusterDown
                        | ServerErrorKind::MasterDown
                        | ServerErrorKind::ReadOnly
                )
        )
        || matches!(
            error.code(),
            Some("OOM" | "MISCONF" | "NOREPLICAS" | "READONLY")
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn wait(time: Duration) -> Result<(), StoreError> {
        bounded(Duration::from_secs(60), async {
            tokio::time::sleep(time).await;
            Ok(())
        })
        .await
    }

    #[tokio::test(start_paused = true)]
    async fn all_operations_of_a_request_share_one_allowance() {
        let started = Instant::now();
        let (results, failed) = scope(Duration::from_secs(2), async {
            let first = wait(Duration::from_secs(1)).await;
            let second = wait(Duration::from_secs(30)).await;
            let third = wait(Duration::from_secs(30)).await;
            (first, second, third)
        })
        .await;
        assert!(results.0.is_ok() && results.1.is_err() && results.2.is_err());
        assert!(failed);
        assert_eq!(started.elapsed(), Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn outside_of_a_request_the_operation_has_its_own_limit() {
        assert!(wait(Duration::from_secs(59)).await.is_ok());
        assert!(wait(Duration::from_secs(61)).await.is_err());
    }
}
