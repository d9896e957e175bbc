//! The activity trail: what was done in an org, by whom, from where, and what came of it. Bounded in number and in
//! age. Never a secret, and no content of an account.
//!
//! Whoever does something notes it in one line, and what it says follows from its action as far as it can:
//!
//! ```ignore
//! let entry = Entry::new(&by, &org, Action::RoleChanged).about(user).whose(user);
//! activity.note(&entry).await;
//! ```

mod action;
mod actor;
mod entry;
mod filter;
mod reading;
mod stream;
mod table;
#[cfg(test)]
mod tests;
mod written;

use jiff::Timestamp;

pub use action::{Action, Kind, Outcome};
pub use actor::{Actor, By};
pub use entry::Entry;
pub use filter::{BadFilter, Filter};
pub use reading::{Page, Place, Sight};
pub use table::{Unwritable, table};

use crate::clock::Clock;
use crate::metrics;
use crate::store::{Bounds, Store};

/// The trail of every org. Cheap to clone.
#[derive(Clone)]
pub struct Activity {
    store: Store,
    clock: Clock,
}

/// An entry as it stands in the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// When.
    pub at: Timestamp,
    /// What.
    pub entry: Entry,
}

impl Activity {
    /// Keeps the trail in `store`.
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// Adds an entry. What was done is not undone because it cannot be noted: then the log has it.
    pub async fn note(&self, entry: &Entry) {
        let now = self.clock.now();
        let stream = entry.action.stream();
        let key = stream.key(&entry.org);
        let fields = written::write(entry, now);
        let bounds = Bounds {
            now_ms: now.as_millisecond(),
            most: stream.most(),
            life: stream::KEPT,
        };
        metrics::noted(entry.action.name());
        if let Err(error) = self.store.append(&key, &fields, bounds).await {
            metrics::trail_lost();
            tracing::error!(action = entry.action.name(), %error, "the activity trail could not be written");
        }
    }
}
