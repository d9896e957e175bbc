//! Loading: one run that fetches a connection's streams into a snapshot.
//!
//! The engine runs a provider's plan and knows nothing of the provider. It writes pages of items as they
//! arrive; what was loaded before stays in view until the new load has ended.

mod blocks;
mod cancel;
mod changes;
mod choice;
mod clear;
mod conclude;
mod course;
mod dedup;
mod engine;
mod error;
mod hold;
mod journal;
mod keep;
mod lent;
mod lost;
mod names;
mod pages;
mod queue;
mod replay;
mod report;
mod retry;
mod run;
mod sealed;
mod seen;
mod shelf;
mod snapshot;
mod source;
mod start;
mod summary;
mod view;
mod walk;
mod watch;
mod whole;

use std::sync::Arc;

use tokio::sync::Semaphore;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use changes::Change;
pub use choice::Streams;
pub use error::LoadError;
pub use lent::{Lent, LentError};
pub use report::{Cut, Load, Missed, Outcome, Part, Run, Status, Wait};
pub use sealed::{CHANGES, RUNNING, SNAPSHOTS};
pub use summary::Summary;
pub use view::{BrokenOff, Download, Listed, Listing, Misplaced, Position, Shown};
pub use whole::Look;

pub use crate::outbound::Why;

use crate::clock::{Clock, Entropy};
use crate::item::Item;
use crate::outbound::Outbound;
use crate::owner::Owner;
use crate::providers::{Api, Profile, Registry, Stream};
use crate::store::{Store, keys};
use crate::vault::{KeyRing, Vault};
use pages::Reader;
use shelf::Shelf;

/// Snapshots that are read as a whole at once: each takes a core and its memory.
const SCANS: usize = 2;

/// What a load may bring at most.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Pages a stream; 0 for no limit.
    pub max_pages: u64,
    /// Items a connection.
    pub max_items: u64,
    /// How long a snapshot that nobody looks at is kept.
    pub item_ttl: std::time::Duration,
}

/// What loads need. Cheap to clone.
#[derive(Clone)]
pub struct Loads {
    parts: Arc<Parts>,
}

struct Parts {
    setup: Setup,
    tracker: TaskTracker,
    stop: CancellationToken,
    scans: Semaphore,
    lent: Arc<Semaphore>,
    exports: view::Room,
    shelf: Shelf,
}

/// What loads are made of.
pub struct Setup {
    /// Where snapshots are kept.
    pub store: Store,
    /// What they are sealed with.
    pub ring: Arc<KeyRing>,
    /// Where tokens come from.
    pub vault: Vault,
    /// The providers there are.
    pub registry: Registry,
    /// How to reach each configured one.
    pub apis: std::collections::HashMap<&'static str, Api>,
    /// What calls are sent with.
    pub outbound: Outbound,
    /// The time.
    pub clock: Clock,
    /// Chance, for ids.
    pub entropy: Entropy,
    /// What a load may bring at most.
    pub bounds: Bounds,
    /// Where loads run.
    pub tasks: tokio::runtime::Handle,
}

impl Loads {
    /// Puts it together.
    pub fn new(setup: Setup) -> Self {
        let parts = Parts {
            setup,
            tracker: TaskTracker::new(),
            stop: CancellationToken::new(),
            scans: Semaphore::new(SCANS),
            lent: Arc::new(Semaphore::new(lent::MOST)),
            exports: view::Room::default(),
            shelf: Shelf::new(shelf::MOST),
        };
        Self {
            parts: Arc::new(parts),
        }
    }

    /// Starts a load, unless one runs: then `false`, and the caller joins that one.
    pub async fn start(
        &self,
        owner: &Owner,
        provider: &str,
        streams: Streams<'_>,
    ) -> Result<bool, LoadError> {
        start::start(&self.parts, owner, provider, streams).await
    }

