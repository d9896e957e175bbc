//! When a connection needs looking after: an index by time in Redis, so that the cost of the upkeep grows with
//! what is due and not with what there is.
//!
//! The index is a hint as the lists of accounts are: an entry leads to its record, which says what is to be
//! done. It is put right whenever a record is written or read in its turn, and built anew from the records
//! where it was lost (see `connections/upkeep`).

mod plan;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

pub use plan::Task;
pub(super) use plan::{Rules, plan};
use plan::{forget_at, later};

use super::{Parts, Stored, Vault, VaultError};
use crate::owner::Owner;
use crate::store::{Key, Touch, keys};

/// Uses that follow so closely need not be scheduled anew each.
const USED_AGAIN: SignedDuration = SignedDuration::from_hours(1);
/// A pause before something that could not be done is tried again.
const LATER: Duration = Duration::from_secs(60);

impl Vault {
    /// When the upkeep will look after a connection next.
    pub async fn due_at(
        &self,
        owner: &Owner,
        provider: &str,
    ) -> Result<Option<Timestamp>, VaultError> {
        let name = keys::connection(owner, provider);
        let at = self
            .parts
            .store
            .scheduled(&keys::due(), name.as_str())
            .await?;
        Ok(at.and_then(|ms| Timestamp::from_millisecond(ms).ok()))
    }

    /// What is to be done for a connection now; schedules when to look again. `None`, too, where there is no
    /// connection any more.
    pub async fn look_after(
        &self,
        owner: &Owner,
        provider: &str,
    ) -> Result<Option<Task>, VaultError> {
        let parts = &self.parts;
        match parts.read(owner, provider).await {
            Ok(Some(stored)) => {
                parts.list(owner, provider, &stored.connection).await?;
                let task = parts.schedule(owner, provider, &stored).await?;
                if task.is_some() {
                    // Should it not be done, it comes again.
                    let again = later(parts.clock.now(), LATER);
                    parts.schedule_at(owner, provider, again).await?;
                }
                Ok(task)
            }
            Ok(None) => parts.unschedule(owner, provider).await.map(|()| None),
            Err(error) if error.passes() => Err(error),
            Err(error) => {
                tracing::warn!(provider, %error, "a connection that is due cannot be read");
                let later = later(parts.clock.now(), LATER * 60);
                parts.schedule_at(owner, provider, later).await?;
                Ok(None)
            }
        }
    }

    /// Lists and schedules a connection that lies under this name, as the index is built anew.
    pub async fn restore_index(&self, name: &str) -> Result<(), VaultError> {
        let Some((owner, provider)) = keys::connection_of(name) else {
            return Ok(());
        };
        match self.parts.read(&owner, &provider).await {
            Ok(Some(stored)) => {
                self.parts
                    .list(&owner, &provider, &stored.connection)
                    .await?;
                self.parts.schedule(&owner, &provider, &stored).await?;
            }
            Err(error) if error.passes() => return Err(error),
            Ok(None) => {}
            // Its key may come back.
            Err(_) => {
                let later = later(self.parts.clock.now(), LATER * 60);
                self.parts.schedule_at(&owner, &provider, later).await?;
            }
        }
        Ok(())
    }
}

impl Parts {
    fn rules(&self, provider: &str) -> Rules<'static> {
        let known = self.registry.get(provider);
        Rules {
            margin: self.margin,
            forget_after: self.forget_after,
            life: known.map(|known| &known.profile().oauth.tokens),
            configured: self.clients.contains_key(provider),
        }
    }

    /// Whether nobody has used it for too long.
    pub(super) fn is_forgotten(&self, provider: &str, stored: &Stored) -> bool {
        forget_at(stored, self.rules(provider)) <= self.clock.now()
    }

    /// Puts the connection into the index.
    pub(super) async fn schedule(
        &self,
        owner: &Owner,
        provider: &str,
        stored: &Stored,
    ) -> Result<Option<Task>, VaultError> {
        let (now, chance) = (self.clock.now(), self.entropy.unit());
        let (task, next) = plan(stored, self.rules(provider), now, chance);
        self.schedule_at(owner, provider, next).await?;
        Ok(task)
    }

    /// Puts it there at a time; where something is due, its owner is listed too.
    async fn schedule_at(
        &self,
        owner: &Owner,
        provider: &str,
        at: Timestamp,
    ) -> Result<(), VaultError> {
        self.list_holder(owner).await?;
        let name = keys::connection(owner, provider);
        let at = at.as_millisecond();
        Ok(self.store.schedule(&keys::due(), name.as_str(), at).await?)
    }

    pub(super) async fn unschedule(&self, owner: &Owner, provider: &str) -> Result<(), VaultError> {
        let name = keys::connection(owner, provider);
        Ok(self.store.unschedule(&keys::due(), name.as_str()).await?)
    }

    /// Puts the connection into all indexes, as its record says. What fails is put right later.
    pub(super) async fn index(&self, owner: &Owner, provider: &str, stored: &Stored) {
        let listed = self.list(owner, provider, &stored.connection);
        let scheduled = self.schedule(owner, provider, stored);
        let done = futures_util::future::try_join(listed, scheduled).await;
        if let Err(error) = done {
            tracing::warn!(provider, %error, "a connection could not be indexed");
        }
    }

    /// Notes a use. After a long time without one, the connection is looked after again.
    pub(super) async fn note_use(&self, owner: &Owner, provider: &str) -> Result<(), VaultError> {
        let now = self.clock.now();
        let key: Key = keys::connection(owner, provider);
        let before = self
            .store
            .touch_versioned(&key, Touch::Used, now.as_millisecond());
        let before = before.await?;
        let before = before.and_then(|ms| Timestamp::from_millisecond(ms).ok());
        let lately = before.is_some_and(|before| before.duration_until(now) < USED_AGAIN);
        if !lately && let Some(stored) = self.read(owner, provider).await? {
            self.index(owner, provider, &stored).await;
        }
        Ok(())
    }
}
