//! A versioned record that was kept elsewhere for a while, put back with what was noted beside it.

use std::sync::LazyLock;

use redis::Script;

use super::scripts::NEXT_VERSION;
use super::{Key, Store, StoreError, Touch, Versioned};

/// Writes a record as a compare-and-set does (0: it was not there yet), and in the same step when it was used and seen
/// (empty: never). Between two steps an upkeep could take it for one that nobody has used for long. What else was noted
/// beside the one before goes.
static RESTORE: LazyLock<Script> = LazyLock::new(|| {
    let write = r"
        redis.call('DEL', KEYS[1])
        redis.call('HSET', KEYS[1], 'v', next, 'r', ARGV[2])
        for i = 3, 5, 2 do
            if ARGV[i + 1] ~= '' then redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
        end
        return 1
    ";
    Script::new(&[NEXT_VERSION, write].concat())
});

impl Store {
    /// Writes a record with when it was used and seen, if the version there is still that of `record`; tells whether it
    /// did.
    pub async fn restore_versioned(
        &self,
        key: &Key,
        record: &Versioned,
    ) -> Result<bool, StoreError> {
        let text = |ms: Option<i64>| ms.map_or_else(String::new, |ms| ms.to_string());
        let mut call = RESTORE.key(key);
        call.arg(record.version).arg(&record.bytes[..]);
        call.arg(Touch::Used.field()).arg(text(record.used_ms));
        call.arg(Touch::Seen.field()).arg(text(record.seen_ms));
        self.script(&call).await
    }
}
