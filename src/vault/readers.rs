//! Programs that read tokens: each reading is counted, and shows in the history of the connection.

use jiff::Timestamp;

use super::{Event, Vault, VaultError};
use crate::owner::Owner;
use crate::store::{Reads, keys};

/// A program that reads a token.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Tells it from others: an API key's id.
    pub id: String,
    /// What people know it by: `the key 'sync'`.
    pub by: String,
}

/// How a use of a token by a program was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// As the program's first of its kind in this hour, by the clock.
    First,
    /// As one more.
    Again,
}

impl Vault {
    /// Counts a reading.
    pub(super) async fn note_read(
        &self,
        owner: &Owner,
        provider: &str,
        reader: &Reader,
    ) -> Counted {
        let what = format!("Token read by {}", reader.by);
        self.count(owner, provider, &reader.id, &what).await
    }

    /// Counts a report that the provider refused a token.
    pub async fn note_report(&self, owner: &Owner, provider: &str, reader: &Reader) -> Counted {
        let id = format!("{}.reports", reader.id);
        let what = format!("Token reported as refused by {}", reader.by);
        self.count(owner, provider, &id, &what).await
    }

    /// A token in hand is not held back because it cannot be counted: then the log has it.
    async fn count(&self, owner: &Owner, provider: &str, id: &str, what: &str) -> Counted {
        let key = keys::connection(owner, provider);
        let now = self.parts.clock.now().as_millisecond();
        match self.parts.store.count_read(&key, id, what, now).await {
            Ok(Some(before)) if hour(before) != hour(now) => Counted::First,
            // Or there is nothing to count it with.
            Ok(_) => Counted::Again,
            Err(error) => {
                tracing::error!(provider, reader = id, %error, "that a program used a token could not be noted");
                Counted::Again
            }
        }
    }

    /// What programs have read, as events of the connection's history, one for each program.
    pub async fn reads(&self, owner: &Owner, provider: &str) -> Result<Vec<Event>, VaultError> {
        let key = keys::connection(owner, provider);
        let reads = self.parts.store.reads(&key).await?;
        Ok(reads.into_iter().filter_map(event).collect())
    }
}

/// The number of an hour.
fn hour(ms: i64) -> i64 {
    ms.div_euclid(3_600_000)
}

fn event(reads: Reads) -> Option<Event> {
    Some(Event {
        at: Timestamp::from_millisecond(reads.last_ms).ok()?,
        text: reads.what,
        times: u32::try_from(reads.times).unwrap_or(u32::MAX),
    })
}
