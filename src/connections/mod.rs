//! Connecting an account: to the provider, back with a code, and away again.

mod callback;
mod connect;
mod disconnect;
mod overview;
mod pending;

pub use callback::{Callback, Completed, Refusal};
pub use connect::ConnectError;
pub use disconnect::{Disconnected, Revocation};
pub use overview::Overview;

use crate::clock::{Clock, Entropy};
use crate::load::Loads;
use crate::outbound::Outbound;
use crate::providers::Registry;
use crate::store::Store;
use crate::vault::{KeyRing, Vault};
use std::collections::HashMap;
use std::sync::Arc;

/// What connecting needs.
pub struct Connections {
    /// Where pending authorisations are kept.
    pub store: Store,
    /// What they are sealed with.
    pub ring: Arc<KeyRing>,
    /// Where connections are kept.
    pub vault: Vault,
    /// What goes away with a connection.
    pub loads: Loads,
    /// The providers there are.
    pub registry: Registry,
    /// How to reach each configured one.
    pub apis: HashMap<&'static str, crate::load::Api>,
    /// The permissions to ask for, where the operator chose others than the profile's.
    pub scopes: HashMap<&'static str, Vec<String>>,
    /// What calls are sent with.
    pub outbound: Outbound,
    /// The time.
    pub clock: Clock,
    /// Chance, for states and verifiers.
    pub entropy: Entropy,
}

impl Connections {
    /// The permissions that are asked for.
    pub fn asked_scopes(&self, provider: &str) -> Vec<String> {
        if let Some(scopes) = self.scopes.get(provider) {
            return scopes.clone();
        }
        let profile = self
            .registry
            .get(provider)
            .map(|provider| provider.profile());
        let scopes = profile.map_or(&[][..], |profile| profile.scopes);
        scopes.iter().map(|scope| scope.id.to_owned()).collect()
    }
}
