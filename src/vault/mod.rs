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

/// What lies where a record belongs.
enum Found {
    /// Nothing.
    Nothing,
    /// What is no record at all: of another type, or a part of one.
    Damaged,
    /// A record, which may be readable.
    Record(Versioned),
}

/// What was taken out of the vault.
#[derive(Debug)]
pub enum Removed {
    /// There was nothing to take.
    Nothing,
    /// A record that cannot be read.
    Unreadable,
    /// This connection.
    Connection(Box<Connection>),
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

    /// After how long without use a connection is forgotten.
    pub fn forget_after(&self) -> Duration {
        self.parts.forget_after
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
        let mut stored = Stored {
            connection: connection.clone(),
            version: 0,
            used_at: None,
            seen_at: None,
        };
        // Before the record: an entry that leads nowhere mends itself, a record without one would not. And after
        // it: whoever saw no record meanwhile may have dropped the entry.
        parts.index(owner, provider, &stored).await;
        loop {
            let found = parts.to_replace(owner, provider).await?;
            stored.version = found.as_ref().map_or(0, |found| found.version);
            let before = found.and_then(|found| parts.open(owner, provider, &found).ok());
            let before = before.map(|stored| stored.connection);
            parts.hand_on(owner, provider, before.as_ref()).await?;
            let written = parts.write(owner, provider, stored.version, connection);
            if written.await?.is_none() {
                continue;
            }
            if let Some(before) = before.filter(|it| it.account.id != connection.account.id) {
                parts.forget_uses(owner, provider, &before).await?;
            }
            parts.index(owner, provider, &stored).await;
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

    /// Forgets a connection, and answers what there was.
    pub async fn remove(&self, owner: &Owner, provider: &str) -> Result<Removed, VaultError> {
        loop {
            let removed = self.parts.take(owner, provider, |_| true).await?;
            if let Some(removed) = removed {
                self.parts.unindex(owner, provider, &removed).await;
                return Ok(removed);
            }
        }
    }

    /// Forgets a connection if nobody has used it for too long, and not since it was looked at for this. One that
    /// cannot be read stays: its key may come back, or another replica has it.
    pub async fn remove_unused(
        &self,
        owner: &Owner,
        provider: &str,
    ) -> Result<Removed, VaultError> {
        let parts = &self.parts;
        let unused = |stored: Option<&Stored>| {
            stored.is_some_and(|stored| parts.is_forgotten(provider, stored))
        };
        let removed = parts.take(owner, provider, unused).await?;
        let removed = removed.unwrap_or(Removed::Nothing);
        parts.unindex(owner, provider, &removed).await;
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
        match self.find(owner, provider).await? {
            Found::Nothing => Ok(None),
            Found::Damaged => Err(VaultError::Format),
            Found::Record(found) => self.open(owner, provider, &found).map(Some),
        }
    }

    /// What lies where the record belongs.
    async fn find(&self, owner: &Owner, provider: &str) -> Result<Found, VaultError> {
        let key = keys::connection(owner, provider);
        match self.store.get_versioned(&key).await {
            Err(error) if error.is_of_another_type() => Ok(Found::Damaged),
            found => Ok(found?.map_or(Found::Nothing, Found::Record)),
        }
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

    /// Takes a record out, if it is as `wanted`, which hears `None` of one that cannot be read; `None` where it
    /// was changed or used meanwhile.
    async fn take(
        &self,
        owner: &Owner,
        provider: &str,
        wanted: impl Fn(Option<&Stored>) -> bool,
    ) -> Result<Option<Removed>, VaultError> {
        let found = match self.find(owner, provider).await? {
            Found::Nothing => return Ok(Some(Removed::Nothing)),
            Found::Damaged => None,
            Found::Record(found) => Some(found),
        };
        let stored = found.as_ref().map(|it| self.open(owner, provider, it));
        let stored = stored.and_then(Result::ok);
        if !wanted(stored.as_ref()) {
            return Ok(Some(Removed::Nothing));
        }
        let connection = stored.map(|stored| stored.connection);
        self.hand_on(owner, provider, connection.as_ref()).await?;
        let gone = self.delete(owner, provider, found.as_ref()).await?;
        Ok(gone.then(|| match connection {
            Some(connection) => Removed::Connection(Box::new(connection)),
            None => Removed::Unreadable,
        }))
    }

    /// Deletes a record if it is still as it was `found`; what is none (`None`), whatever it is. Tells whether
    /// something was deleted.
    async fn delete(
        &self,
        owner: &Owner,
        provider: &str,
        found: Option<&Versioned>,
    ) -> Result<bool, StoreError> {
        let key = keys::connection(owner, provider);
        match found {
            Some(found) => self.store.delete_versioned(&key, found).await,
            None => {
                tracing::error!(provider, "a damaged record is taken out of the way");
                self.store.delete(&key).await
            }
        }
    }

    /// The record that another is to take the place of. What is none is taken out of the way: nothing can be
    /// read of it.
    async fn to_replace(
        &self,
        owner: &Owner,
        provider: &str,
    ) -> Result<Option<Versioned>, VaultError> {
        match self.find(owner, provider).await? {
            Found::Nothing => Ok(None),
            Found::Damaged => {
                self.delete(owner, provider, None).await?;
                Ok(None)
            }
            Found::Record(found) => Ok(Some(found)),
        }
    }

    /// Before a record goes, or another takes its place: connections that share its grant and were left behind
    /// get its tokens. One whose tokens are spent has none to give.
    async fn hand_on(
        &self,
        owner: &Owner,
        provider: &str,
        connection: Option<&Connection>,
    ) -> Result<(), VaultError> {
        if let Some(connection) = connection.filter(|it| !it.is_spent()) {
            let (account, tokens) = (&connection.account.id, &connection.credential);
            self.share(owner, provider, account, tokens).await?;
        }
        Ok(())
    }

    /// Another account's uses are not this one's.
    async fn forget_uses(
        &self,
        owner: &Owner,
        provider: &str,
        before: &Connection,
    ) -> Result<(), VaultError> {
        let key = keys::connection(owner, provider);
        self.store.untouch_versioned(&key).await?;
        self.unlist(owner, provider, &before.account.id).await
    }

    /// Takes what is gone out of the indexes. What fails leads nowhere, and is found out then.
    async fn unindex(&self, owner: &Owner, provider: &str, removed: &Removed) {
        let mut done = Ok(());
        if let Removed::Connection(connection) = removed {
            done = self.unlist(owner, provider, &connection.account.id).await;
        }
        if !matches!(removed, Removed::Nothing) {
            done = done.and(self.unschedule(owner, provider).await);
        }
        if let Err(error) = done {
            tracing::warn!(provider, %error, "a connection that is gone is still indexed");
        }
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

#[cfg(test)]
mod tests;
