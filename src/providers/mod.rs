//! What a provider is: a profile as data, and a few functions that only it can know.
//!
//! A provider reads one page at a time with a [`Call`]; the load engine owns loop, concurrency, limits and
//! retries. It knows neither Redis nor pages nor another provider. To add one: a folder here with `mod.rs`
//! (profile and trait), `oauth.rs`, `streams.rs` and `wire.rs`, and one line in `registry.rs`;
//! docs/adding-a-provider.md shows the work.

mod airtable;
mod contacts;
mod content;
#[cfg(test)]
mod example;
mod hubspot;
mod introduction;
mod lenient;
mod notion;
mod profile;
pub mod registry;
mod step;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

pub use contacts::{
    Contact, ContactError, ContactFacts, ContactField, ContactPage, Contacts, Fault, Input,
    Property, Taken,
};
pub use content::{Block, BlockKind, Content, ContentError, Contents, Stop};
pub use introduction::introduce;
pub use profile::{Api, Endpoint, Kind, Limits, OAuth, Pace, Profile, Scope, Stream, TokenLife};
pub use registry::Registry;
pub use step::{Fetch, FetchError, Fetched, Place};

use crate::outbound::oauth::{Client, Grant, GrantError, SERVER_ERROR};
use crate::outbound::{Call, CallError, Outbound};

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
    /// What the provider counts requests of, where that is not the account.
    #[serde(default)]
    pub counted_as: Option<String>,
}

impl Account {
    /// The unit that the provider counts this connection's requests in.
    pub fn unit(&self) -> &str {
        self.counted_as.as_deref().unwrap_or(&self.id)
    }
}

/// What a refused or failed grant means for the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantFailure {
    /// It will pass: try again later.
    Passing,
    /// Too many requests, which says nothing of the grant: not before [`GrantError::retry_after`], where it is
    /// named.
    Limited,
    /// The same refresh token was used a moment ago, here or elsewhere: look for the newer tokens, and do not
    /// try again before this time has passed.
    Conflict(Duration),
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

    /// Asks for the least that proves that a token works, once: somebody waits for it. [`CallError::Rejected`]
    /// and [`CallError::Bearer`] speak of the token; no other failure says anything of it.
    async fn check(&self, call: &Call) -> Result<(), CallError>;

    /// Brings one page of a list. The steps that it names follow; a page without a next one is the last of its
    /// list. What it does not know (fields, types, values) it passes over.
    async fn fetch(
        &self,
        call: &Call,
        account: &Account,
        step: &Fetch,
    ) -> Result<Fetched, FetchError>;

    /// Steps that only show when all lists of a stream have been read, from how many different items lie in
    /// each place. Asked once a stream and load.
    fn follow_up(&self, _stream: &str, _places: &BTreeMap<String, u64>) -> Vec<Fetch> {
        Vec::new()
    }

    /// The capability to work on contacts, where the provider has it. Routes for it are there for those that do.
    fn contacts(&self) -> Option<&dyn Contacts> {
        None
    }

    /// The capability to read what stands in items, where the provider has it.
    fn contents(&self) -> Option<&dyn Contents> {
        None
    }

    /// The permissions in a token answer; `None` where it does not tell.
    fn granted_scopes(&self, grant: &Grant) -> Option<Vec<String>> {
        grant.scopes.clone()
    }

    /// What a failure at the token endpoint means.
    fn classify(&self, error: &GrantError) -> GrantFailure {
        classify_by_oauth(error)
    }

    /// Ends a grant at the provider; `false` where the provider has no way to.
    async fn revoke(
        &self,
        _client: &Client,
        _outbound: &Outbound,
        _tokens: Tokens<'_>,
    ) -> Result<bool, GrantError> {
        Ok(false)
    }
}

/// The tokens of a grant that is to end.
#[derive(Clone, Copy)]
pub struct Tokens<'a> {
    /// The access token.
    pub access: &'a SecretString,
    /// The refresh token, where there is one.
    pub refresh: Option<&'a SecretString>,
}

/// The words of RFC 6749 section 5.2 that are about the client or its request.
const CLIENT_FAULTS: &[&str] = &[
    "invalid_client",
    "invalid_request",
    "invalid_scope",
    "unauthorized_client",
    "unsupported_grant_type",
];

/// What a failure means by the words of RFC 6749 alone. An answer without those words is not from the token
/// endpoint but from something before it, and passes. Where the status is no refusal, the word must be known.
pub fn classify_by_oauth(error: &GrantError) -> GrantFailure {
    let GrantError::Refused { status, error, .. } = error else {
        return GrantFailure::Passing;
    };
    match (status, error.as_deref()) {
        (429, _) => GrantFailure::Limited,
        (500.., _) => GrantFailure::Passing,
        (_, Some("invalid_grant" | "access_denied")) => GrantFailure::Withdrawn,
        (_, Some(SERVER_ERROR | "temporarily_unavailable") | None) => GrantFailure::Passing,
        (..300, Some(word)) if !CLIENT_FAULTS.contains(&word) => GrantFailure::Passing,
        (_, Some(_)) => GrantFailure::Misconfigured,
    }
}
