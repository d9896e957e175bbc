//! Ending a load that runs, because somebody wants it.

use super::report::{self, Load, Status};
use super::{LoadError, Setup, snapshot, watch};
use crate::owner::Owner;
use crate::store::keys;

/// The record changes a few times a second while a load runs; to catch it in between takes a try or two.
const TRIES: u32 = 20;

/// Ends the load that runs; `false` where none does. What was loaded before stays as it was. Whoever carries the
/// load out finds its lease gone at the next write.
pub(super) async fn cancel(
    setup: &Setup,
    owner: &Owner,
    provider: &str,
) -> Result<bool, LoadError> {
    let (key, lease) = (
        keys::load(owner, provider),
        keys::load_lease(owner, provider),
    );
    for _ in 0..TRIES {
        let Some(bytes) = setup.store.get(&key).await? else {
            return Ok(false);
        };
        let running = |load: &Load| load.status == Status::Running;
        let Some(mut load) = report::decode(&bytes).filter(running) else {
            return Ok(false);
        };
        let brought = load.clone();
        end(setup, &mut load);
        let new = report::encode(&load);
        let (store, life) = (&setup.store, setup.bounds.item_ttl);
        let ended = store.replace_and_delete(&key, (&bytes, &new), life, &lease);
        let ended = match ended.await {
            // A Redis that is full takes no new record. Without any the load ends all the same.
            Err(_) => store
                .delete_many(&[lease.clone(), key.clone()])
                .await
                .map(|()| true),
            ended => ended,
        };
        if ended? {
            watch::forget(setup, owner, provider).await;
            let kept = report::read(store, &keys::snapshot(owner, provider)).await?;
            snapshot::let_go(setup, &brought, kept.as_ref()).await;
            return Ok(true);
        }
    }
    Err(LoadError::Busy)
}

fn end(setup: &Setup, load: &mut Load) {
    load.status = Status::Cancelled;
    load.ended_at = Some(setup.clock.now());
    load.hidden.clear();
    for part in &mut load.parts {
        part.runs.clear();
        part.waits = None;
    }
}
