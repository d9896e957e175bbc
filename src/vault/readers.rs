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

impl Vault {
    /// Counts a reading.
    pub(super) async fn note_read(&self, owner: &Owner, provider: &str, reader: &Reader) {
        let what = format!("Token read by {}", reader.by);
        self.count(owner, provider, &reader.id, &what).await;
    }

    /// Counts a report that the provider refused a token.
    pub async fn note_report(&self, owner: &Owner, provider: &str, reader: &Reader) {
        let id = format!("{}.reports", reader.id);
        let what = format!("Token reported as refused by {}", reader.by);
        self.count(owner, provider, &id, &what).await;
    }

    /// A token in hand is not held back because it cannot be counted: then the log has it.
    async fn count(&self, owner: &Owner, provider: &str, id: &str, what: &str) {
        let key = keys::connection(owner, provider);
        let now = self.parts.clock.now().as_millisecond();
        let counted = self.parts.store.count_read(&key, id, what, now);
        if let Err(error) = counted.await {
            tracing::error!(provider, reader = id, %error, "that a program used a token could not be noted");
        }
    }

    /// What programs have read, as events of the connection's history, one for each program.
    pub async fn reads(&self, owner: &Owner, provider: &str) -> Result<Vec<Event>, VaultError> {
        let key = keys::connection(owner, provider);
        let reads = self.parts.store.reads(&key).await?;
        Ok(reads.into_iter().filter_map(event).collect())
    }
}

fn event(reads: Reads) -> Option<Event> {
    Some(Event {
        at: Timestamp::from_millisecond(reads.last_ms).ok()?,
        text: reads.what,
        times: u32::try_from(reads.times).unwrap_or(u32::MAX),
    })
}
