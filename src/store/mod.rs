//! All access to Redis: the pool, every key name, the scripts, locks and migrations.
//!
//! The store knows only bytes: what is sealed was sealed one level up. Each operation has a time-out, and
//! all of a request's operations share one (see `patience`), so that a Redis that does not answer costs a page
//! less than two seconds in all.

mod about;
mod bucket;
pub mod embedded;
mod fault;
mod index;
pub mod keys;
mod lease;
pub mod migrate;
mod nodes;
mod notes;
mod pool;
mod readers;
mod replicas;
mod restore;
mod risks;
mod scripts;
mod seen;
mod streams;
mod walk;
mod window;

use std::time::Duration;

use redis::{FromRedisValue, ToRedisArgs};

pub use bucket::{Bucket, Taken};
pub use fault::StoreError;
pub use keys::Key;
pub use lease::{Held, Lease};
pub use notes::{Note, Notes};
pub use pool::{ConnectError, Login, Sentinels, Target, TlsFiles};
pub use readers::Reads;
pub use risks::{Risk, Warning};
pub use seen::Backlog;
pub use streams::{Bounds, Fields, Mark, Span};
pub use walk::Walk;
pub use window::{Asker, Heard, Part, Rate, Turn, Unit};

use crate::clock::Entropy;
use crate::patience;

/// A record with the number of its write, for compare-and-set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned {
    /// Grows with each write, and is never used again, not even after the record was deleted.
    pub version: u64,
    /// The record, as it was written.
    pub bytes: Vec<u8>,
    /// When the record was last used, in milliseconds since 1970, as told to [`Store::touch_versioned`].
    pub used_ms: Option<i64>,
    /// When what came of it was last looked at.
    pub seen_ms: Option<i64>,
}

/// What is noted beside a versioned record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// It was used.
    Used,
    /// What came of it was looked at.
    Seen,
}

impl Touch {
    fn field(self) -> &'static str {
        match self {
            Self::Used => "u",
            Self::Seen => "s",
        }
    }
}

/// The handle to Redis. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pool: pool::Pools,
    replicas: replicas::Replicas,
    entropy: Entropy,
}

impl Store {
    /// Prepares the pool; no connection is made yet.
    pub fn new(target: &Target, entropy: Entropy) -> Result<Self, ConnectError> {
        Ok(Self {
            pool: pool::Pools::new(target)?,
            replicas: replicas::Replicas::default(),
            entropy,
        })
    }

