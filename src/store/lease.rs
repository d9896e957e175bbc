//! Locks with an owner and a life: taken by one, renewed and released by that one only.

use std::time::Duration;

use super::{Key, Store, StoreError, millis, scripts};

/// A lock that is held. It ends by itself when its life is over; [`Store::release`] ends it sooner.
#[derive(Clone, Debug)]
pub struct Lease {
    key: Key,
    owner: String,
}

impl Store {
    /// Takes the lock for `life`, unless somebody holds it.
    pub async fn acquire(&self, key: Key, life: Duration) -> Result<Option<Lease>, StoreError> {
        let owner = self.entropy.token();
        let taken = self.set_new(&key, owner.as_bytes(), Some(life)).await?;
        Ok(taken.then_some(Lease { key, owner }))
    }

    /// Prolongs the lock; `false` where it was lost.
    pub async fn renew(&self, lease: &Lease, life: Duration) -> Result<bool, StoreError> {
        let kept: Option<bool> = self
            .script(
                scripts::RENEW
                    .key(&lease.key)
                    .arg(&lease.owner)
                    .arg(millis(life)),
            )
            .await?;
        Ok(kept.unwrap_or(false))
    }

    /// Takes a lock that was lost again, under the same owner, unless somebody else has it by now.
    pub async fn retake(&self, lease: &Lease, life: Duration) -> Result<bool, StoreError> {
        self.set_new(&lease.key, lease.owner.as_bytes(), Some(life))
            .await
    }

    /// Writes `records` for `life` while the lock is held, all or none; `false` where it was lost. The keys
    /// and the lock must be of one owner, so that they lie in one slot.
    pub async fn set_held(
        &self,
        lease: &Lease,
        records: &[(&Key, &[u8])],
        life: Duration,
    ) -> Result<bool, StoreError> {
        let mut call = scripts::SET_HELD.key(&lease.key);
        call.arg(&lease.owner).arg(millis(life));
        for (key, bytes) in records {
            call.key(*key).arg(*bytes);
        }
        let written: Option<bool> = self.script(&call).await?;
        Ok(written.unwrap_or(false))
    }

    /// Gives the lock back; `false` where it had been lost.
    pub async fn release(&self, lease: Lease) -> Result<bool, StoreError> {
        let held: Option<bool> = self
            .script(scripts::RELEASE.key(&lease.key).arg(&lease.owner))
            .await?;
        Ok(held.unwrap_or(false))
    }

    /// Whether anybody holds the lock.
    pub async fn is_held(&self, key: &Key) -> Result<bool, StoreError> {
        self.run(redis::cmd("EXISTS").arg(key)).await
    }
}
