//! Buckets that limit our own routes: so many requests at once, and so many a second after that, over all replicas.
//!
//! A bucket is one number, the moment at which it is full again (the generic cell rate algorithm). By the clock of
//! Redis alone: answers are relative. The windows of `window.rs` are for providers, whose limits a refilling bucket
//! would exceed.

use std::sync::LazyLock;
use std::time::Duration;

use redis::Script;

use super::{Key, Store, StoreError};

/// What a bucket lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Requests at once, when it is full; at least 1.
    pub burst: u32,
    /// How long it takes to fill by one request.
    pub refill: Duration,
}

/// What a request was told by its bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Requests that may follow at once.
    pub left: u32,
    /// When the bucket is full again, if nothing more is taken.
    pub full_in: Duration,
    /// When to come again, where nothing was left; then nothing was taken.
    pub again_in: Option<Duration>,
}

/// Takes one request out of a bucket, of which a request takes `ARGV[1]` microseconds to fill and which holds `ARGV[2]`.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local refill, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
        local full = math.max(now, tonumber(redis.call('GET', KEYS[1]) or '0'))
        local wait = full + refill - burst * refill - now
        if wait > 0 then
            return {0, string.format('%.0f', full - now), string.format('%.0f', wait)}
        end
        full = full + refill
        redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
        return {math.floor(-wait / refill), string.format('%.0f', full - now), '0'}
        ",
    )
});

impl Store {
    /// Takes a request out of the bucket under `key`.
    pub async fn take(&self, key: &Key, bucket: Bucket) -> Result<Taken, StoreError> {
        let mut call = TAKE.key(key);
        call.arg(micros(bucket.refill)).arg(bucket.burst.max(1));
        let (left, full, wait): (u32, u64, u64) = self.script(&call).await?;
        Ok(Taken {
            left,
            full_in: Duration::from_micros(full),
            again_in: (wait > 0).then(|| Duration::from_micros(wait)),
        })
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX).max(1)
}
