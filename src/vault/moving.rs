//! Connections on their way from one Patchbay to another: found, put back, and taken out without ending their access.

use super::records::Found;
use super::{Connection, Parts, Removed, Stored, Vault, VaultError};
use crate::owner::Owner;
use crate::store::{Versioned, Walk, keys};

/// What came of putting a connection back. Of one that was there and cannot be read there is nothing to tell.
#[derive(Debug)]
pub enum Restored {
    /// It is there now, and nothing was before.
    New,
    /// It is there now, in the place of this one.
    InPlaceOf(Option<Box<Connection>>),
    /// This one stays.
    Kept(Option<Box<Connection>>),
}

impl Vault {
    /// Whose connections there are in an org, and to which providers, by the records themselves: the lists beside them
    /// are hints, which only a Patchbay that serves puts right.
    pub async fn connections_of(&self, org: &str) -> Result<Vec<(Owner, String)>, VaultError> {
        let glob = keys::connections_of(org);
        let (mut walk, mut found) = (Walk::default(), Vec::new());
        while let Some(names) = self.parts.store.walk(&glob, &mut walk).await? {
            let names = names.iter().filter_map(|name| keys::connection_of(name));
            found.extend(names.filter(|(owner, _)| owner.org == org));
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Who else here lives by the grant of a connection.
    pub async fn sharers(
        &self,
        owner: &Owner,
        provider: &str,
        connection: &Connection,
    ) -> Result<Vec<Owner>, VaultError> {
        let (parts, own) = (&self.parts, &connection.credential);
        let account = &connection.account.id;
        let mut sharers = Vec::new();
        for other in parts.kin(owner, provider, account, own).await? {
            match parts.read(&other, provider).await {
                Ok(Some(theirs)) if theirs.connection.uses(own) => sharers.push(other),
                Err(error) if error.passes() => return Err(error),
                _ => {}
            }
        }
        Ok(sharers)
    }

    /// What lies where a connection belongs, whether it can be read (`Some(None)`: it cannot) or not.
    pub async fn look(
        &self,
        owner: &Owner,
        provider: &str,
    ) -> Result<Option<Option<Connection>>, VaultError> {
        let found = self.parts.find(owner, provider).await?;
        Ok(self.parts.there(owner, provider, &found))
    }

    /// Puts a connection back, with when it was used and seen (its version does not matter). `keeps` says of what is
    /// there already whether it stays; it hears `None` of what cannot be read.
    pub async fn restore(
        &self,
        owner: &Owner,
        provider: &str,
        stored: &Stored,
        keeps: impl Fn(Option<&Connection>) -> bool,
    ) -> Result<Restored, VaultError> {
        let parts = &self.parts;
        loop {
            let found = parts.find(owner, provider).await?;
            let there = parts.there(owner, provider, &found);
            if there.as_ref().is_some_and(|it| keeps(it.as_ref())) {
                return Ok(Restored::Kept(there.flatten().map(Box::new)));
            }
            let before = there.as_ref().and_then(Option::as_ref);
            parts.hand_on(owner, provider, before).await?;
            // As a reconnect does: an entry that leads nowhere mends itself, a record without one would not.
            parts.index(owner, provider, stored).await;
            let found = parts.to_replace(owner, provider, found).await?;
            let expected = found.map_or(0, |found| found.version);
            if !parts.put_back(owner, provider, expected, stored).await? {
                continue;
            }
            let account = &stored.connection.account.id;
            if let Some(other) = before.filter(|before| before.account.id != *account) {
                // It is written: an entry that leads nowhere is no reason to say anything else.
                let unlisted = parts.unlist(owner, provider, &other.account.id).await;
                if let Err(error) = unlisted {
                    tracing::warn!(provider, %error, "a connection that was replaced is still listed");
                }
            }
            parts.index(owner, provider, stored).await;
            return Ok(match there {
                None => Restored::New,
                Some(before) => Restored::InPlaceOf(before.map(Box::new)),
            });
        }
    }

    /// Takes a connection out if it is still as it was read, and leaves its access alone; `false` where it has changed
    /// since. That somebody used it is no change.
    pub async fn remove_as_read(
        &self,
        owner: &Owner,
        provider: &str,
        version: u64,
    ) -> Result<bool, VaultError> {
        let as_read =
            |stored: Option<&Stored>| stored.is_some_and(|stored| stored.version == version);
        loop {
            let Some(removed) = self.parts.take(owner, provider, as_read).await? else {
                continue;
            };
            self.parts.unindex(owner, provider, &removed).await;
            return Ok(matches!(removed, Removed::Connection(_)));
        }
    }
}

impl Parts {
    /// The connection that was found, if it can be read; `None` where nothing was.
    fn there(&self, owner: &Owner, provider: &str, found: &Found) -> Option<Option<Connection>> {
        match found {
            Found::Nothing => None,
            Found::Damaged => Some(None),
            Found::Record(found) => {
                let opened = self.open(owner, provider, found).ok();
                Some(opened.map(|stored| stored.connection))
            }
        }
    }

    /// Writes it if the version there is still `expected`; tells whether it did.
    async fn put_back(
        &self,
        owner: &Owner,
        provider: &str,
        expected: u64,
        stored: &Stored,
    ) -> Result<bool, VaultError> {
        let record = Versioned {
            version: expected,
            bytes: self.seal(owner, provider, &stored.connection)?,
            used_ms: stored.used_at.map(jiff::Timestamp::as_millisecond),
            seen_ms: stored.seen_at.map(jiff::Timestamp::as_millisecond),
        };
        let key = keys::connection(owner, provider);
        Ok(self.store.restore_versioned(&key, &record).await?)
    }
}
