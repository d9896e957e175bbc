//! Notion: the databases and pages of one workspace that somebody shared with Patchbay.
//!
//! Facts are Notion's documentation and its official SDK of summer 2026 unless a comment says otherwise.

mod blocks;
mod content;
mod oauth;
mod streams;
mod wire;

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;

use super::{
    Account, Contents, Endpoint, Fetch, FetchError, Fetched, GrantFailure, Introduction, Limits,
    OAuth, Profile, Provider, TokenLife, Tokens,
};
use crate::outbound::oauth::{BodyEncoding, Client, ClientAuth, GrantError};
use crate::outbound::{Call, CallError, Outbound, Rate};

/// The version of the API; every call names one.
const VERSION: &[(&str, &str)] = &[("notion-version", "2026-03-11")];

/// The provider.
pub struct Notion;

static PROFILE: Profile = Profile {
    id: "notion",
    name: "Notion",
    oauth: OAuth {
        auth_url: "https://api.notion.com/v1/oauth/authorize",
        token_url: "https://api.notion.com/v1/oauth/token",
        revoke_url: Some("https://api.notion.com/v1/oauth/revoke"),
        pkce: false,
        client_auth: ClientAuth::Basic,
        secret_optional: false,
        body: BodyEncoding::Json,
        headers: VERSION,
        authorize_params: &[("owner", "user")],
        issuer: None,
        // A refresh token may be there, null or absent; both tokens rotate.
        tokens: TokenLife {
            expires: false,
            dies_unused_after: None,
        },
    },
    api: Endpoint {
        url: "https://api.notion.com",
        headers: VERSION,
    },
    // There are none: what a token may see is what the person picked.
    scopes: &[],
    choice: Some(
        "At Notion you choose the pages and databases that Patchbay may see; what lies in them comes along.",
    ),
    streams: streams::STREAMS,
    when_empty: "Notion shows only the pages that you shared with Patchbay. Reconnect to share more. \
                 What was shared just now may take Notion a few minutes to list: then load again.",
    limits: Limits {
        // 180 in 60 s are allowed to a connection on most plans, and may be spent at once.
        account: Rate {
            requests: 180,
            per: Duration::from_secs(60),
        },
        others: &[],
        announced_by: None,
    },
    reading: wire::reading,
    apps_url: "https://www.notion.so/profile/integrations",
    developer_url: "https://www.notion.so/profile/integrations",
};

#[async_trait]
impl Provider for Notion {
    fn profile(&self) -> &'static Profile {
        &PROFILE
    }

    async fn account(&self, introduction: Introduction<'_>) -> Result<Account, CallError> {
        oauth::account(introduction.grant)
    }

    async fn check(&self, call: &Call) -> Result<(), CallError> {
        call.check(oauth::me()).await
    }

    async fn fetch(
        &self,
        call: &Call,
        _account: &Account,
        step: &Fetch,
    ) -> Result<Fetched, FetchError> {
        streams::fetch(call, step).await
    }

    fn contents(&self) -> Option<&dyn Contents> {
        Some(self)
    }

    fn follow_up(&self, stream: &str, places: &BTreeMap<String, u64>) -> Vec<Fetch> {
        streams::follow_up(stream, places)
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
