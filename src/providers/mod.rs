//! What a provider is: a profile as data, and a few functions that only it can know.
//!
//! A provider reads one page at a time with a [`Call`]; the load engine owns loop, limits and retries. It
//! knows neither Redis nor pages nor another provider. To add one: a folder here with `mod.rs` (profile and
//! trait), `oauth.rs`, `streams.rs` and `wire.rs`, and one line in `registry.rs`.

mod hubspot;
pub mod registry;

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

pub use registry::Registry;

use crate::item::Item;
use crate::outbound::oauth::{Client, ClientAuth, Grant, GrantError};
use crate::outbound::{Call, CallError, Outbound, Rate, Target};

/// All that is known of a provider without asking it.
pub struct Profile {
    /// Its id, as in routes and keys: lower-case letters.
    pub id: &'static str,
    /// Its name, as people know it.
    pub name: &'static str,
    /// How it does OAuth.
    pub oauth: OAuth,
    /// Its API's address: a host without a path.
    pub api_url: &'static str,
    /// The permissions that Patchbay asks for.
    pub scopes: &'static [Scope],
    /// The kinds of object that a load brings.
    pub streams: &'static [Stream],
    /// What its documentation allows, just kept under.
    pub rate: Rate,
    /// Statuses beyond 429 and 5xx that pass by themselves.
    pub passing: &'static [u16],
    /// How long to wait after a 429 without `Retry-After`, read from its body.
    pub wait_hint: fn(&[u8]) -> Option<Duration>,
    /// Where a person sees and ends connected apps at the provider.
    pub apps_url: &'static str,
    /// Where an operator registers an app.
    pub developer_url: &'static str,
}

/// How a provider's API is reached, as the operator configured it.
#[derive(Clone, Debug)]
pub struct Api {
    /// Its address.
    pub base: url::Url,
    /// What we allow ourselves there.
    pub rate: Option<Rate>,
}

impl Api {
    /// What calls for an account are directed to; the account is the unit that limits count.
    pub fn target(&self, profile: &Profile, account: &str) -> Target {
        Target {
            base: self.base.clone(),
            unit: format!("{}:{account}", profile.id),
            rate: self.rate,
            passing: profile.passing,
            wait_hint: profile.wait_hint,
        }
    }
}

/// How a provider does OAuth 2.0.
pub struct OAuth {
    /// Where people are sent to.
    pub auth_url: &'static str,
    /// The token endpoint.
    pub token_url: &'static str,
    /// The revocation endpoint.
    pub revoke_url: Option<&'static str>,
    /// Whether it knows PKCE with S256.
    pub pkce: bool,
    /// How the client proves itself.
    pub client_auth: ClientAuth,
    /// Fixed parameters of the authorize address.
    pub authorize_params: &'static [(&'static str, &'static str)],
    /// What its callbacks say as `iss`, where it sends one (RFC 9207).
    pub issuer: Option<&'static str>,
}

/// A permission.
pub struct Scope {
    /// As the provider names it.
    pub id: &'static str,
    /// What it lets Patchbay do, in plain words: 'Read contacts'.
    pub words: &'static str,
}

/// A kind of object of a provider.
pub struct Stream {
    /// Its id within the provider: lower-case letters.
    pub id: &'static str,
    /// For people: 'Contacts'.
    pub title: &'static str,
    /// The type of its items: 'Contact'.
    pub kind: &'static str,
    /// The permission it needs; without it the stream is skipped, and the report says so.
    pub scope: Option<&'static str>,
}

/// Who a connection is at the provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The provider's id of it.
    pub id: String,
    /// What a person knows it by.
    pub name: String,
    /// More about it, for people: ('Account domain', 'example.com').
    pub facts: Vec<(String, String)>,
    /// What the provider's own code needs later, such as the host of deep links.
    pub extra: BTreeMap<String, String>,
}

/// One step of a load: a page of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fetch {
    /// The stream's id.
    pub stream: String,
    /// Where the page begins, as the provider said; `None` for the first.
    pub cursor: Option<String>,
}

/// What a step brought.
#[derive(Debug, Default)]
pub struct Fetched {
    /// The items of the page.
    pub items: Vec<Item>,
    /// The steps that follow from it.
    pub next: Vec<Fetch>,
    /// How many objects the stream has, where the provider tells.
    pub total: Option<u64>,
}

/// Why a step brought nothing.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The account did not grant what the stream needs.
    #[error("a permission is missing: {0}")]
    MissingPermission(String),
    /// The call failed.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// What a refused or failed grant means for the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantFailure {
    /// It will pass: try again later.
    Passing,
    /// Access was withdrawn, or the code is spent: the person must connect again.
    Withdrawn,
    /// The operator's fault: client id, secret or redirect URI.
    Misconfigured,
}

/// Asks the provider who a fresh grant belongs to.
pub struct Introduction<'a> {
    /// Calls the API with the fresh token.
    pub call: &'a Call,
    /// The client that the grant was made to.
    pub client: &'a Client,
    /// For calls beside the token endpoint.
    pub outbound: &'a Outbound,
    /// The grant.
    pub grant: &'a Grant,
}

/// A provider.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Its data.
    fn profile(&self) -> &'static Profile;

    /// Who the grant belongs to. An error leaves the connection unmade.
    async fn account(&self, introduction: Introduction<'_>) -> Result<Account, CallError>;

    /// Brings one page of a stream. A page without `next` is the last one of its walk.
    async fn fetch(
        &self,
        call: &Call,
        account: &Account,
        step: &Fetch,
    ) -> Result<Fetched, FetchError>;

    /// The permissions in a token answer; `None` where it does not tell.
    fn granted_scopes(&self, grant: &Grant) -> Option<Vec<String>> {
        grant.scopes.clone()
    }

    /// What a failure at the token endpoint means.
    fn classify(&self, error: &GrantError) -> GrantFailure {
        classify_by_oauth(error)
    }

    /// Ends a grant at the provider by its refresh token; `false` where the provider has no way to.
    async fn revoke(
        &self,
        _client: &Client,
        _outbound: &Outbound,
        _refresh: &secrecy::SecretString,
    ) -> Result<bool, GrantError> {
        Ok(false)
    }
}

/// What a failure means by the words of RFC 6749 alone.
pub fn classify_by_oauth(error: &GrantError) -> GrantFailure {
    match error {
        GrantError::Refused { status, error, .. } => match (status, error.as_deref()) {
            (429 | 500.., _) => GrantFailure::Passing,
            (_, Some("invalid_grant" | "access_denied")) => GrantFailure::Withdrawn,
            _ => GrantFailure::Misconfigured,
        },
        GrantError::NotSent | GrantError::Lost | GrantError::Broken => GrantFailure::Passing,
    }
}
