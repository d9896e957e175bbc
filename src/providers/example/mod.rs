//! The worked example of docs/adding-a-provider.md: Shelf, a library that does not exist. It is built and
//! tested like any other provider, and is in no registry.

mod oauth;
mod streams;
mod wire;

use std::time::Duration;

use async_trait::async_trait;

use super::{
    Account, Endpoint, Fetch, FetchError, Fetched, Introduction, Limits, OAuth, Profile, Provider,
    Scope, TokenLife,
};
use crate::outbound::oauth::{BodyEncoding, ClientAuth};
use crate::outbound::{Call, CallError, Meaning, Rate};

/// The provider.
pub struct Shelf;

static PROFILE: Profile = Profile {
    id: "shelf",
    name: "Shelf",
    oauth: OAuth {
        auth_url: "https://shelf.example/oauth/authorize",
        token_url: "https://api.shelf.example/oauth/token",
        revoke_url: None,
        pkce: true,
        client_auth: ClientAuth::Basic,
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
        url: "https://api.shelf.example",
        headers: &[("shelf-version", "3")],
    },
    scopes: &[Scope {
        id: "books.read",
        words: "Read your shelves and the books on them",
        optional: false,
    }],
    choice: None,
    streams: streams::STREAMS,
    when_empty: "Shelf lists only books that somebody put on a shelf.",
    limits: Limits {
        account: Rate {
            requests: 60,
            per: Duration::from_secs(60),
        },
        others: &[],
        announced_by: None,
    },
    reading: |_, _| Meaning::Usual,
    apps_url: "https://shelf.example/settings/apps",
    developer_url: "https://shelf.example/developers",
};

#[async_trait]
impl Provider for Shelf {
    fn profile(&self) -> &'static Profile {
        &PROFILE
    }

    async fn account(&self, introduction: Introduction<'_>) -> Result<Account, CallError> {
        oauth::account(introduction.call).await
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
}

mod tests;
