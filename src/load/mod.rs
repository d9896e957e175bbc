//! Loading: one run that fetches a connection's streams into a snapshot.
//!
//! The engine runs a provider's plan and knows nothing of the provider. It writes pages of items as they
//! arrive; what was loaded before stays in view until the new load has ended.

mod choice;
mod course;
mod dedup;
mod engine;
mod hold;
mod names;
mod pages;
mod queue;
mod report;
mod run;
mod sealed;
mod snapshot;
mod walk;

use std::sync::Arc;

use tokio::sync::{Semaphore, SemaphorePermit};

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use pages::Reader;
pub use report::{Cut, Load, Missed, Outcome, Part, Status};
pub use sealed::{RUNNING, SNAPSHOTS};

use crate::clock::{Clock, Entropy};
use crate::outbound::Outbound;
use crate::owner::Owner;
use crate::providers::{Api, Profile, Registry, Stream};
use crate::store::{Store, StoreError, keys};
use crate::vault::{CipherError, KeyRing, Vault};

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

/// Why a load cannot be started or seen.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A page cannot be opened.
    #[error("loaded items cannot be read: {0}")]
    Cipher(#[from] CipherError),
    /// The vault failed.
    #[error(transparent)]
    Vault(#[from] crate::vault::VaultError),
    /// A page is gone or is not one of ours.
    #[error("loaded items cannot be read: a page is gone")]
    Gone,
    /// The load was forgotten, or somebody else has its lease.
    #[error("the load is no longer wanted")]
    Lost,
    /// There is nothing to load from.
    #[error("there is no connection")]
    NotConnected,
    /// The provider is not configured.
    #[error("the provider is not configured")]
    NotConfigured,
    /// No stream was chosen.
    #[error("no stream was chosen")]
    NothingChosen,
}

impl From<LoadError> for crate::error::Failure {
    fn from(error: LoadError) -> Self {
        use crate::error::{Failure, Kind};
        match error {
            LoadError::Store(error) => error.into(),
            LoadError::Vault(error) => error.into(),
            LoadError::NotConnected => Failure::new(
                Kind::BadRequest,
                "There is nothing to load from yet",
                "Connect the account first, then load its items.",
            ),
            LoadError::NotConfigured => Failure::new(
                Kind::BadRequest,
                "This provider is not configured",
                "The operator of this Patchbay must give it a client id and secret first.",
            ),
            LoadError::NothingChosen => Failure::new(
                Kind::BadRequest,
                "Nothing was chosen to load",
                "Choose at least one kind of items, then load again.",
            ),
            other => Failure::internal(other),
        }
    }
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
        };
        Self {
            parts: Arc::new(parts),
        }
    }

    /// Starts a load, unless one runs: then `false`, and the caller joins that one. It brings the streams of
    /// these ids and remembers them; without any, those of the last time, or else the profile's.
    pub async fn start(
        &self,
        owner: &Owner,
        provider: &str,
        streams: Option<&[String]>,
    ) -> Result<bool, LoadError> {
        run::start(&self.parts, owner, provider, streams).await
    }

    /// The streams that the next load brings unless somebody chooses otherwise.
    pub async fn choice(
        &self,
        owner: &Owner,
        profile: &'static Profile,
    ) -> Result<Vec<&'static Stream>, LoadError> {
        choice::remembered(&self.parts.setup, owner, profile).await
    }

    /// The running load, or the last one.
    pub async fn latest(&self, owner: &Owner, provider: &str) -> Result<Option<Load>, LoadError> {
        let setup = &self.parts.setup;
        let Some(mut load) = report::read(&setup.store, &keys::load(owner, provider)).await? else {
            return Ok(None);
        };
        if load.status == Status::Running
            && !setup
                .store
                .is_held(&keys::load_lease(owner, provider))
                .await?
        {
            load.status = Status::Interrupted;
        }
        Ok(Some(load))
    }

    /// The load that the current snapshot is from, whose pages can be read.
    pub async fn snapshot(&self, owner: &Owner, provider: &str) -> Result<Option<Load>, LoadError> {
        Ok(report::read(&self.parts.setup.store, &keys::snapshot(owner, provider)).await?)
    }

    /// Reads the items of `parts`, page by page.
    pub fn reader<'a>(
        &'a self,
        owner: &'a Owner,
        provider: &'a str,
        parts: &'a [Part],
    ) -> Reader<'a> {
        let setup = &self.parts.setup;
        Reader::new(&setup.store, &setup.ring, owner, provider, parts)
    }

    /// A place among those who read whole snapshots; it is held as long as what this answers.
    pub async fn scan(&self) -> Option<SemaphorePermit<'_>> {
        self.parts.scans.acquire().await.ok()
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
        snapshot::withdraw(&self.parts.setup, owner, provider).await
    }

    /// Erases the items of loads that were withdrawn.
    pub async fn erase(&self, loads: &[Load]) -> Result<(), LoadError> {
        snapshot::erase(&self.parts.setup, loads).await
    }

    /// Ends all running loads; they can be started again.
    pub async fn shut_down(&self) {
        self.parts.stop.cancel();
        self.parts.tracker.close();
        self.parts.tracker.wait().await;
    }
}

#[cfg(test)]
mod tests;
