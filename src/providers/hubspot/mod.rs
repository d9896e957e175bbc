//! HubSpot: contacts, companies and deals of one portal; contacts can be worked on too.
//!
//! Facts are HubSpot's documentation and OpenAPI of 2026-09 unless a comment says otherwise.

mod contacts;
mod oauth;
mod problem;
mod streams;
mod wire;

use std::time::Duration;

use async_trait::async_trait;

use super::{
    Account, Contacts, Endpoint, Fetch, FetchError, Fetched, GrantFailure, Introduction, Limits,
    OAuth, Profile, Provider, Scope, TokenLife, Tokens,
};
use crate::outbound::oauth::{BodyEncoding, Client, ClientAuth, Grant, GrantError};
use crate::outbound::{Call, CallError, Outbound, Rate, RateHeaders};

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
        secret_optional: false,
        body: BodyEncoding::Form,
        headers: &[],
        authorize_params: &[],
        issuer: None,
        tokens: TokenLife {
            expires: true,
            dies_unused_after: None,
        },
    },
    api: Endpoint {
        url: "https://api.hubapi.com",
        headers: &[],
    },
    scopes: &[
        Scope {
            id: "oauth",
            words: "See which HubSpot account this is",
            optional: false,
        },
        Scope {
            id: contacts::READ,
            words: "Read contacts",
            optional: false,
        },
        Scope {
            id: contacts::WRITE,
            words: "Create, change and delete contacts",
            optional: false,
        },
        Scope {
            id: "crm.objects.companies.read",
            words: "Read companies",
            optional: false,
        },
        Scope {
            id: "crm.objects.deals.read",
            words: "Read deals",
            optional: false,
        },
    ],
    choice: None,
    streams: streams::STREAMS,
    when_empty: "If there should be some, look at HubSpot whether the connected person may see them, then load again.",
    limits: Limits {
        // What a listed app has in each account. Others have 100 to 250, and the headers of lists say so.
        account: Rate {
            requests: 110,
            per: Duration::from_secs(10),
        },
        // Of all apps together in one account; answers do not tell of it.
        others: &[(
            contacts::SEARCHES,
            Rate {
                requests: 5,
                per: Duration::from_secs(1),
            },
        )],
        announced_by: Some(RateHeaders {
            max: "x-hubspot-ratelimit-max",
            remaining: "x-hubspot-ratelimit-remaining",
            interval_ms: "x-hubspot-ratelimit-interval-milliseconds",
        }),
    },
    reading: wire::reading,
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

    async fn check(&self, call: &Call) -> Result<(), CallError> {
        call.check(oauth::details()).await
    }

    async fn fetch(
        &self,
        call: &Call,
        account: &Account,
        step: &Fetch,
    ) -> Result<Fetched, FetchError> {
        streams::fetch(call, account, step).await
    }

    fn contacts(&self) -> Option<&dyn Contacts> {
        Some(self)
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
        tokens: Tokens<'_>,
    ) -> Result<bool, GrantError> {
        oauth::revoke(client, outbound, tokens).await
    }
}

#[cfg(test)]
mod tests;
