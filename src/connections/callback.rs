//! The way back: what a provider's redirect carries, checked against what was begun.

use secrecy::SecretString;

use super::pending::{Found, Pending};
use super::{Connections, Refusal};
use crate::outbound::oauth::{Client, printable};
use crate::providers::{Account, Profile};

/// What a provider's redirect carries. It has no `Debug`: code and state do not print.
#[derive(Default)]
pub struct Callback {
    /// The state that we gave.
    pub state: Option<String>,
    /// The code to exchange.
    pub code: Option<SecretString>,
    /// Why there is none.
    pub error: Option<String>,
    /// Who says so (RFC 9207).
    pub iss: Option<String>,
}

/// A connection that was made, one that may be, or a person who said no.
pub enum Completed {
    /// It is stored.
    Connected {
        /// Who it is at the provider.
        account: Account,
        /// Where the person goes on.
        return_to: String,
    },
    /// It is another account than the connected one: the person is asked which of the two to keep.
    OtherAccount,
    /// The person said no at the provider.
    Denied {
        /// Where the person goes on.
        return_to: String,
    },
}

impl Connections {
    /// Completes an authorisation. `session` is what the request's browser session is tied by.
    pub async fn complete(
        &self,
        provider: &str,
        session: Option<&str>,
        callback: Callback,
    ) -> Result<Completed, Refusal> {
        let profile = self.profile(provider).ok_or(Refusal::NotConfigured)?;
        let client = self.setup.vault.client(profile.id);
        let client = client.ok_or(Refusal::NotConfigured)?;
        let pending = self.pending_of(profile, session, &callback, client).await?;
        if let Some(error) = callback.error {
            return match error.as_str() {
                "access_denied" => Ok(Completed::Denied {
                    return_to: pending.return_to,
                }),
                _ => Err(Refusal::Reported(printable(&error))),
            };
        }
        let code = callback.code.ok_or(Refusal::MissingCode)?;
        self.make(pending, code).await
    }

    /// The authorisation that the callback belongs to, if nothing speaks against it.
    async fn pending_of(
        &self,
        profile: &Profile,
        session: Option<&str>,
        callback: &Callback,
        client: &Client,
    ) -> Result<Pending, Refusal> {
        let state = callback.state.as_deref().filter(|state| !state.is_empty());
        let pending = match self
            .take_pending(state.ok_or(Refusal::MissingState)?)
            .await?
        {
            Found::Good(pending) => *pending,
            Found::Expired => return Err(Refusal::ExpiredState),
            Found::Used => return Err(Refusal::UsedState),
            Found::Nothing => return Err(Refusal::UnknownState),
        };
        if pending.provider != profile.id {
            return Err(Refusal::OtherProvider);
        }
        if session != Some(pending.session.as_str()) {
            return Err(Refusal::OtherSession);
        }
        let own_issuer = client.auth_url.origin().ascii_serialization();
        let issuer = profile.oauth.issuer.unwrap_or(&own_issuer);
        let stranger = |iss: &str| iss.trim_end_matches('/') != issuer;
        if callback.iss.as_deref().is_some_and(stranger) {
            return Err(Refusal::WrongIssuer);
        }
        Ok(pending)
    }
}
