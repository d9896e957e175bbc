//! The store before anything works with it: it answers, is of this version, and says what it may lose.

use std::time::Duration;

use super::StartError;
use crate::store::embedded::EmbeddedError;
use crate::store::migrate::MIGRATIONS;
use crate::store::{Store, StoreError};

/// How long the start waits for Redis to answer.
const REDIS_PATIENCE: Duration = Duration::from_secs(30);

/// Waits for Redis, brings it to this version, and looks what it may lose.
pub(super) async fn prepare(store: &Store) -> Result<(), StartError> {
    wait_for(store).await?;
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

/// Waits until Redis answers.
pub(super) async fn wait_for(store: &Store) -> Result<(), StartError> {
    let deadline = tokio::time::Instant::now() + REDIS_PATIENCE;
    let mut told = false;
    loop {
        match store.ping().await {
            Ok(()) => return Ok(()),
            Err(error @ StoreError::Refused(_)) => return Err(StartError::Refused(error)),
            Err(error) if tokio::time::Instant::now() >= deadline => {
                return Err(StartError::Redis(error));
            }
            Err(error) if !told => {
                tracing::warn!(%error, "waiting for Redis");
                told = true;
            }
            Err(_) => {}
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

/// Waits for the end of an embedded Redis, if there is one.
pub(super) async fn stop(end: Option<impl Future<Output = Result<(), EmbeddedError>>>) {
    if let Some(end) = end
        && let Err(error) = end.await
    {
        tracing::error!(%error, "the embedded Redis did not stop in order");
    }
}
