//! The way back: what a provider's redirect carries, checked against what was begun. What is refused stands in the
//! trail of whoever it concerns.

use secrecy::SecretString;

use super::pending::Pending;
use super::refused::{Refused, Visitor};
use super::{Connections, Refusal};
use crate::outbound::oauth::{AuthorizationResponse, Client, printable};
use crate::owner::Owner;
use crate::providers::{Account, Profile};
use crate::vault::once::Found;

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
    /// Takes what the provider's redirect brings, in the browser of `visitor`.
    pub async fn complete(
        &self,
        provider: &str,
        visitor: &Visitor,
        response: AuthorizationResponse,
    ) -> Result<Completed, Refusal> {
        match self.completed(provider, visitor, response).await {
            Ok(completed) => Ok(completed),
            Err(refused) => {
                self.note_refused(provider, visitor, &refused).await;
                Err(refused.why)
            }
        }
    }

    async fn completed(
        &self,
        provider: &str,
        visitor: &Visitor,
        response: AuthorizationResponse,
    ) -> Result<Completed, Refused> {
        let profile = self.profile(provider).ok_or(Refusal::NotConfigured)?;
        let client = self.setup.vault.client(profile.id);
        let client = client.ok_or(Refusal::NotConfigured)?;
        let session = visitor.session();
        let pending = self.pending_of(profile, session, &response).await?;
        let code = code_of(profile, response, client);
        let code = code.map_err(|why| Refused::of(why, &pending))?;
        let in_window = pending.session.is_none();
        Ok(match code {
            None if in_window => Completed::DeniedToProgram,
            None => Completed::Here {
                end: End::Denied,
                return_to: pending.return_to,
            },
            Some(code) if in_window => Completed::ForProgram(Returned { pending, code }),
            Some(code) => {
                let (return_to, owner) = (pending.return_to.clone(), pending.owner.clone());
                let end = self.make(pending, code, visitor.peer.clone()).await;
                let whose = Some(owner);
                let end = end.map_err(|why| Refused { why, whose })?;
                Completed::Here { end, return_to }
            }
        })
    }

    /// Exchanges the code of an authorisation that a program began, for the person in the browser of `visitor`.
    pub async fn finish(&self, returned: Returned, visitor: &Visitor) -> Result<End, Refusal> {
        let Returned { pending, code } = returned;
        let (provider, whose) = (pending.provider.clone(), Some(pending.owner.clone()));
        let made = self.make(pending, code, visitor.peer.clone()).await;
        match made.map_err(Refusal::in_window) {
            Ok(end) => Ok(end),
            Err(why) => {
                let refused = Refused { why, whose };
                self.note_refused(&provider, visitor, &refused).await;
                Err(refused.why)
            }
        }
    }

    /// The authorisation that the callback belongs to, if it may be completed here.
    async fn pending_of(
        &self,
        profile: &Profile,
        session: Option<&str>,
        response: &AuthorizationResponse,
    ) -> Result<Pending, Refused> {
        let state = response.state.as_deref();
        let state = state.ok_or(Refusal::MissingState)?;
        let found = self.pending().take::<Pending>(state).await;
        let pending = match found.map_err(Refusal::from)? {
            Found::Good(pending) => pending,
            Found::Expired(pending) => return Err(Refused::of(Refusal::ExpiredState, &pending)),
            Found::Used => return Err(Refusal::UsedState.into()),
            Found::Nothing => return Err(Refusal::UnknownState.into()),
        };
        if pending.provider != profile.id {
            return Err(Refused::of(Refusal::OtherProvider, &pending));
        }
        // What a browser session began is completed in that session alone.
        if pending.session.is_some() && session != pending.session.as_deref() {
            return Err(Refused::of(Refusal::OtherSession, &pending));
        }
        Ok(pending)
    }
}

/// The code that the provider sends; `None` where the person said no.
fn code_of(
    profile: &Profile,
    response: AuthorizationResponse,
    client: &Client,
) -> Result<Option<SecretString>, Refusal> {
    let own_issuer = client.auth_url.origin().ascii_serialization();
    let issuer = profile.oauth.issuer.unwrap_or(&own_issuer);
    let stranger = |iss: &str| iss.trim_end_matches('/') != issuer;
    if response.iss.as_deref().is_some_and(stranger) {
        return Err(Refusal::WrongIssuer);
    }
    match response.error.as_deref() {
        Some("access_denied") => Ok(None),
        Some(error) => Err(Refusal::Reported(printable(error))),
        None => response.code.map(Some).ok_or(Refusal::MissingCode),
    }
}
