//! The way back: what a provider's redirect carries, checked against what was begun.

use secrecy::SecretString;

use super::pending::{Found, Pending};
use super::{Connections, Refusal};
use crate::outbound::oauth::{Client, printable};
use crate::owner::Owner;
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

/// How an authorisation goes on, now that the person is back.
pub enum Completed {
    /// It was begun in this browser session, and is at its end: the person goes on at `return_to`.
    Here {
        /// What came of it.
        end: End,
        /// Where the person goes on.
        return_to: String,
    },
    /// A program began it, and the person has allowed it. Nothing was exchanged yet: whether they see for whom
    /// first is for the caller to decide.
    ForProgram(Returned),
    /// A program began it, and the person said no.
    DeniedToProgram,
}

/// What came of an authorisation.
pub enum End {
    /// The connection is stored.
    Connected(Account),
    /// It is another account than the connected one: the person is asked which of the two to keep.
    OtherAccount {
        /// The question's id.
        question: String,
    },
    /// The person said no at the provider.
    Denied,
}

/// Somebody who came back with a code, by an authorisation that a program began. It has no `Debug`: the code does
/// not print.
pub struct Returned {
    pub(super) pending: Pending,
    pub(super) code: SecretString,
}

impl Returned {
    /// Whose connection it is to be.
    pub fn owner(&self) -> &Owner {
        &self.pending.owner
    }
}

impl Connections {
    /// Takes what the provider's redirect brings. `session` is what the request's browser session is tied by.
    pub async fn complete(
        &self,
        provider: &str,
        session: Option<&str>,
        callback: Callback,
    ) -> Result<Completed, Refusal> {
        let profile = self.profile(provider).ok_or(Refusal::NotConfigured)?;
        let client = self.setup.vault.client(profile.id);
        let client = client.ok_or(Refusal::NotConfigured)?;
        let pending = self.pending_of(profile, session, &callback).await?;
        let code = match code_of(profile, callback, client) {
            Ok(code) => code,
            Err(refusal) => return Err(refusal.of(&pending)),
        };
        let in_window = pending.session.is_none();
        Ok(match code {
            None if in_window => Completed::DeniedToProgram,
            None => Completed::Here {
                end: End::Denied,
                return_to: pending.return_to,
            },
            Some(code) if in_window => Completed::ForProgram(Returned { pending, code }),
            Some(code) => {
                let return_to = pending.return_to.clone();
                let end = self.make(pending, code).await?;
                Completed::Here { end, return_to }
            }
        })
    }

    /// Exchanges the code of an authorisation that a program began.
    pub async fn finish(&self, returned: Returned) -> Result<End, Refusal> {
        let end = self.make(returned.pending, returned.code).await;
        end.map_err(Refusal::in_window)
    }

    /// The authorisation that the callback belongs to, if it may be completed here.
    async fn pending_of(
        &self,
        profile: &Profile,
        session: Option<&str>,
        callback: &Callback,
    ) -> Result<Pending, Refusal> {
        let state = callback.state.as_deref().filter(|state| !state.is_empty());
        let pending = match self
            .take_pending(state.ok_or(Refusal::MissingState)?)
            .await?
        {
            Found::Good(pending) => *pending,
            Found::Expired(pending) => return Err(Refusal::ExpiredState.of(&pending)),
            Found::Used => return Err(Refusal::UsedState),
            Found::Nothing => return Err(Refusal::UnknownState),
        };
        if pending.provider != profile.id {
            return Err(Refusal::OtherProvider.of(&pending));
        }
        // What a browser session began is completed in that session alone.
        if pending.session.is_some() && session != pending.session.as_deref() {
            return Err(Refusal::OtherSession);
        }
        Ok(pending)
    }
}

/// The code that the provider sends; `None` where the person said no.
fn code_of(
    profile: &Profile,
    callback: Callback,
    client: &Client,
) -> Result<Option<SecretString>, Refusal> {
    let own_issuer = client.auth_url.origin().ascii_serialization();
    let issuer = profile.oauth.issuer.unwrap_or(&own_issuer);
    let stranger = |iss: &str| iss.trim_end_matches('/') != issuer;
    if callback.iss.as_deref().is_some_and(stranger) {
        return Err(Refusal::WrongIssuer);
    }
    match callback.error.as_deref() {
        Some("access_denied") => Ok(None),
        Some(error) => Err(Refusal::Reported(printable(error))),
        None => callback.code.map(Some).ok_or(Refusal::MissingCode),
    }
}
