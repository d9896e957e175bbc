//! A token that is good now: the stored one, or one fresh from the provider.
//!
//! Which step comes after which is in `procedure.rs`, what a step does in `perform/`, what a failure means for
//! the connection in `outcome.rs`, and who else waits for the same refresh in `flight.rs`.

mod demand;
mod flight;
#[cfg(test)]
mod model;
mod outcome;
mod perform;
mod procedure;

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};

pub(super) use demand::Demand;
pub(super) use flight::Flights;
use procedure::Need;

use super::credential::Credential;
use super::record::{Connection, Ended, LastError, State};
use super::{Counted, Parts, Reader, Vault, VaultError};
use crate::owner::Owner;

/// Uses that follow so closely are noted once: each note is a write that is put on disk.
const NOTED_AGAIN: Duration = Duration::from_secs(60);
/// A token of this age is not to blame for a refusal.
const FRESH: SignedDuration = SignedDuration::from_secs(60);

/// A token to call the provider with.
#[derive(Clone, Debug)]
pub struct Token {
    /// The access token.
    pub access: SecretString,
    /// The moment from which to ask again; `None` where the provider names no expiry.
    pub ask_again_at: Option<Timestamp>,
    /// The permissions that it has.
    pub scopes: Vec<String>,
}

/// Why there is no token. The texts are for people.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TokenError {
    /// There is no connection.
    #[error("There is no connection")]
    NotConnected,
    /// Access has ended.
    #[error("{}: reconnect", why(*.0))]
    Ended(Ended),
    /// The operator's fault.
    #[error("The provider does not accept this Patchbay's client id or secret: tell the operator")]
    Misconfigured,
    /// It will pass.
    #[error("A fresh token could not be had just now: try again later")]
    Passing,
    /// A fault of our own.
    #[error("The credential cannot be read just now")]
    Own(Arc<VaultError>),
}

fn why(ended: Ended) -> &'static str {
    match ended {
        Ended::Withdrawn => "Access was withdrawn",
        Ended::Lost => "The renewed tokens were lost on their way here",
        Ended::Refused => "The provider refuses even fresh tokens",
        Ended::Unrenewable => "The token has ended and cannot be renewed",
    }
}

impl From<VaultError> for TokenError {
    fn from(error: VaultError) -> Self {
        Self::Own(Arc::new(error))
    }
}

impl Token {
    /// Longest that a program waits for one. A provider's answer does not take so long: what is still waited for then is
    /// our own store, or another replica.
    pub const LONGEST_WAIT: Duration = Duration::from_secs(30);
    /// When to ask again after one was waited for in vain.
    pub const ASK_AGAIN: Duration = Duration::from_secs(5);

    fn of(connection: &Connection, margin: Duration, now: Timestamp) -> Self {
        let credential = &connection.credential;
        let due = credential.refresh_at(margin);
        Self {
            access: credential.access.clone(),
            ask_again_at: due.map(|due| ask_again(connection, due, now)),
            scopes: connection.scopes.clone(),
        }
    }

    fn is(&self, access: &SecretString) -> bool {
        self.access.expose_secret() == access.expose_secret()
    }
}

/// When another token is to be asked for: when this one is `due`. Where it could not be renewed then, at the next try, or
/// at its end if that comes first.
fn ask_again(connection: &Connection, due: Timestamp, now: Timestamp) -> Timestamp {
    if due > now {
        return due;
    }
    let retry = connection.retry.map(|retry| retry.at);
    let times = [retry, connection.credential.expires_at];
    let times = times.into_iter().flatten().filter(|at| *at > now);
    times.min().unwrap_or(due)
}

impl Vault {
    /// A token that is good now.
    pub async fn fresh_token(&self, owner: &Owner, provider: &str) -> Result<Token, TokenError> {
        let found = self.token_and_use(owner, provider, &Demand::Usual);
        let (token, used_at) = found.await?;
        let now = self.parts.clock.now();
        let again = NOTED_AGAIN.min(self.forget_after() / 4);
        if used_at.is_some_and(|used| used.duration_until(now).unsigned_abs() < again) {
            return Ok(token);
        }
        // A token in hand is not held back because its use cannot be noted.
        if let Err(error) = self.parts.note_use(owner, provider).await {
            tracing::debug!(provider, %error, "the use of a connection could not be noted");
        }
        Ok(token)
    }

    /// The same, for a program that takes it away, which the connection's history tells; and how that was counted.
    pub async fn token_for_program(
        &self,
        owner: &Owner,
        provider: &str,
        reader: &Reader,
    ) -> Result<(Token, Counted), TokenError> {
        let token = self.fresh_token(owner, provider).await?;
        let counted = self.note_read(owner, provider, reader).await;
        Ok((token, counted))
    }

