//! The way back: what the issuer's redirect carries, checked against what was begun.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::claims::Claims;
use super::id_token::{self, BadToken};
use super::issuer::Known;
use super::pending::Pending;
use super::{Identity, Refusal, Sso};
use crate::outbound::oauth::{AuthorizationResponse, Grant, GrantError, printable};
use crate::vault::once::Found;

/// Longest wait for the answer to a code: a person waits for it.
const EXCHANGE_TIME: Duration = Duration::from_secs(10);

/// What ties a request's browser session to what was begun in it.
#[derive(Clone, Debug, Default)]
pub struct Ties {
    /// What what is begun here is tied by.
    pub own: Option<String>,
    /// The same of the session that a sign-in put this one in the place of.
    pub before: Option<String>,
}

/// How a sign-in ends.
#[derive(Debug)]
pub enum Finished {
    /// The issuer says who it is; they go on at `next`.
    Proven {
        /// Who.
        identity: Identity,
        /// Where they go on.
        next: String,
    },
    /// Somebody signed in meanwhile, in another tab of the same browser: they go on at this page as who they are.
    SignedInBefore(String),
    /// The person, or the issuer for them, said no. They may go on to this page some other time.
    Denied(String),
}

impl Sso {
    /// Takes what the issuer's redirect brings.
    pub async fn finish(
        &self,
        ties: &Ties,
        response: AuthorizationResponse,
    ) -> Result<Finished, Refusal> {
        let pending = self.pending_of(&response).await?;
        if ties.own.as_deref() != Some(&*pending.session) {
            // Nothing changes by it, whoever sent them here.
            return match ties.before.as_deref() == Some(&*pending.session) {
                true => Ok(Finished::SignedInBefore(pending.next)),
                false => Err(Refusal::OtherSession),
            };
        }
        let known = self.0.issuer.known().await?;
        let Some(code) = code_of(&known, response)? else {
            return Ok(Finished::Denied(pending.next));
        };
        let grant = self.exchange(&known, &code, &pending).await?;
        let claims = self.proven(known, &grant, &pending.nonce).await?;
        Ok(Finished::Proven {
            identity: self.identity(claims)?,
            next: pending.next,
        })
    }

    async fn pending_of(&self, response: &AuthorizationResponse) -> Result<Pending, Refusal> {
        let state = response.state.as_deref();
        let state = state.ok_or(Refusal::MissingState)?;
        match self.pending().take(state).await? {
            Found::Good(pending) => Ok(pending),
            Found::Expired(_) => Err(Refusal::ExpiredState),
            Found::Used => Err(Refusal::UsedState),
            Found::Nothing => Err(Refusal::UnknownState),
        }
    }

    async fn exchange(
        &self,
        known: &Known,
        code: &SecretString,
        pending: &Pending,
    ) -> Result<Grant, Refusal> {
        let client = self.0.issuer.client(known);
        let verifier = SecretString::from(pending.verifier.as_str());
        let exchange = client.exchange(&self.0.setup.outbound, code, Some(&verifier));
        let grant = tokio::time::timeout(EXCHANGE_TIME, exchange).await;
        grant
            .unwrap_or(Err(GrantError::Lost))
            .map_err(Refusal::Exchange)
    }

    /// What the issuer says of the person. Where its token names a key that we do not know, its keys are read anew once.
    async fn proven(
        &self,
        mut known: Arc<Known>,
        grant: &Grant,
        nonce: &str,
    ) -> Result<Claims, Refusal> {
        let setup = &self.0.setup;
        let prove = |known: &Known| {
            id_token::prove(known, &setup.client_id, grant, nonce, setup.clock.now())
        };
        let claims = match prove(&known) {
            Err(BadToken::UnknownKey) => {
                let newer = self.0.issuer.renewed(&known).await?;
                known = newer.ok_or(Refusal::Token(BadToken::UnknownKey))?;
                prove(&known)
            }
            claims => claims,
        };
        Ok(self.completed(claims?, &known, grant).await?)
    }
}

/// The code that the issuer sends; `None` where it was denied.
fn code_of(
    known: &Known,
    response: AuthorizationResponse,
) -> Result<Option<SecretString>, Refusal> {
    match response.iss.as_deref() {
        Some(iss) if iss != known.metadata.issuer.as_str() => return Err(Refusal::WrongIssuer),
        None if known.metadata.names_itself => return Err(Refusal::WrongIssuer),
        _ => {}
    }
    match response.error.as_deref() {
        Some("access_denied") => Ok(None),
        Some(error) => Err(Refusal::Reported(printable(error))),
        None => response.code.map(Some).ok_or(Refusal::MissingCode),
    }
}
