//! The upkeep: what is done for connections without anybody asking for it. Tokens are renewed before somebody
//! would wait for them, grants that nobody uses are kept alive, and connections that nobody used for long are
//! forgotten.
//!
//! One replica does it, by a lease. It asks an index what is due, so that its cost grows with that and not with
//! what there is. The index is a hint: a lost one is built anew, and an entry that leads nowhere is dropped.

mod index;
mod work;

use std::collections::HashSet;
use std::time::Duration;

use futures_util::StreamExt;
use tokio_util::sync::CancellationToken;

use super::Connections;
use crate::metrics;
use crate::store::{Held, StoreError, keys};
use crate::vault::VaultError;

/// How often the index is asked. Whatever is due is spread over minutes.
const TICK: Duration = Duration::from_secs(5);
/// What the lease has left when its holder dies: then another replica goes on.
const LEASE: Duration = Duration::from_secs(20);
/// Connections that are looked after at once.
const AT_ONCE: usize = 8;
/// The longest that the upkeep waits for one of them.
const LONGEST: Duration = Duration::from_secs(90);
/// Entries that are taken from the index at once.
const BATCH: usize = 64;

impl Connections {
    /// Does the upkeep until `stop`, whenever no other replica does it.
    pub async fn upkeep(&self, stop: CancellationToken) {
        let mut lead = Lead::default();
        while stop.run_until_cancelled(self.pause()).await.is_some() {
            let turn = self.turn_of_upkeep(&mut lead, &stop);
            match stop.run_until_cancelled(turn).await {
                Some(Err(error)) if error.passes() => {
                    tracing::debug!(%error, "the upkeep waits for the store");
                }
                Some(Err(error)) => tracing::error!(%error, "the upkeep cannot be done"),
                _ => {}
            }
        }
        metrics::leads_upkeep(false);
        lead.give_up().await;
    }

    /// Not at the same moment in all replicas.
    async fn pause(&self) {
        let part = 0.75 + self.setup.entropy.unit() / 2.0;
        tokio::time::sleep(TICK.mul_f64(part)).await;
    }

    async fn turn_of_upkeep(
        &self,
        lead: &mut Lead,
        stop: &CancellationToken,
    ) -> Result<(), VaultError> {
        let leads = lead.take(self).await;
        metrics::leads_upkeep(matches!(leads, Ok(true)));
        if !leads? {
            return Ok(());
        }
        self.ensure_index().await?;
        self.look_after_all(stop).await?;
        metrics::upkeep_ended(self.setup.clock.now().as_millisecond());
        Ok(())
    }

    /// Looks after everything that is due now.
    async fn look_after_all(&self, stop: &CancellationToken) -> Result<(), VaultError> {
        let mut seen = HashSet::new();
        loop {
            let now = self.setup.clock.now().as_millisecond();
            let mut due = self.setup.store.due(&keys::due(), now, BATCH).await?;
            let whole = due.len() == BATCH;
            // One that is still due after its turn waits for the next tick.
            due.retain(|name| seen.insert(name.clone()));
            if due.is_empty() {
                return Ok(());
            }
            let work = futures_util::stream::iter(due).for_each_concurrent(AT_ONCE, |name| {
                let this = self.clone();
                async move {
                    let done = tokio::time::timeout(LONGEST, this.look_after(&name)).await;
                    if done.is_err() {
                        tracing::warn!(
                            "looking after a connection takes long; it goes on by itself"
                        );
                    }
                }
            });
            // What is under way runs on in tasks of its own.
            if stop.run_until_cancelled(work).await.is_none() || !whole {
                return Ok(());
            }
        }
    }
}

/// The right to do the upkeep.
#[derive(Default)]
struct Lead(Option<Held>);

impl Lead {
    /// Whether this replica has it, or gets it now.
    async fn take(&mut self, connections: &Connections) -> Result<bool, StoreError> {
        if self.0.as_ref().is_some_and(Held::is_lost) {
            self.0 = None;
        }
        if self.0.is_none() {
            let store = &connections.setup.store;
            self.0 = store.hold(keys::upkeep_lock(), LEASE).await?;
        }
        Ok(self.0.is_some())
    }

    /// Leaves it to another replica at once.
    async fn give_up(self) {
        if let Some(held) = self.0
            && let Err(error) = held.release().await
        {
            tracing::debug!(%error, "the lease of the upkeep could not be released; it ends by itself");
        }
    }
}
