//! The vault: stores, encrypts, refreshes and hands out credentials.
//!
//! [`Vault::fresh_token`] is the one way to a token. Records are versioned and written by compare-and-set,
//! so that a rotated refresh token is never overwritten by an older one.

mod bearer;
pub mod cipher;
mod fresh;
mod record;
mod settle;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use tokio_util::task::TaskTracker;

pub use bearer::{GrantBearer, VaultBearer};
pub use cipher::{CipherError, KeyRing, NamedKey};
pub use fresh::{Token, TokenError};
pub use record::{Connection, Credential, Event, LastError, State};

use crate::clock::Clock;
use crate::outbound::Outbound;
use crate::outbound::oauth::Client;
use crate::owner::Owner;
use crate::providers::Registry;
use crate::store::{Store, StoreError, Versioned, keys};

/// A connection as it was read, with what its next write needs.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The connection.
    pub connection: Connection,
    /// Its version.
    pub version: u64,
    /// When somebody last used it.
    pub used_at: Option<jiff::Timestamp>,
}

/// Why the vault could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The record cannot be sealed or opened.
    #[error("a credential cannot be read: {0}")]
    Cipher(#[from] CipherError),
    /// The record is not one of ours.
    #[error("a credential has a form that this version does not know")]
    Format,
}

impl From<VaultError> for crate::error::Failure {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Store(error) => error.into(),
            other => Self::internal(other),
        }
    }
}

/// The vault. Cheap to clone.
#[derive(Clone)]
pub struct Vault {
    parts: Arc<Parts>,
}

struct Parts {
    store: Store,
    ring: Arc<KeyRing>,
    registry: Registry,
    clients: HashMap<&'static str, Client>,
    outbound: Outbound,
    clock: Clock,
    margin: Duration,
    tasks: tokio::runtime::Handle,
    refreshes: TaskTracker,
    flights: Mutex<HashMap<String, Weak<tokio::sync::Mutex<()>>>>,
}

/// What a vault is made of.
pub struct Setup {
    /// Where records are kept.
    pub store: Store,
    /// What they are sealed with.
    pub ring: Arc<KeyRing>,
    /// The providers there are.
    pub registry: Registry,
    /// The configured ones' OAuth clients, by provider id.
    pub clients: HashMap<&'static str, Client>,
    /// What refreshes are sent with.
    pub outbound: Outbound,
    /// The time.
    pub clock: Clock,
    /// How long before its expiry a token is refreshed, at most a tenth of its life.
    pub margin: Duration,
    /// Where a refresh runs on when the request that wanted it is gone.
    pub tasks: tokio::runtime::Handle,
}

impl Vault {
    /// Puts a vault together.
    pub fn new(setup: Setup) -> Self {
        let parts = Parts {
            store: setup.store,
            ring: setup.ring,
            registry: setup.registry,
            clients: setup.clients,
            outbound: setup.outbound,
            clock: setup.clock,
            margin: setup.margin,
            tasks: setup.tasks,
            refreshes: TaskTracker::new(),
            flights: Mutex::default(),
        };
        Self {
            parts: Arc::new(parts),
        }
    }

    /// Waits until all refreshes that run have ended and are stored.
    pub async fn shut_down(&self) {
        self.parts.refreshes.close();
        self.parts.refreshes.wait().await;
    }

    /// The OAuth client of a provider, if the operator configured one.
    pub fn client(&self, provider: &str) -> Option<&Client> {
        self.parts.clients.get(provider)
    }

    /// The connection of `owner` to `provider`.
    pub async fn get(&self, owner: &Owner, provider: &str) -> Result<Option<Stored>, VaultError> {
        self.parts.read(owner, provider).await
    }

    /// Stores a connection in place of whatever was there, as a reconnect does.
    pub async fn put(
        &self,
        owner: &Owner,
        provider: &str,
        connection: &Connection,
    ) -> Result<(), VaultError> {
        loop {
            let version = self.parts.version(owner, provider).await?;
            if self
                .parts
                .write(owner, provider, version, connection)
                .await?
                .is_some()
            {
                return Ok(());
            }
        }
    }

    /// Forgets a connection; tells whether there was one.
    pub async fn remove(&self, owner: &Owner, provider: &str) -> Result<bool, VaultError> {
        Ok(self
            .parts
            .store
            .delete(&keys::connection(owner, provider))
            .await?)
    }

    /// Notes that somebody used the connection.
    pub async fn touch(&self, owner: &Owner, provider: &str) -> Result<(), VaultError> {
        let now = self.parts.clock.now().as_millisecond();
        let key = keys::connection(owner, provider);
        Ok(self.parts.store.touch_versioned(&key, now).await?)
    }
}

impl Parts {
    async fn read(&self, owner: &Owner, provider: &str) -> Result<Option<Stored>, VaultError> {
        let found = self
            .store
            .get_versioned(&keys::connection(owner, provider))
            .await?;
        found
            .map(|found| self.open(owner, provider, &found))
            .transpose()
    }

    fn open(&self, owner: &Owner, provider: &str, found: &Versioned) -> Result<Stored, VaultError> {
        let plain = self
            .ring
            .open(record::binding(owner, provider).as_ref(), &found.bytes)?;
        Ok(Stored {
            connection: Connection::decode(&plain).ok_or(VaultError::Format)?,
            version: found.version,
            used_at: found
                .used_ms
                .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok()),
        })
    }

    async fn version(&self, owner: &Owner, provider: &str) -> Result<u64, VaultError> {
        let found = self
            .store
            .get_versioned(&keys::connection(owner, provider))
            .await?;
        Ok(found.map_or(0, |found| found.version))
    }

    /// Writes if the version is still `expected`; answers the new one, `None` where somebody was first.
    async fn write(
        &self,
        owner: &Owner,
        provider: &str,
        expected: u64,
        connection: &Connection,
    ) -> Result<Option<u64>, VaultError> {
        let plain = connection.encode().ok_or(VaultError::Format)?;
        let sealed = self
            .ring
            .seal(record::binding(owner, provider).as_ref(), &plain)?;
        let key = keys::connection(owner, provider);
        Ok(self.store.compare_and_set(&key, expected, &sealed).await?)
    }
}

#[cfg(test)]
mod tests;
