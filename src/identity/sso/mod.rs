//! Single sign-on by OpenID Connect: a person is led to the identity provider (the issuer) and comes back with a code,
//! for which it says in a signed token who they are.
//!
//! The protocol's types and the proof of tokens are the `openidconnect` crate's; the client at the token endpoint and
//! the HTTP client are those of [`crate::outbound`]. Who an [`Identity`] is here, and whether they may come in, is not
//! decided in this folder.

mod begin;
mod callback;
mod claims;
mod discovery;
mod id_token;
mod issuer;
mod look;
mod pending;
mod person;
mod refusal;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

pub use callback::{Finished, Ties};
pub use issuer::IssuerError;
pub use look::{Configured, look};
pub use pending::SIGNING_IN;
pub use refusal::Refusal;

use crate::clock::{Clock, Entropy};
use crate::outbound::Outbound;
use crate::store::Store;
use crate::vault::KeyRing;
use issuer::Issuer;

/// How long the sign-in page waits to learn whether the issuer is away.
const LOOK: Duration = Duration::from_secs(1);

/// Single sign-on with one issuer. Cheap to clone.
#[derive(Clone)]
pub struct Sso(Arc<Inner>);

struct Inner {
    setup: Setup,
    issuer: Arc<Issuer>,
}

/// What single sign-on needs.
pub struct Setup {
    /// The issuer's address.
    pub issuer: Url,
    /// Our id there.
    pub client_id: String,
    /// Our secret there; none for a public client.
    pub client_secret: Option<SecretString>,
    /// Where people come back to.
    pub redirect_uri: Url,
    /// Which org people belong to.
    pub org: Org,
    /// Email domains that may sign in, in lower case; empty: all.
    pub domains: Vec<String>,
    /// Where sign-ins that were begun are kept.
    pub store: Store,
    /// What they are sealed with.
    pub ring: Arc<KeyRing>,
    /// What the issuer is asked with.
    pub outbound: Outbound,
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub entropy: Entropy,
    /// Where readings of the issuer run, which outlive whoever begins them.
    pub tasks: tokio::runtime::Handle,
}

/// Which org somebody belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Org {
    /// This one, whoever it is.
    Fixed(String),
    /// The one that the issuer names in this claim.
    Claim(String),
}

/// Somebody, by the issuer's word: their email is verified and of an allowed domain, their org is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Who says so.
    pub issuer: String,
    /// What the issuer knows them by: it never changes, and is never given to somebody else.
    pub subject: String,
    /// Their email in lower case, which is their user id here.
    pub email: String,
    /// Their org.
    pub org: String,
}

impl Sso {
    /// Nothing is asked of the issuer yet: it may be away at the start.
    pub fn new(setup: Setup) -> Self {
        let issuer = Arc::new(Issuer::new(&setup));
        Self(Arc::new(Inner { setup, issuer }))
    }

    /// The org that people belong to, where that is the same for all.
    pub fn org(&self) -> Option<&str> {
        match &self.0.setup.org {
            Org::Fixed(org) => Some(org),
            Org::Claim(_) => None,
        }
    }

    /// The host name that people are led to first.
    pub fn host(&self) -> &str {
        self.0.setup.issuer.host_str().unwrap_or_default()
    }

    /// Whether it is known that nobody can sign in just now, because the issuer does not answer or is not set up right.
    /// An issuer that takes its time counts as there.
    pub async fn is_away(&self) -> bool {
        let known = tokio::time::timeout(LOOK, self.0.issuer.known()).await;
        matches!(known, Ok(Err(_)))
    }
}
