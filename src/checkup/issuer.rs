//! The issuer that people sign in at.

use super::client::{self, Of, With};
use super::{Finding, Seen};
use crate::identity::sso::{self, IssuerError};
use crate::providers;

/// What is said of it is said under this name.
pub const ABOUT: &str = "Single sign-on";

/// Asks an issuer who it is, tries our client there, and looks at its clock.
pub async fn check(configured: &sso::Configured, with: With<'_>) -> (Finding, Option<Seen>) {
    match sso::look(with.outbound, configured).await {
        Ok(client) => {
            let of = Of {
                name: ABOUT,
                prefix: "PATCHBAY_OIDC",
                pkce: true,
                judge: &providers::classify_by_oauth,
            };
            client::check(of, &client, with).await
        }
        Err(error @ IssuerError::Away(_)) => (Finding::unknown(ABOUT, error.to_string()), None),
        Err(error @ IssuerError::Broken(_)) => {
            let text = format!("{error}; correct PATCHBAY_OIDC_ISSUER");
            (Finding::wrong(ABOUT, text), None)
        }
    }
}
