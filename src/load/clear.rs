//! Clearing: what was loaded goes, the connection and the choice of streams stay.

use std::sync::Arc;

use super::report::{self, Load, Status};
use super::{LoadError, Loads, Parts, run, snapshot, start};
use crate::owner::Owner;
use crate::store::keys;

impl Loads {
    /// Takes away everything that was loaded, and leaves the connection and the choice of streams; `false` where nothing
    /// was loaded. [`LoadError::Running`] while a load runs.
    pub async fn clear(&self, owner: &Owner, provider: &str) -> Result<bool, LoadError> {
        clear(&self.parts, owner, provider).await
    }
}

/// Takes away what was loaded; answers whether there was anything. While a load runs it is refused: the load would
/// bring it back.
async fn clear(parts: &Arc<Parts>, owner: &Owner, provider: &str) -> Result<bool, LoadError> {
    let setup = &parts.setup;
    let lease = start::free(setup, owner, provider).await?;
    let lease = lease.ok_or(LoadError::Running)?;
    let taken = take_away(parts, owner, provider).await;
    run::release(setup, lease).await;
    let taken = taken?;
    if let Err(error) = snapshot::erase(setup, &taken).await {
        tracing::warn!(provider, %error, "cleared items could not be erased; they end by themselves");
    }
    Ok(!taken.is_empty())
}

/// A load that nobody works on at this moment runs all the same: some process will take it up.
async fn take_away(
    parts: &Arc<Parts>,
    owner: &Owner,
    provider: &str,
) -> Result<Vec<Load>, LoadError> {
    let setup = &parts.setup;
    let load = report::read(&setup.store, &keys::load(owner, provider)).await?;
    if load.is_some_and(|load| load.status == Status::Running) {
        return Err(LoadError::Running);
    }
    let taken = snapshot::take_away(setup, owner, provider, Vec::new()).await?;
    parts.shelf.forget(owner, provider, &taken).await;
    Ok(taken)
}
