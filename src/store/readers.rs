//! Who read a versioned record: counted beside it, so that it ends with it, and each read is one small write that
//! waits for nobody.

use std::collections::BTreeMap;

use super::{Key, Store, StoreError, scripts};

/// Readers of a record that are remembered at most.
const MOST: usize = 50;

/// The reads of a record by one reader.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// What it is, in the words of the last time.
    pub what: String,
    /// How often.
    pub times: u64,
    /// When last, in milliseconds since 1970.
    pub last_ms: i64,
}

impl Store {
    /// Counts one more read of a versioned record by somebody of this id; answers when theirs before was, in milliseconds
    /// since 1970, 0 for the first, `None` where there is no record. Does not change the record's version, and never
    /// creates one.
    pub async fn count_read(
        &self,
        key: &Key,
        id: &str,
        what: &str,
        now_ms: i64,
    ) -> Result<Option<i64>, StoreError> {
        let mut call = scripts::COUNT_READ.key(key);
        call.arg(id).arg(now_ms).arg(what).arg(MOST);
        self.script(&call).await
    }

    /// The reads of a versioned record, by each reader, in the order of their ids.
    pub async fn reads(&self, key: &Key) -> Result<Vec<Reads>, StoreError> {
        let fields: Vec<(String, Vec<u8>)> = self.run(redis::cmd("HGETALL").arg(key)).await?;
        let mut readers: BTreeMap<String, Reads> = BTreeMap::new();
        for (field, value) in fields {
            let Some((what @ ("n" | "t" | "w"), id)) = field.split_once(':') else {
                continue;
            };
            let value = String::from_utf8_lossy(&value).into_owned();
            let reads = readers.entry(id.to_owned()).or_default();
            match what {
                "n" => reads.times = value.parse().unwrap_or_default(),
                "t" => reads.last_ms = value.parse().unwrap_or_default(),
                _ => reads.what = value,
            }
        }
        Ok(readers.into_values().collect())
    }
}