    /// Another token, after the provider answered 401 to `rejected`. Where the stored one is another by
    /// now, that is it.
    pub async fn rejected(
        &self,
        owner: &Owner,
        provider: &str,
        rejected: &SecretString,
    ) -> Result<Token, TokenError> {
        // First of all, so that nobody is handed it any more, whatever comes of the refresh.
        let noted = self.parts.change(owner, provider, |connection| {
            let stored = connection.credential.access.expose_secret() == rejected.expose_secret();
            (stored && !connection.rejected).then(|| {
                let mut next = connection.clone();
                next.rejected = true;
                next
            })
        });
        noted.await?;
        let demand = Demand::Another(rejected.clone());
        self.token(owner, provider, &demand).await
    }

    /// A newer token than the stored one, whether that is due or not; `insist`: also before the next try is due.
    /// While the stored one works, a failure leaves it in use.
    pub async fn renew(
        &self,
        owner: &Owner,
        provider: &str,
        insist: bool,
    ) -> Result<Token, TokenError> {
        let stored = self.get(owner, provider).await?;
        let stored = stored.ok_or(TokenError::NotConnected)?;
        let than = stored.connection.credential.access;
        let demand = Demand::Newer { than, insist };
        self.token(owner, provider, &demand).await
    }

    /// The provider answered 401 even to a token that had just taken another's place: `true` where yet another
    /// is stored by now; else access has ended, and that is noted.
    pub async fn refused(
        &self,
        owner: &Owner,
        provider: &str,
        token: &SecretString,
    ) -> Result<bool, TokenError> {
        let holds = |connection: &Connection| {
            connection.credential.access.expose_secret() == token.expose_secret()
        };
        let now = self.parts.clock.now();
        let stored = self.get(owner, provider).await?;
        let stored = stored.ok_or(TokenError::NotConnected)?.connection;
        if holds(&stored) && !self.parts.is_fresh(&stored.credential, now) {
            // Another process had put it there a while ago: it may have died since.
            return self.rejected(owner, provider, token).await.map(|_| true);
        }
        let ended = self.parts.change(owner, provider, |connection| {
            let fits = holds(connection) && connection.state != State::ActionNeeded;
            fits.then(|| refused(connection, now))
        });
        let left = ended.await?.ok_or(TokenError::NotConnected)?;
        Ok(!holds(&left))
    }

    async fn token(
        &self,
        owner: &Owner,
        provider: &str,
        demand: &Demand,
    ) -> Result<Token, TokenError> {
        let found = self.token_and_use(owner, provider, demand).await?;
        Ok(found.0)
    }

    /// The token, and when the connection was last used.
    async fn token_and_use(
        &self,
        owner: &Owner,
        provider: &str,
        demand: &Demand,
    ) -> Result<(Token, Option<Timestamp>), TokenError> {
        let mut joined = None;
        // Whoever joins a flight may have wanted another token than the one that it brought.
        for _ in 0..3 {
            let stored = self.parts.read(owner, provider).await?;
            let stored = stored.ok_or(TokenError::NotConnected)?;
            let now = self.parts.clock.now();
            let need = demand.need(&stored.connection, self.parts.margin, &self.parts.clock);
            if need == Need::Nothing {
                let token = self.parts.token_of(&stored.connection, demand)?;
                return Ok((token, stored.used_at));
            }
            if need != Need::Newer && !self.parts.clients.contains_key(provider) {
                // As long as it lives.
                let token = self.parts.token_of(&stored.connection, demand);
                let token = token.map_err(|_| TokenError::Misconfigured)?;
                return Ok((token, stored.used_at));
            }
            let token = match self.parts.fly(owner, provider, demand).await {
                // A fault of our own is none of the token's.
                Err(TokenError::Own(_)) if demand.works(&stored.connection, now) => {
                    self.parts.token_of(&stored.connection, demand)?
                }
                other => other?,
            };
            if demand.is_met_by(&token) {
                return Ok((token, stored.used_at));
            }
            joined = Some((token, stored.used_at));
        }
        joined.ok_or(TokenError::Passing)
    }
}

fn refused(connection: &Connection, now: Timestamp) -> Connection {
    let mut next = connection.clone();
    next.last_error = Some(LastError {
        at: now,
        text: "Calling the provider: it answered 401 even to a fresh token".to_owned(),
        id: String::new(),
        reference: None,
    });
    next.end(Ended::Refused, now);
    next
}

impl Parts {
    /// Whether a token is too young to be refused for its age: it came a moment ago, and is not due again yet.
    fn is_fresh(&self, credential: &Credential, now: Timestamp) -> bool {
        let age = credential.issued_at.duration_until(now);
        let due = credential.refresh_at(self.margin);
        age.abs() <= FRESH && due.is_none_or(|due| now < due)
    }

    /// The connection's token, if it will do; else why there is none.
    fn token_of(&self, connection: &Connection, demand: &Demand) -> Result<Token, TokenError> {
        if connection.state == State::ActionNeeded {
            let ended = connection.ended.unwrap_or(Ended::Withdrawn);
            return Err(TokenError::Ended(ended));
        }
        let now = self.clock.now();
        if demand.works(connection, now) {
            return Ok(Token::of(connection, self.margin, now));
        }
        Err(match connection.state {
            State::Misconfigured => TokenError::Misconfigured,
            _ => TokenError::Passing,
        })
    }
}
