//! What all pages draw on.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::activity::Activity;
use crate::clock::{Clock, Entropy};
use crate::connections::Connections;
use crate::contacts::Contacts;
use crate::identity::sso::Sso;
use crate::identity::{ApiKeys, Invitations, Limits, People, Refusals, Sessions};
use crate::load::Loads;
use crate::members::Members;

/// What all pages draw on.
pub struct Site {
    /// Connecting and what is connected.
    pub connections: Connections,
    /// Contacts, for providers that have them.
    pub contacts: Contacts,
    /// Loading and what is loaded.
    pub loads: Loads,
    /// What was done.
    pub activity: Activity,
    /// Who has an account.
    pub people: People,
    /// In which browsers somebody is signed in.
    pub sessions: Sessions,
    /// What admins do about the members of their org.
    pub members: Members,
    /// The links by which others become members.
    pub invitations: Invitations,
    /// How often our own routes may be asked.
    pub limits: Limits,
    /// What the trail tells of refusals.
    pub refusals: Refusals,
    /// The keys that people give to programs.
    pub api_keys: ApiKeys,
    /// The URL that browsers use, without a path.
    pub public_url: Url,
    /// How people sign in.
    pub sign_in: SignIn,
    /// Single sign-on, where people sign in by it.
    pub sso: Option<Sso>,
    /// The stand-ins that the demo runs with: each provider's name, and the page of its controls.
    pub sandbox: Vec<(&'static str, String)>,
    /// The longest that a sign-in lasts.
    pub session_max: Duration,
    /// Where forms with a Connect button may lead to, beyond `https:` and ourselves.
    pub form_origins: Vec<String>,
    /// The redirect URI of each provider, to be registered there.
    pub redirect_uris: std::collections::HashMap<&'static str, Url>,
    /// The OpenAPI document of what programs use.
    pub reference: Arc<serde_json::Value>,
    /// The time.
    pub clock: Clock,
    /// Chance, for tokens.
    pub entropy: Entropy,
}

/// How people sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// By typing a user and an org, without a password.
    Demo,
    /// By the email and the password of an account.
    Local,
    /// At an identity provider.
    Sso,
}

impl SignIn {
    /// Its name in sessions.
    pub fn name(self) -> &'static str {
        match self {
            Self::Demo => "demo",
            Self::Local => "local",
            Self::Sso => "sso",
        }
    }
}

impl Site {
    /// Whether this is the demo, which says so on every page.
    pub fn is_demo(&self) -> bool {
        self.sign_in == SignIn::Demo
    }

    /// Whether browsers come by https.
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// The URL that browsers use, as an `Origin` header names it.
    pub fn origin(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }
}
