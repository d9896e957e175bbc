//! What is found by something else than its key: maps, and an index by time.

use super::{Key, Store, StoreError};

impl Store {
    /// Puts a field of a map.
    pub async fn map_put(&self, map: &Key, field: &str, value: &str) -> Result<(), StoreError> {
        self.run(redis::cmd("HSET").arg(map).arg(field).arg(value))
            .await
    }

    /// Puts a field of a map unless it is there; tells whether it did.
    pub async fn map_put_new(
        &self,
        map: &Key,
        field: &str,
        value: &str,
    ) -> Result<bool, StoreError> {
        self.run(redis::cmd("HSETNX").arg(map).arg(field).arg(value))
            .await
    }

    /// All fields of a map.
    pub async fn map_all(&self, map: &Key) -> Result<Vec<(String, String)>, StoreError> {
        self.run(redis::cmd("HGETALL").arg(map)).await
    }

    /// Drops a field of a map.
    pub async fn map_drop(&self, map: &Key, field: &str) -> Result<(), StoreError> {
        self.run(redis::cmd("HDEL").arg(map).arg(field)).await
    }

    /// Puts a name into an index by time, in milliseconds since 1970, or moves it there.
    pub async fn schedule(&self, index: &Key, name: &str, at_ms: i64) -> Result<(), StoreError> {
        self.run(redis::cmd("ZADD").arg(index).arg(at_ms).arg(name))
            .await
    }

    /// When a name is due.
    pub async fn scheduled(&self, index: &Key, name: &str) -> Result<Option<i64>, StoreError> {
        let at: Option<f64> = self.run(redis::cmd("ZSCORE").arg(index).arg(name)).await?;
        // Milliseconds of any year that matters are whole numbers of a double.
        Ok(at.map(|at| at as i64))
    }

    /// Takes a name out of an index.
    pub async fn unschedule(&self, index: &Key, name: &str) -> Result<(), StoreError> {
        self.run(redis::cmd("ZREM").arg(index).arg(name)).await
    }

    /// The names that are due by then, the earliest first.
    pub async fn due(
        &self,
        index: &Key,
        by_ms: i64,
        most: usize,
    ) -> Result<Vec<String>, StoreError> {
        let mut command = redis::cmd("ZRANGEBYSCORE");
        command.arg(index).arg("-inf").arg(by_ms);
        command.arg("LIMIT").arg(0).arg(most);
        self.run(&command).await
    }
}
