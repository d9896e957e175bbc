//! What an operator sees of Redis: how its connections are used, and how much waits by an index.

use super::{Key, Store, StoreError, fault};
use crate::metrics::Pool;

/// What is due by an index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// How many names.
    pub count: u64,
    /// Since when the first of them is, in milliseconds since 1970.
    pub oldest_ms: Option<i64>,
}

impl Store {
    /// How the connections are used just now.
    pub fn pool(&self) -> Pool {
        let status = self.pool.status();
        Pool {
            most: status.max_size,
            open: status.size,
            idle: status.available,
            waiting: status.waiting,
        }
    }

    /// What is due by then.
    pub async fn backlog(&self, index: &Key, by_ms: i64) -> Result<Backlog, StoreError> {
        let mut pipeline = redis::pipe();
        pipeline.cmd("ZCOUNT").arg(index).arg("-inf").arg(by_ms);
        let first = pipeline.cmd("ZRANGEBYSCORE");
        first.arg(index).arg("-inf").arg(by_ms);
        first.arg("WITHSCORES").arg("LIMIT").arg(0).arg(1);
        let work = Box::pin(async {
            let mut connection = self.pool.get().await?;
            Ok(pipeline.query_async(&mut connection).await?)
        });
        let (count, first): (u64, Vec<(String, f64)>) = fault::bounded(work).await?;
        Ok(Backlog {
            count,
            // Milliseconds of any year that matters are whole numbers of a double.
            oldest_ms: first.first().map(|(_, at)| *at as i64),
        })
    }
}
