//! The store before anything works with it: it answers, is of this version, and says what it may lose.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::StartError;
use crate::config::Redis;
use crate::store::embedded::EmbeddedError;
use crate::store::migrate::MIGRATIONS;
use crate::store::{Store, StoreError};

/// How long the start waits for Redis to answer.
const REDIS_PATIENCE: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// Waits for Redis, brings it to this version, and looks what it may lose.
pub(super) async fn prepare(store: &Store, redis: &Redis) -> Result<(), StartError> {
    wait_for(store, redis).await?;
    store.migrate(MIGRATIONS).await?;
    match store.warnings().await {
        Ok(warnings) => {
            for warning in warnings {
                tracing::warn!("{warning}");
            }
        }
        Err(error) => tracing::warn!(%error, "the settings of Redis could not be read"),
    }
    Ok(())
}

/// Waits until Redis answers, and says for what it waits and for how long. What changes meanwhile is said too: a name that
/// is known by now, a server that reads its data.
pub(super) async fn wait_for(store: &Store, redis: &Redis) -> Result<(), StartError> {
    let place = redis.target.place();
    let deadline = Instant::now() + REDIS_PATIENCE;
    let mut told = String::new();
    loop {
        let error = match timeout_at(deadline, store.ping()).await {
            Ok(Ok(())) => break,
            Ok(Err(error @ StoreError::Refused(_))) => {
                return Err(StartError::Refused(place, error));
            }
            Ok(Err(error)) => error,
            Err(_) => StoreError::Away("no answer in time".to_owned()),
        };
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(StartError::Redis(place, error));
        }
        if told != error.to_string() {
            told = error.to_string();
            let seconds = left.as_secs_f64().ceil();
            tracing::warn!("waiting for Redis at {place}, {seconds} s at most: {error}");
        }
        tokio::time::sleep(LOOK_AGAIN.min(left)).await;
    }
    if !told.is_empty() {
        tracing::info!("Redis at {place} answers");
    }
    Ok(())
}

/// Waits for the end of an embedded Redis, if there is one.
pub(super) async fn stop(end: Option<impl Future<Output = Result<(), EmbeddedError>>>) {
    if let Some(end) = end
        && let Err(error) = end.await
    {
        tracing::error!(%error, "the embedded Redis did not stop in order");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Entropy;
    use crate::config::RedisTarget;
    use crate::store::{Target, TlsFiles};

    /// Where nobody listens.
    const NOBODY: &str = "redis://patchbay:pa55word@127.0.0.1:1";

    #[tokio::test(start_paused = true)]
    async fn a_start_gives_up_in_time_and_says_on_what() {
        let (url, tls) = (NOBODY.into(), TlsFiles::default());
        let target = Target::Single { url, tls };
        let store = Store::new(&target, Entropy::system()).expect("a store");
        let (url, tls) = (NOBODY.into(), None);
        let target = RedisTarget::Single { url, tls };
        let begun = Instant::now();
        let error = wait_for(&store, &Redis { target }).await;
        let said = error.expect_err("nobody answers").to_string();
        assert!(said.contains("redis://***@127.0.0.1:1 did not"), "{said}");
        assert!(!said.contains("pa55word"), "{said}");
        assert_eq!(begun.elapsed().as_secs(), REDIS_PATIENCE.as_secs());
    }
}
