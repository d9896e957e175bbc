//! Airtable: the bases that somebody chose, their tables, and on request the records in them.
//!
//! Facts are Airtable's reference of mid 2026 unless a comment says otherwise.

mod cell;
mod items;
mod oauth;
mod streams;
mod wire;

use std::time::Duration;

use async_trait::async_trait;

use super::{
    Account, Endpoint, Fetch, FetchError, Fetched, GrantFailure, Introduction, Limits, OAuth,
    Profile, Provider, Scope, TokenLife,
};
use crate::outbound::oauth::{BodyEncoding, ClientAuth, GrantError};
use crate::outbound::{Call, CallError, Rate};

/// The unit of a base's limit.
const BASE: &str = "base";

/// The provider.
pub struct Airtable;

static PROFILE: Profile = Profile {
    id: "airtable",
    name: "Airtable",
    oauth: OAuth {
        auth_url: "https://airtable.com/oauth2/v1/authorize",
        token_url: "https://airtable.com/oauth2/v1/token",
        revoke_url: None,
        // Required. Its verifier may not have a `~`; ours are base64url, which has none.
        pkce: true,
        client_auth: ClientAuth::Basic,
        secret_optional: true,
        body: BodyEncoding::Form,
        headers: &[],
        authorize_params: &[],
        issuer: None,
        tokens: TokenLife {
            expires: true,
            dies_unused_after: Some(Duration::from_secs(60 * 24 * 60 * 60)),
        },
    },
    api: Endpoint {
        url: "https://api.airtable.com",
        headers: &[],
    },
    scopes: &[
        Scope {
            id: oauth::SCHEMA,
            words: "Read bases and their tables",
            optional: false,
        },
        Scope {
            id: oauth::RECORDS,
            words: "Read records",
            optional: false,
        },
        Scope {
            id: oauth::EMAIL,
            words: "See your email address, to name the connection",
            optional: true,
        },
    ],
    choice: Some("At Airtable you choose the bases that Patchbay may see."),
    streams: streams::STREAMS,
    when_empty: "Airtable shows only the bases that you chose for Patchbay, and your organization may hide \
                 its bases from apps. Reconnect to choose others.",
    limits: Limits {
        // Documented for personal access tokens; nothing is for OAuth.
        account: Rate {
            requests: 50,
            per: Duration::from_secs(1),
        },
        others: &[(
            BASE,
            Rate {
                requests: 5,
                per: Duration::from_secs(1),
            },
        )],
        announced_by: None,
    },
    reading: wire::reading,
    apps_url: "https://airtable.com/account/integrations",
    developer_url: "https://airtable.com/create/oauth",
};

#[async_trait]
impl Provider for Airtable {
    fn profile(&self) -> &'static Profile {
        &PROFILE
    }

    async fn account(&self, introduction: Introduction<'_>) -> Result<Account, CallError> {
        oauth::account(introduction.call).await
    }

    async fn check(&self, call: &Call) -> Result<(), CallError> {
        call.check(oauth::whoami()).await
    }

    async fn fetch(
        &self,
        call: &Call,
        _account: &Account,
        step: &Fetch,
    ) -> Result<Fetched, FetchError> {
        streams::fetch(call, step).await
    }

    fn classify(&self, error: &GrantError) -> GrantFailure {
        oauth::classify(error)
    }
}

#[cfg(test)]
mod tests;
