//! Connecting an account: to the provider, back with a code, and away again; and asking whether it still works.

mod answer;
mod brief;
mod callback;
mod candidate;
mod check;
mod confirm;
mod connect;
mod contents;
mod disconnect;
mod grant;
mod overview;
mod pending;
mod place;
mod question;
mod refresh;
mod refusal;
mod refused;
mod rejected;
mod revoke;
mod upkeep;

pub use answer::{Answered, Choice, Outcome};
pub use brief::Brief;
pub use callback::{Completed, End, Returned};
pub use candidate::CANDIDATES;
pub use check::Checked;
pub use confirm::{UNCONFIRMED, Unconfirmed};
pub use connect::ConnectError;
pub use contents::NoContent;
pub use disconnect::Disconnected;
pub use overview::{Overview, Unreadable};
pub use pending::PENDING;
pub use question::Question;
pub use refresh::Refreshed;
pub use refusal::Refusal;
pub use refused::Visitor;
pub use rejected::Reported;

pub use crate::vault::Revocation;

use std::collections::HashMap;
use std::sync::Arc;

use tokio_util::task::TaskTracker;

use crate::activity::Activity;
use crate::clock::{Clock, Entropy};
use crate::load::Loads;
use crate::outbound::Outbound;
use crate::owner::Owner;
use crate::providers::{Api, Profile, Registry};
use crate::store::Store;
use crate::vault::{Connection, KeyRing, Vault, VaultError};

/// The connections of everybody. Cheap to clone.
#[derive(Clone)]
pub struct Connections {
    setup: Arc<Setup>,
    grants: TaskTracker,
    checks: check::Checks,
}

/// What connecting needs.
pub struct Setup {
    /// Where pending authorisations are kept.
    pub store: Store,
    /// What they are sealed with.
    pub ring: Arc<KeyRing>,
    /// Where connections are kept.
    pub vault: Vault,
    /// What goes away with a connection.
    pub loads: Loads,
    /// Where what is done is written down.
    pub activity: Activity,
    /// The providers there are.
    pub registry: Registry,
    /// How to reach each configured one.
    pub apis: HashMap<&'static str, Api>,
    /// The permissions to ask for, where the operator chose others than the profile's.
    pub scopes: HashMap<&'static str, Vec<String>>,
    /// What calls are sent with.
    pub outbound: Outbound,
    /// The time.
    pub clock: Clock,
    /// Chance, for states and verifiers.
    pub entropy: Entropy,
    /// Where a grant is seen to its end when the request that brought it is gone.
    pub tasks: tokio::runtime::Handle,
}

impl Connections {
    /// Puts it together.
    pub fn new(setup: Setup) -> Self {
        Self {
            setup: Arc::new(setup),
            grants: TaskTracker::new(),
            checks: check::Checks::default(),
        }
    }

    /// The provider with this id.
    pub fn profile(&self, id: &str) -> Option<&'static Profile> {
        let provider = self.setup.registry.get(id);
        provider.map(|provider| provider.profile())
    }

    /// All providers, in the order of their cards.
    pub fn profiles(&self) -> impl Iterator<Item = &'static Profile> {
        self.setup.registry.all().map(|provider| provider.profile())
    }

    /// The providers' names.
    pub fn names(&self) -> Vec<&'static str> {
        self.profiles().map(|profile| profile.name).collect()
    }

    /// Whether items of this type are contacts that can be worked on.
    pub fn are_contacts(&self, provider: &str, kind: &str) -> bool {
        let provider = self.setup.registry.get(provider);
        let facts =
            provider.and_then(|provider| Some((provider.profile(), provider.contacts()?.facts())));
        let stream = facts.and_then(|(profile, facts)| profile.stream(facts.stream));
        stream.is_some_and(|stream| stream.kinds.iter().any(|known| known.id == kind))
    }

    /// The connection; a record that cannot be read (its key is gone) counts as none.
    async fn readable(
        &self,
        owner: &Owner,
        provider: &str,
    ) -> Result<Option<Connection>, VaultError> {
        match self.setup.vault.get(owner, provider).await {
            Err(VaultError::Store(error)) => Err(error.into()),
            stored => Ok(stored.ok().flatten().map(|stored| stored.connection)),
        }
    }

    /// Whether the provider is told when a connection ends.
    pub fn revokes(&self, provider: &str) -> bool {
        let client = self.setup.vault.client(provider);
        client.is_some_and(|client| client.revoke_url.is_some())
    }

    /// Whether a permission is asked for when somebody connects.
    pub fn asks_for(&self, profile: &Profile, scope: &str) -> bool {
        self.asked_scopes(profile)
            .iter()
            .any(|asked| asked == scope)
    }

    /// Waits until grants that were just made are stored.
    pub async fn shut_down(&self) {
        self.grants.close();
        self.grants.wait().await;
    }

    /// The permissions that are asked for, needed, and not among `granted`.
    fn lacking(&self, profile: &Profile, granted: &[String]) -> Vec<String> {
        let asked = self.asked_scopes(profile).into_iter();
        asked
            .filter(|scope| profile.needs(scope) && !granted.contains(scope))
            .collect()
    }

    /// The permissions that are asked for.
    fn asked_scopes(&self, profile: &Profile) -> Vec<String> {
        match self.setup.scopes.get(profile.id) {
            Some(chosen) => chosen.clone(),
            None => profile
                .scopes
                .iter()
                .map(|scope| scope.id.to_owned())
                .collect(),
        }
    }
}
