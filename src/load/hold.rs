//! A load's hold on its connection: the lease, and the right to write the records that it guards.
//!
//! A load that was forgotten (the account was disconnected) or whose lease somebody else has writes nothing
//! more: every write of its records asks for the lease in the same step.

use std::time::Duration;

use super::report::{self, Load, Status};
use super::{LoadError, Setup, watch};
use crate::owner::Owner;
use crate::store::{Key, Lease, StoreError, keys};

/// Life of a load's lease: so long after its process died, the load is seen as dead.
pub(super) const LEASE_LIFE: Duration = Duration::from_secs(15);
/// How often it is renewed.
const HEARTBEAT: Duration = Duration::from_secs(3);

/// The lease of a load that runs.
pub(super) struct Hold<'a> {
    setup: &'a Setup,
    owner: &'a Owner,
    provider: &'a str,
    load: &'a str,
    /// Which process of the load this is.
    taken_up: u32,
    lease: &'a Lease,
}

/// Takes the lease of a connection's loads, unless a load runs.
pub(super) async fn take(
    setup: &Setup,
    owner: &Owner,
    provider: &str,
) -> Result<Option<Lease>, StoreError> {
    let key = keys::load_lease(owner, provider);
    setup.store.acquire(key, LEASE_LIFE).await
}

impl<'a> Hold<'a> {
    pub(super) fn new(
        setup: &'a Setup,
        owner: &'a Owner,
        provider: &'a str,
        load: &'a Load,
        lease: &'a Lease,
    ) -> Self {
        Self {
            setup,
            owner,
            provider,
            load: &load.id,
            taken_up: load.taken_up,
            lease,
        }
    }

    /// Renews the lease for as long as it can; returns when it is lost for good.
    pub(super) async fn until_lost(&self) {
        loop {
            tokio::time::sleep(HEARTBEAT).await;
            match self.is_ours().await {
                Ok(true) => self.note().await,
                Ok(false) => return,
                // While the store is away nobody else can take it either.
                Err(error) => tracing::debug!(%error, "a load's lease could not be renewed"),
            }
        }
    }

    /// Says to all replicas until when this process is to be believed alive.
    pub(super) async fn note(&self) {
        if let Err(error) = watch::note(self.setup, self.owner, self.provider, LEASE_LIFE).await {
            tracing::debug!(%error, "a load could not be noted as running");
        }
    }

    /// Writes the load under `keys`, under all or none.
    pub(super) async fn write(&self, keys: &[&Key], load: &Load) -> Result<(), LoadError> {
        let bytes = report::encode(load);
        let records: Vec<(&Key, &[u8])> = keys.iter().map(|key| (*key, &bytes[..])).collect();
        let life = self.setup.life(self.owner);
        let write = || self.setup.store.set_held(self.lease, &records, life);
        if write().await? || (self.is_ours().await? && write().await?) {
            return Ok(());
        }
        Err(LoadError::Lost)
    }

    /// Renews the lease. One that ran out while the store was away is taken again, if the load is still the
    /// one that the store knows.
    async fn is_ours(&self) -> Result<bool, StoreError> {
        let store = &self.setup.store;
        if store.renew(self.lease, LEASE_LIFE).await? {
            return Ok(true);
        }
        let key = keys::load(self.owner, self.provider);
        let Some(bytes) = store.get(&key).await? else {
            return Ok(false);
        };
        let known = report::decode(&bytes);
        Ok(known.is_some_and(|known| self.is_of(&known))
            && store.retake(self.lease, LEASE_LIFE, (&key, &bytes)).await?)
    }

    /// Whether a record is this process's load, still running.
    pub(super) fn is_of(&self, known: &Load) -> bool {
        let own = known.id == self.load && known.taken_up == self.taken_up;
        own && known.status == Status::Running
    }
}
