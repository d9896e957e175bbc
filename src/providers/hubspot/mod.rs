//! HubSpot: contacts, companies and deals of one portal.
//!
//! Facts are HubSpot's documentation and OpenAPI of 2026-09 unless a comment says otherwise.

mod oauth;
mod streams;
mod wire;

use std::time::Duration;

use async_trait::async_trait;

use super::{
    Account, Fetch, FetchError, Fetched, GrantFailure, Introduction, OAuth, Profile, Provider,
    Scope,
};
use crate::outbound::oauth::{Client, ClientAuth, Grant, GrantError};
use crate::outbound::{Call, CallError, Outbound, Rate};

/// The date-versioned API in use; each version is supported for 18 months.
macro_rules! api_version {
    () => {
        "2026-09"
    };
}
use api_version;

/// The provider.
pub struct HubSpot;

static PROFILE: Profile = Profile {
    id: "hubspot",
    name: "HubSpot",
    oauth: OAuth {
        auth_url: "https://app.hubspot.com/oauth/authorize",
        token_url: concat!("https://api.hubapi.com/oauth/", api_version!(), "/token"),
        revoke_url: Some(concat!(
            "https://api.hubapi.com/oauth/",
            api_version!(),
            "/token/revoke"
        )),
        // Documented for other kinds of app only; the secret is mandatory either way.
        pkce: false,
        client_auth: ClientAuth::Body,
        authorize_params: &[],
        issuer: None,
    },
    api_url: "https://api.hubapi.com",
    scopes: &[
        Scope {
            id: "oauth",
            words: "See which HubSpot account this is",
        },
        Scope {
            id: "crm.objects.contacts.read",
            words: "Read contacts",
        },
        Scope {
            id: "crm.objects.companies.read",
            words: "Read companies",
        },
        Scope {
            id: "crm.objects.deals.read",
            words: "Read deals",
        },
    ],
    streams: streams::STREAMS,
    // 110 in 10 s are allowed to an account's apps; the rest absorbs what the network bunches up.
    rate: Rate {
        requests: 105,
        per: Duration::from_secs(10),
    },
    // 423: locked for a moment. 477: the account moves between data centres.
    passing: &[423, 477],
    wait_hint: wire::wait_hint,
    apps_url: "https://app.hubspot.com/connected-apps",
    developer_url: "https://developers.hubspot.com/",
};

#[async_trait]
impl Provider for HubSpot {
    fn profile(&self) -> &'static Profile {
        &PROFILE
    }

    async fn account(&self, introduction: Introduction<'_>) -> Result<Account, CallError> {
        oauth::account(introduction).await
    }

    async fn fetch(
        &self,
        call: &Call,
        account: &Account,
        step: &Fetch,
    ) -> Result<Fetched, FetchError> {
        streams::fetch(call, account, step).await
    }

    fn granted_scopes(&self, grant: &Grant) -> Option<Vec<String>> {
        oauth::granted_scopes(grant)
    }

    fn classify(&self, error: &GrantError) -> GrantFailure {
        oauth::classify(error)
    }

    async fn revoke(
        &self,
        client: &Client,
        outbound: &Outbound,
        refresh: &secrecy::SecretString,
    ) -> Result<bool, GrantError> {
        oauth::revoke(client, outbound, refresh).await
    }
}

#[cfg(test)]
mod tests;
