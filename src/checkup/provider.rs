//! A provider, by what is configured of it.

use super::client::{self, Of, With};
use super::{Finding, Seen};
use crate::outbound::oauth::Client;
use crate::providers::Provider;

/// What a provider without a whole client has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Has {
    /// Nothing.
    Nothing,
    /// A client without the secret that it needs.
    NoSecret,
}

/// Tries a provider's client, and looks at its clock.
pub async fn check(
    provider: &dyn Provider,
    client: &Client,
    with: With<'_>,
) -> (Finding, Option<Seen>) {
    let profile = provider.profile();
    let of = Of {
        name: profile.name,
        prefix: &profile.id.to_uppercase(),
        pkce: profile.oauth.pkce,
        judge: &|error| provider.classify(error),
    };
    client::check(of, client, with).await
}

/// A provider without a whole client: what is missing, and how to come by it.
pub fn unset(provider: &dyn Provider, has: Has) -> Finding {
    let profile = provider.profile();
    let prefix = profile.id.to_uppercase();
    match has {
        Has::NoSecret => Finding::wrong(
            profile.name,
            format!("{prefix}_CLIENT_SECRET is not set, and it knows no client without one"),
        ),
        Has::Nothing => Finding::unset(
            profile.name,
            format!(
                "register an app at {} and set {prefix}_CLIENT_ID and {prefix}_CLIENT_SECRET",
                profile.developer_url
            ),
        ),
    }
}
