//! The contacts of an account, for providers that have them: looking, making, changing, deleting.
//!
//! A [`Desk`] is one connection whose contacts can be worked on; [`Contacts::open`] answers it, or the [`Barrier`]
//! that is in the way. What changes something runs in a task of its own, once for each form (`once.rs`), so that
//! what was done is noted even if whoever asked goes away.

mod barrier;
mod desk;
mod draft;
mod entered;
mod known;
mod mark;
mod merge;
mod once;
mod properties;
#[cfg(test)]
mod tests;
mod whose;
mod write;

pub use barrier::Barrier;
pub use desk::{Desk, PER_PAGE};
pub use draft::{DRAFTS, Draft};
pub use entered::{Entered, MOST_MORE, ROW, can_be_a_name};
pub use merge::{Conflict, unix_lines};
pub use once::Outcome;
pub use properties::Unfit;
pub use whose::Whose;

use std::collections::HashMap;
use std::sync::Arc;

use tokio_util::task::TaskTracker;

use crate::activity::{Activity, By};
use crate::clock::{Clock, Entropy};
use crate::load::Loads;
use crate::outbound::Outbound;
use crate::owner::Owner;
use crate::providers::{Api, ContactFacts, Profile, Provider, Registry};
use crate::store::Store;
use crate::vault::{KeyRing, State, Vault, VaultError};

/// The contacts of everybody. Cheap to clone.
#[derive(Clone)]
pub struct Contacts {
    setup: Arc<Setup>,
    writes: TaskTracker,
    known: known::Known,
}

/// What working on contacts needs.
pub struct Setup {
    /// Where it is noted which forms were sent, and where drafts are kept.
    pub store: Store,
    /// What drafts are sealed with.
    pub ring: Arc<KeyRing>,
    /// Where connections are kept.
    pub vault: Vault,
    /// What is loaded, which shows what is done here.
    pub loads: Loads,
    /// Where what is done is written down.
    pub activity: Activity,
    /// The providers there are.
    pub registry: Registry,
    /// How to reach each configured one.
    pub apis: HashMap<&'static str, Api>,
    /// What calls are sent with.
    pub outbound: Outbound,
    /// The time.
    pub clock: Clock,
    /// Chance, for the names of drafts.
    pub entropy: Entropy,
    /// Where a change is seen to its end when the request that asked for it is gone.
    pub tasks: tokio::runtime::Handle,
}

impl Contacts {
    /// Puts it together.
    pub fn new(setup: Setup) -> Self {
        Self {
            setup: Arc::new(setup),
            writes: TaskTracker::new(),
            known: known::Known::default(),
        }
    }

    /// The first provider that has contacts and is configured.
    pub fn first(&self) -> Option<&'static Profile> {
        let providers = self.setup.registry.all();
        let mut capable = providers.filter(|provider| provider.contacts().is_some());
        let found = capable.find(|it| self.setup.vault.client(it.profile().id).is_some())?;
        Some(found.profile())
    }

    /// A provider that has contacts, and what is known of them without asking.
    pub fn facts(&self, provider: &str) -> Option<(&'static Profile, &'static ContactFacts)> {
        let provider = self.setup.registry.get(provider)?;
        Some((provider.profile(), provider.contacts()?.facts()))
    }

    /// The contacts of a connection, for somebody to work on, or what is in the way.
    pub async fn open(&self, owner: &Owner, provider: &str, by: By) -> Result<Desk, Barrier> {
        let provider = self.setup.registry.get(provider);
        let provider = provider.ok_or(Barrier::NotConfigured)?;
        let profile = provider.profile();
        let connection = match self.setup.vault.get(owner, profile.id).await {
            Ok(Some(stored)) => stored.connection,
            Ok(None) => return Err(self.nothing_there(provider)),
            Err(VaultError::Store(error)) => return Err(error.into()),
            Err(_) => return Err(Barrier::Unreadable),
        };
        let capability = provider.contacts().ok_or(Barrier::NotConfigured)?;
        let api = self.setup.apis.get(profile.id);
        let api = api.ok_or(Barrier::NotConfigured)?;
        if connection.state == State::ActionNeeded {
            return Err(connection.ended.map_or(Barrier::ENDED, Barrier::Ended));
        }
        let read = capability.facts().read;
        if !connection.scopes.iter().any(|granted| granted == read) {
            return Err(Barrier::Missing(read.to_owned()));
        }
        Ok(self.desk((owner, by), profile, capability, api, connection))
    }

    fn nothing_there(&self, provider: &dyn Provider) -> Barrier {
        match self.setup.vault.client(provider.profile().id) {
            Some(_) => Barrier::NotConnected,
            None => Barrier::NotConfigured,
        }
    }

    /// Waits until changes that were sent are known and noted.
    pub async fn shut_down(&self) {
        self.writes.close();
        self.writes.wait().await;
    }
}
