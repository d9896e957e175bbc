//! The vault: stores, encrypts, refreshes and hands out credentials.
//!
//! [`Vault::fresh_token`] is the one way to a token. Records are versioned and written by compare-and-set,
//! so that a rotated refresh token is never overwritten by an older one. What is found by time or by account is
//! found by indexes beside the records, which are hints: the record is what counts.

mod bearer;
mod checked;
pub mod cipher;
mod credential;
mod due;
mod history;
mod holders;
mod moving;
mod observer;
pub mod once;
mod readers;
mod record;
mod records;
mod refresh;
mod relatives;
mod removal;
mod revoke;
pub mod rotate;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::Timestamp;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use bearer::{GrantBearer, VaultBearer};
pub use checked::CheckBearer;
pub use cipher::{CipherError, KeyRing, NamedKey};
pub use credential::{Credential, GrantId};
pub use due::Task;
pub use history::Event;
pub use moving::Restored;
pub use observer::{Observer, Turn, Turned};
pub use readers::{Counted, Reader};
pub use record::{Attempt, Connection, Ended, LastError, Retry, State};
pub use refresh::{Token, TokenError};
pub use removal::Removed;
pub use revoke::Revocation;

use crate::clock::{Clock, Entropy};
use crate::outbound::Outbound;
use crate::outbound::oauth::Client;
use crate::providers::Registry;
use crate::store::{Store, StoreError};

/// A connection as it was read, with what its next write needs.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The connection.
    pub connection: Connection,
    /// Its version.
    pub version: u64,
    /// When somebody last used its tokens.
    pub used_at: Option<Timestamp>,
    /// When somebody last looked at what it brought, to the day.
    pub seen_at: Option<Timestamp>,
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

impl VaultError {
    /// Whether it passes by itself: the store is away.
    pub fn passes(&self) -> bool {
        matches!(self, Self::Store(StoreError::Away(_)))
    }
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
    entropy: Entropy,
    margin: Duration,
    forget_after: Duration,
    tasks: tokio::runtime::Handle,
    observer: Observer,
    refreshes: TaskTracker,
    flights: refresh::Flights,
    stop: CancellationToken,
    held: AtomicUsize,
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
    /// Chance, for the names of attempts and for what is spread over a time.
    pub entropy: Entropy,
    /// How long before its expiry a token is refreshed, at most a tenth of its life.
    pub margin: Duration,
    /// After how long without use a connection is forgotten.
    pub forget_after: Duration,
    /// Where a refresh runs on when the request that wanted it is gone.
    pub tasks: tokio::runtime::Handle,
    /// Who hears how connections fare.
    pub observer: Observer,
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
            entropy: setup.entropy,
            margin: setup.margin,
            forget_after: setup.forget_after,
            tasks: setup.tasks,
            observer: setup.observer,
            refreshes: TaskTracker::new(),
            flights: refresh::Flights::default(),
            stop: CancellationToken::new(),
            held: AtomicUsize::new(0),
        };
        Self {
            parts: Arc::new(parts),
        }
    }

    /// Begins to stop: no provider is asked any more, and nobody waits for another replica. What is under way
    /// goes on.
    pub fn stop(&self) {
        self.parts.stop.cancel();
    }

    /// How many pairs are granted and not stored yet.
    pub fn held(&self) -> usize {
        self.parts.held.load(Ordering::Relaxed)
    }

    /// Waits until all refreshes that run have ended and are stored.
    pub async fn shut_down(&self) {
        self.stop();
        self.parts.refreshes.close();
        self.parts.refreshes.wait().await;
    }

    /// After how long without use a connection is forgotten.
    pub fn forget_after(&self) -> Duration {
        self.parts.forget_after
    }

    /// The OAuth client of a provider, if the operator configured one.
    pub fn client(&self, provider: &str) -> Option<&Client> {
        self.parts.clients.get(provider)
    }
}

#[cfg(test)]
mod tests;
