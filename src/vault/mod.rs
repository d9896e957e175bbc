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
mod record;
mod refresh;
mod relatives;
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
pub use record::{Attempt, Connection, Ended, LastError, Retry, State};
pub use refresh::{Token, TokenError};
pub use revoke::Revocation;

use crate::clock::{Clock, Entropy};
use crate::outbound::Outbound;
use crate::outbound::oauth::Client;
use crate::owner::Owner;
use crate::providers::Registry;
use crate::store::{Store, StoreError, Touch, Versioned, keys};

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
        let parts = &self.parts;
        // Before the record: an entry that leads nowhere mends itself, a record without one would not.
        let mut stored = Stored {
            connection: connection.clone(),
            version: 0,
            used_at: None,
            seen_at: None,
        };
        parts.list(owner, provider, connection).await?;
        parts.schedule(owner, provider, &stored).await?;
        loop {
            let before = parts.hand_on(owner, provider).await?;
            stored.version = before.version;
            let written = parts.write(owner, provider, stored.version, connection);
            if written.await?.is_none() {
                continue;
            }
            if before.account.is_some_and(|it| it != connection.account.id) {
                let key = keys::connection(owner, provider);
                parts.store.untouch_versioned(&key).await?;
            }
            return Ok(());
        }
    }

    /// Changes a connection, unless `change` leaves it as it is; answers how it is then, `None` where there is
    /// none. `change` may be asked several times.
    pub async fn change(
        &self,
        owner: &Owner,
        provider: &str,
        change: impl Fn(&Connection) -> Option<Connection>,
    ) -> Result<Option<Connection>, VaultError> {
        self.parts.change(owner, provider, change).await
    }

    /// Forgets a connection; tells whether there was one.
    pub async fn remove(&self, owner: &Owner, provider: &str) -> Result<bool, VaultError> {
        let parts = &self.parts;
        let account = parts.hand_on(owner, provider).await?.account;
        let key = keys::connection(owner, provider);
        let removed = parts.store.delete(&key).await?;
        if let Some(account) = account {
            parts.unlist(owner, provider, &account).await?;
        }
        parts.unschedule(owner, provider).await?;
        Ok(removed)
    }

    /// Notes that somebody looked at what the connection brought: it is not to be forgotten for want of use.
    pub async fn note_look(&self, owner: &Owner, provider: &str) -> Result<(), VaultError> {
        let now = self.parts.clock.now().as_millisecond();
        let key = keys::connection(owner, provider);
        let touched = self.parts.store.touch_versioned(&key, Touch::Seen, now);
        Ok(touched.await.map(drop)?)
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
        let moment = |ms: Option<i64>| Timestamp::from_millisecond(ms?).ok();
        Ok(Stored {
            connection: Connection::decode(&plain).ok_or(VaultError::Format)?,
            version: found.version,
            used_at: moment(found.used_ms),
            seen_at: moment(found.seen_ms),
        })
    }

    /// Before a record goes, or another takes its place: connections that share its grant and were left behind
    /// get its tokens. A record that cannot be read, or whose tokens are spent, has none to give.
    async fn hand_on(&self, owner: &Owner, provider: &str) -> Result<Leaving, VaultError> {
        let key = keys::connection(owner, provider);
        let Some(found) = self.store.get_versioned(&key).await? else {
            return Ok(Leaving::default());
        };
        let opened = self.open(owner, provider, &found);
        let connection = opened.ok().map(|stored| stored.connection);
        if let Some(connection) = connection.as_ref().filter(|it| !it.is_spent()) {
            let (account, tokens) = (&connection.account.id, &connection.credential);
            self.share(owner, provider, account, tokens).await?;
        }
        Ok(Leaving {
            version: found.version,
            account: connection.map(|connection| connection.account.id),
        })
    }

    async fn change(
        &self,
        owner: &Owner,
        provider: &str,
        change: impl Fn(&Connection) -> Option<Connection>,
    ) -> Result<Option<Connection>, VaultError> {
        loop {
            let Some(stored) = self.read(owner, provider).await? else {
                return Ok(None);
            };
            let Some(next) = change(&stored.connection) else {
                return Ok(Some(stored.connection));
            };
            let written = self.write(owner, provider, stored.version, &next);
            if written.await?.is_some() {
                return Ok(Some(next));
            }
        }
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

/// A record that is about to go.
#[derive(Default)]
struct Leaving {
    /// Its version, 0 for none.
    version: u64,
    /// Its account, where it can be read.
    account: Option<String>,
}

#[cfg(test)]
mod tests;