    /// The streams that the next load brings unless somebody chooses otherwise.
    pub async fn choice(
        &self,
        owner: &Owner,
        profile: &'static Profile,
    ) -> Result<Vec<&'static Stream>, LoadError> {
        choice::remembered(&self.parts.setup, owner, profile).await
    }

    /// The ids of the streams that somebody chose, if anybody did: also such as this version does not know.
    pub async fn chosen(
        &self,
        owner: &Owner,
        provider: &str,
    ) -> Result<Option<Vec<String>>, LoadError> {
        choice::kept(&self.parts.setup, owner, provider).await
    }

    /// Remembers a choice for the next load, as it was made elsewhere.
    pub async fn choose(
        &self,
        owner: &Owner,
        provider: &str,
        streams: &[String],
    ) -> Result<(), LoadError> {
        choice::keep(&self.parts.setup, owner, provider, streams).await
    }

    /// The running load, or the last one.
    pub async fn latest(&self, owner: &Owner, provider: &str) -> Result<Option<Load>, LoadError> {
        let setup = &self.parts.setup;
        let Some(mut load) = report::read(&setup.store, &keys::load(owner, provider)).await? else {
            return Ok(None);
        };
        if load.status == Status::Running {
            let lease = keys::load_lease(owner, provider);
            load.rests = !setup.store.is_held(&lease).await?;
        }
        Ok(Some(load))
    }

    /// Ends the load that runs, and keeps what was loaded before; `false` where none runs.
    pub async fn cancel(&self, owner: &Owner, provider: &str) -> Result<bool, LoadError> {
        cancel::cancel(&self.parts.setup, owner, provider).await
    }

    /// Starts a load of what the last one failed to bring; `false` if a load runs already.
    pub async fn retry(&self, owner: &Owner, provider: &str) -> Result<bool, LoadError> {
        retry::retry(&self.parts, owner, provider).await
    }

    /// Takes up, until `stop`, loads whose process died or stopped.
    pub async fn watch(&self, stop: &CancellationToken) {
        watch::watch(&self.parts, stop).await;
    }

    /// The items that a running load brought last, some of each stream.
    pub async fn arriving(
        &self,
        owner: &Owner,
        provider: &str,
        load: &Load,
        most: usize,
    ) -> Vec<Item> {
        let setup = &self.parts.setup;
        let reader = Reader::new(&setup.store, &setup.ring, owner, provider);
        let last = load.parts.iter().filter_map(|part| {
            let run = part
                .runs
                .iter()
                .rfind(|run| load.is_own(run) && run.blocks > 0)?;
            let numbers = run.numbers();
            Some(reader.blocks(&part.stream, &run.of, numbers.end - 1..numbers.end))
        });
        // A block may be gone by now; what is still there is shown.
        let read = futures_util::future::join_all(last).await;
        let blocks: Vec<Vec<Item>> = read
            .into_iter()
            .filter_map(Result::ok)
            .flatten()
            .map(|block| block.items)
            .collect();
        let each = most.div_ceil(blocks.len().max(1));
        let rows = blocks
            .into_iter()
            .flat_map(|items| items.into_iter().rev().take(each));
        rows.take(most).collect()
    }

    /// The load that the current snapshot is from, whose pages can be read.
    pub async fn snapshot(&self, owner: &Owner, provider: &str) -> Result<Option<Load>, LoadError> {
        Ok(report::read(&self.parts.setup.store, &keys::snapshot(owner, provider)).await?)
    }

    /// Keeps a snapshot that somebody looks at from being forgotten. Does nothing most of the time.
    pub async fn keep(
        &self,
        owner: &Owner,
        provider: &str,
        snapshot: &Load,
    ) -> Result<(), LoadError> {
        snapshot::keep(&self.parts, owner, provider, snapshot).await
    }

    /// Ends what runs and takes everything that was loaded out of sight; answers what is left to be erased.
    pub async fn withdraw(&self, owner: &Owner, provider: &str) -> Result<Vec<Load>, LoadError> {
        let withdrawn = snapshot::withdraw(&self.parts.setup, owner, provider).await?;
        self.parts.shelf.forget(owner, provider, &withdrawn).await;
        Ok(withdrawn)
    }

    /// Erases the items of loads that were withdrawn.
    pub async fn erase(&self, loads: &[Load]) -> Result<(), LoadError> {
        snapshot::erase(&self.parts.setup, loads).await
    }

    /// Ends all running loads, so that other processes can go on with them.
    pub async fn shut_down(&self) {
        self.parts.stop.cancel();
        self.parts.tracker.close();
        self.parts.tracker.wait().await;
    }
}

#[cfg(test)]
mod tests;
