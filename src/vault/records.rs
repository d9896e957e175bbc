//! Records, as they are read and written: each sealed, each write by compare-and-set.

use jiff::Timestamp;

use super::record;
use super::{Connection, Parts, Stored, Vault, VaultError};
use crate::owner::Owner;
use crate::store::{Touch, Versioned, keys};

/// What lies where a record belongs.
pub(super) enum Found {
    /// Nothing.
    Nothing,
    /// What is no record at all: of another type, or a part of one.
    Damaged,
    /// A record, which may be readable.
    Record(Versioned),
}

impl Vault {
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
            let found = parts.find(owner, provider).await?;
            let found = parts.to_replace(owner, provider, found).await?;
            stored.version = found.as_ref().map_or(0, |found| found.version);
            let before = found.and_then(|found| parts.open(owner, provider, &found).ok());
            let before = before.map(|stored| stored.connection);
            parts.hand_on(owner, provider, before.as_ref()).await?;
            let written = parts.write_copied(owner, provider, stored.version, connection);
            if written.await?.is_none() {
                continue;
            }
            if let Some(before) = before.filter(|it| it.account.id != connection.account.id) {
                // The connection is here by now, whatever becomes of its uses.
                if let Err(error) = parts.forget_uses(owner, provider, &before).await {
                    tracing::warn!(provider, %error, "the uses of the account before could not be forgotten");
                }
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

    /// Notes that somebody looked at what the connection brought: it is not to be forgotten for want of use.
    pub async fn note_look(&self, owner: &Owner, provider: &str) -> Result<(), VaultError> {
        let now = self.parts.clock.now().as_millisecond();
        let key = keys::connection(owner, provider);
        let touched = self.parts.store.touch_versioned(&key, Touch::Seen, now);
        Ok(touched.await.map(drop)?)
    }
}

impl Parts {
    /// The record, opened.
    pub(super) async fn read(
        &self,
        owner: &Owner,
        provider: &str,
    ) -> Result<Option<Stored>, VaultError> {
        match self.find(owner, provider).await? {
            Found::Nothing => Ok(None),
            Found::Damaged => Err(VaultError::Format),
            Found::Record(found) => self.open(owner, provider, &found).map(Some),
        }
    }

    /// What lies where the record belongs.
    pub(super) async fn find(&self, owner: &Owner, provider: &str) -> Result<Found, VaultError> {
        let key = keys::connection(owner, provider);
        match self.store.get_versioned(&key).await {
            Err(error) if error.is_of_another_type() => Ok(Found::Damaged),
            found => Ok(found?.map_or(Found::Nothing, Found::Record)),
        }
    }

    pub(super) fn open(
        &self,
        owner: &Owner,
        provider: &str,
        found: &Versioned,
    ) -> Result<Stored, VaultError> {
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

    /// See [`Vault::change`].
    pub(super) async fn change(
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
                self.observe(owner, provider, &stored.connection, &next);
                return Ok(Some(next));
            }
        }
    }

    /// Writes if the version is still `expected`; answers the new one, `None` where somebody was first.
    pub(super) async fn write(
        &self,
        owner: &Owner,
        provider: &str,
        expected: u64,
        connection: &Connection,
    ) -> Result<Option<u64>, VaultError> {
        let sealed = self.seal(owner, provider, connection)?;
        let key = keys::connection(owner, provider);
        Ok(self.store.compare_and_set(&key, expected, &sealed).await?)
    }

    /// As [`Parts::write`], for tokens that exist nowhere else: a replica of Redis has them too when this is over, if one
    /// is quick.
    pub(super) async fn write_copied(
        &self,
        owner: &Owner,
        provider: &str,
        expected: u64,
        connection: &Connection,
    ) -> Result<Option<u64>, VaultError> {
        let sealed = self.seal(owner, provider, connection)?;
        let key = keys::connection(owner, provider);
        let written = self.store.compare_and_set_copied(&key, expected, &sealed);
        Ok(written.await?)
    }

    /// The record of a connection, sealed for its owner and provider.
    pub(super) fn seal(
        &self,
        owner: &Owner,
        provider: &str,
        connection: &Connection,
    ) -> Result<Vec<u8>, VaultError> {
        let plain = connection.encode().ok_or(VaultError::Format)?;
        let binding = record::binding(owner, provider);
        Ok(self.ring.seal(binding.as_ref(), &plain)?)
    }

    /// The record that another is to take the place of, of what was found. What is none is taken out of the way:
    /// nothing can be read of it.
    pub(super) async fn to_replace(
        &self,
        owner: &Owner,
        provider: &str,
        found: Found,
    ) -> Result<Option<Versioned>, VaultError> {
        match found {
            Found::Nothing => Ok(None),
            Found::Damaged => {
                self.delete(owner, provider, None).await?;
                Ok(None)
            }
            Found::Record(found) => Ok(Some(found)),
        }
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
}
