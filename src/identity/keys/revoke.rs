//! The end of an API key.

use super::{ApiKey, ApiKeys, REMEMBERED, decode, record};
use crate::activity::{Action, By, Entry};
use crate::owner::Owner;
use crate::store::{StoreError, keys};

/// What was ended.
enum Ended {
    /// Nothing: it had been ended before.
    Before,
    /// A record of a newer version.
    Unreadable,
    Key(Box<ApiKey>),
}

impl ApiKeys {
    /// Ends a key of an owner at once; `false` where there is none of this id.
    pub async fn revoke(&self, owner: &Owner, id: &str, by: &By) -> Result<bool, StoreError> {
        match self.hash_of(owner, id).await? {
            Some(hash) => self.end(owner, id, &hash, by).await,
            None => Ok(false),
        }
    }

    /// Ends a key at once, whether its owner's index names it or not; `false` where it has been ended.
    pub async fn revoke_key(&self, key: &ApiKey, by: &By) -> Result<bool, StoreError> {
        self.end(&key.owner, &key.id, &key.hash, by).await
    }

    async fn end(&self, owner: &Owner, id: &str, hash: &str, by: &By) -> Result<bool, StoreError> {
        let ended = self.end_record(hash).await?;
        match &ended {
            Ended::Key(key) => self.note(key, Action::KeyRevoked, by).await,
            Ended::Unreadable => {
                let entry = Entry::of(by, owner, Action::KeyRevoked).about(id);
                self.activity.note(&entry).await;
            }
            Ended::Before => {}
        }
        self.store.map_drop(&keys::api_keys(owner), id).await?;
        Ok(!matches!(ended, Ended::Before))
    }

    /// Marks a key as revoked, for as long as that is told. One that cannot be read is deleted: it lets nobody in then
    /// either.
    async fn end_record(&self, hash: &str) -> Result<Ended, StoreError> {
        let record = keys::api_key(hash);
        loop {
            let Some(found) = self.store.get_versioned(&record).await? else {
                return Ok(Ended::Before);
            };
            let Some(mut key) = decode(hash, &found) else {
                return Ok(match self.store.delete(&record).await? {
                    true => Ended::Unreadable,
                    false => Ended::Before,
                });
            };
            if key.is_revoked() {
                return Ok(Ended::Before);
            }
            key.revoked_at = Some(self.clock.now());
            let bytes = record::encode(&key);
            let written = self.store.compare_and_set(&record, found.version, &bytes);
            if written.await?.is_some() {
                self.store.expire(&record, REMEMBERED).await?;
                return Ok(Ended::Key(Box::new(key)));
            }
        }
    }
}
