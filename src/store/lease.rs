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

    /// Takes a lock that was lost again, under the same owner, unless somebody else has it by now, or `record`, which
    /// lies in its slot, is not what it was.
    pub async fn retake(
        &self,
        lease: &Lease,
        life: Duration,
        (record, bytes): (&Key, &[u8]),
    ) -> Result<bool, StoreError> {
        let mut call = scripts::RETAKE.key(&lease.key);
        call.key(record)
            .arg(&lease.owner)
            .arg(millis(life))
            .arg(bytes);
        let taken: Option<bool> = self.script(&call).await?;
        Ok(taken.unwrap_or(false))
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
        self.delete_if(&lease.key, lease.owner.as_bytes()).await
    }

    /// Whether anybody holds the lock.
    pub async fn is_held(&self, key: &Key) -> Result<bool, StoreError> {
        self.exists(key).await
    }
}

/// A lock that renews itself while it is held, in a task of its own. Dropped without [`Held::release`], it is no
/// more renewed and ends by itself.
pub struct Held {
    store: Store,
    lease: Option<Lease>,
    renewal: tokio::task::JoinHandle<()>,
}

impl Store {
    /// Takes the lock and keeps it, unless somebody holds it. `life` is what it has left when its holder dies.
    pub async fn hold(&self, key: Key, life: Duration) -> Result<Option<Held>, StoreError> {
        let lease = self.acquire(key, life).await?;
        Ok(lease.map(|lease| Held {
            store: self.clone(),
            renewal: tokio::spawn(keep_renewing(self.clone(), lease.clone(), life)),
            lease: Some(lease),
        }))
    }
}

impl Held {
    /// Whether somebody else may hold the lock by now.
    pub fn is_lost(&self) -> bool {
        self.renewal.is_finished()
    }

    /// Gives the lock back; `false` where it had been lost.
    pub async fn release(mut self) -> Result<bool, StoreError> {
        self.renewal.abort();
        match self.lease.take() {
            Some(lease) => self.store.release(lease).await,
            None => Ok(false),
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.renewal.abort();
    }
}

/// Until the lock is lost. While the store is away nobody else can take it either.
async fn keep_renewing(store: Store, lease: Lease, life: Duration) {
    loop {
        tokio::time::sleep(life / 4).await;
        match store.renew(&lease, life).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => tracing::debug!(%error, "a lock could not be renewed"),
        }
    }
}