    /// Whether Redis answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.run::<String>(&redis::cmd("PING")).await.map(drop)
    }

    /// The bytes under `key`.
    pub async fn get(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        self.run(redis::cmd("GET").arg(key)).await
    }

    /// Writes `bytes` under `key`, for good or for `life`.
    pub async fn set(
        &self,
        key: &Key,
        bytes: &[u8],
        life: Option<Duration>,
    ) -> Result<(), StoreError> {
        self.run(&set(key, bytes, life)).await
    }

    /// Writes `bytes` under `key` unless something is there; tells whether it did.
    pub async fn set_new(
        &self,
        key: &Key,
        bytes: &[u8],
        life: Option<Duration>,
    ) -> Result<bool, StoreError> {
        let done: Option<String> = self.run(set(key, bytes, life).arg("NX")).await?;
        Ok(done.is_some())
    }

    /// Writes `bytes` under `key` only if something is there; tells whether it did.
    pub async fn set_existing(
        &self,
        key: &Key,
        bytes: &[u8],
        life: Option<Duration>,
    ) -> Result<bool, StoreError> {
        let done: Option<String> = self.run(set(key, bytes, life).arg("XX")).await?;
        Ok(done.is_some())
    }

    /// Puts `bytes` in the place of what is there, in one step, so that a record is used once; answers what
    /// was there. Where nothing is, nothing is written.
    pub async fn swap(
        &self,
        key: &Key,
        bytes: &[u8],
        life: Duration,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.run(set(key, bytes, Some(life)).arg("XX").arg("GET"))
            .await
    }

    /// Writes `bytes` under `key` for `life`; answers what was there.
    pub async fn exchange(
        &self,
        key: &Key,
        bytes: &[u8],
        life: Duration,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.run(set(key, bytes, Some(life)).arg("GET")).await
    }

    /// Deletes `key` if it still holds `bytes`; tells whether it did.
    pub async fn delete_if(&self, key: &Key, bytes: &[u8]) -> Result<bool, StoreError> {
        let done: Option<bool> = self.script(scripts::DELETE_IF.key(key).arg(bytes)).await?;
        Ok(done.unwrap_or(false))
    }

    /// The bytes under several keys of one slot.
    pub async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        self.run(redis::cmd("MGET").arg(keys)).await
    }

    /// Puts `new` in the place of `old` if that is what is there, in one step; what is left of the key's life
    /// stays as it was. Tells whether it did.
    pub async fn replace(&self, key: &Key, old: &[u8], new: &[u8]) -> Result<bool, StoreError> {
        let done: Option<bool> = self
            .script(scripts::REPLACE.key(key).arg(old).arg(new))
            .await?;
        Ok(done.unwrap_or(false))
    }

    /// Puts `new` in the place of `old` for `life` if that is what is there, and deletes `other`, a key of the same
    /// slot, in the same step. Tells whether it did.
    pub async fn replace_and_delete(
        &self,
        key: &Key,
        (old, new): (&[u8], &[u8]),
        life: Duration,
        other: &Key,
    ) -> Result<bool, StoreError> {
        let mut call = scripts::REPLACE_AND_DELETE.key(key);
        call.key(other).arg(old).arg(new).arg(millis(life));
        let done: Option<bool> = self.script(&call).await?;
        Ok(done.unwrap_or(false))
    }

    /// Deletes several keys of one slot.
    pub async fn delete_many(&self, keys: &[Key]) -> Result<(), StoreError> {
        self.run(redis::cmd("UNLINK").arg(keys)).await
    }

    /// Gives several keys of one slot a new life.
    pub async fn expire_many(&self, keys: &[Key], life: Duration) -> Result<(), StoreError> {
        let mut pipeline = redis::pipe();
        for key in keys {
            pipeline.cmd("PEXPIRE").arg(key).arg(millis(life)).ignore();
        }
        fault::bounded(Box::pin(async {
            let mut connection = self.pool.get().await?;
            Ok(pipeline.query_async(&mut connection).await?)
        }))
        .await
    }

    /// Gives `key` a new life; tells whether it was there.
    pub async fn expire(&self, key: &Key, life: Duration) -> Result<bool, StoreError> {
        self.run(redis::cmd("PEXPIRE").arg(key).arg(millis(life)))
            .await
    }

    /// Whether anything is under `key`.
    pub async fn exists(&self, key: &Key) -> Result<bool, StoreError> {
        self.run(redis::cmd("EXISTS").arg(key)).await
    }

    /// How long `key` has left to live; `None` where nothing is there, or for good.
    pub async fn life_left(&self, key: &Key) -> Result<Option<Duration>, StoreError> {
        let millis: i64 = self.run(redis::cmd("PTTL").arg(key)).await?;
        Ok(u64::try_from(millis).ok().map(Duration::from_millis))
    }

    /// Deletes `key`; tells whether it was there.
    pub async fn delete(&self, key: &Key) -> Result<bool, StoreError> {
        self.run(redis::cmd("UNLINK").arg(key)).await
    }

    /// A versioned record.
    pub async fn get_versioned(&self, key: &Key) -> Result<Option<Versioned>, StoreError> {
        type Row = (Option<u64>, Option<Vec<u8>>, Option<i64>, Option<i64>);
        let mut command = redis::cmd("HMGET");
        command.arg(key).arg("v").arg("r");
        command.arg(Touch::Used.field()).arg(Touch::Seen.field());
        let (version, bytes, used_ms, seen_ms): Row = self.run(&command).await?;
        if version.is_some() != bytes.is_some() {
            let half = redis::RedisError::from((redis::ErrorKind::Parse, "half a record"));
            return Err(StoreError::Refused(half));
        }
        Ok(version.zip(bytes).map(|(version, bytes)| Versioned {
            version,
            bytes,
            used_ms,
            seen_ms,
        }))
    }

    /// Writes a versioned record if its version is still `expected` (0: if it is not there yet). Answers
    /// the new version, or `None` where somebody else was first.
    pub async fn compare_and_set(
        &self,
        key: &Key,
        expected: u64,
        bytes: &[u8],
    ) -> Result<Option<u64>, StoreError> {
        let version: i64 = self
            .script(scripts::COMPARE_AND_SET.key(key).arg(expected).arg(bytes))
            .await?;
        Ok(u64::try_from(version).ok().filter(|version| *version > 0))
    }

    /// Notes when a versioned record was used or seen; answers when it was before. Does not change its version,
    /// and never creates one.
    pub async fn touch_versioned(
        &self,
        key: &Key,
        touch: Touch,
        ms: i64,
    ) -> Result<Option<i64>, StoreError> {
        self.script(scripts::TOUCH.key(key).arg(touch.field()).arg(ms))
            .await
    }

    /// Deletes a versioned record if it still has the version of `found`, and was not used or seen since; tells
    /// whether it did.
    pub async fn delete_versioned(&self, key: &Key, found: &Versioned) -> Result<bool, StoreError> {
        let text = |ms: Option<i64>| ms.map_or_else(String::new, |ms| ms.to_string());
        let mut call = scripts::DELETE_VERSIONED.key(key);
        call.arg(found.version);
        call.arg(text(found.used_ms)).arg(text(found.seen_ms));
        self.script(&call).await
    }

    /// Forgets when a versioned record was used and seen, and by whom it was read.
    pub async fn untouch_versioned(&self, key: &Key) -> Result<(), StoreError> {
        let call = scripts::UNTOUCH.key(key);
        self.script::<Option<bool>>(&call).await.map(drop)
    }

    /// Why the store cannot be worked with, if it cannot; within the time of a request.
    pub async fn not_ready(&self) -> Option<&'static str> {
        let (schema, _) = patience::scope(patience::PER_REQUEST, self.schema()).await;
        let Ok(schema) = schema else {
            return Some("Redis does not answer");
        };
        if schema.readable_since > migrate::KNOWN {
            return Some("the store was written by a newer version of Patchbay");
        }
        (schema.number < migrate::KNOWN).then_some("migrations are due: run 'patchbay migrate'")
    }

    async fn run<T: FromRedisValue>(&self, command: &redis::Cmd) -> Result<T, StoreError> {
        fault::bounded(Box::pin(async {
            let mut connection = self.pool.get().await?;
            let answer = command.query_async(&mut connection).await;
            answer.map_err(|error| self.pool.fault(error))
        }))
        .await
    }

    async fn script<T: FromRedisValue>(
        &self,
        call: &redis::ScriptInvocation<'_>,
    ) -> Result<T, StoreError> {
        fault::bounded(Box::pin(async {
            let mut connection = self.pool.get().await?;
            let answer = call.invoke_async(&mut connection).await;
            answer.map_err(|error| self.pool.fault(error))
        }))
        .await
    }
}

/// `SET key bytes [PX life]`, to which a condition may be added.
fn set(key: &Key, bytes: &[u8], life: Option<Duration>) -> redis::Cmd {
    let mut command = redis::cmd("SET");
    command.arg(key).arg(bytes);
    if let Some(life) = life {
        command.arg("PX").arg(millis(life));
    }
    command
}

fn millis(life: Duration) -> u64 {
    u64::try_from(life.as_millis()).unwrap_or(u64::MAX).max(1)
}

impl ToRedisArgs for Key {
    fn write_redis_args<W: ?Sized + redis::RedisWrite>(&self, out: &mut W) {
        self.as_str().write_redis_args(out);
    }
}

#[cfg(test)]
mod tests;
