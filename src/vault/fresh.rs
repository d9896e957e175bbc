//! A token that is good now: the stored one, or one fresh from the provider.
//!
//! At most one refresh runs at a time: callers in this process queue at a flight, replicas at a lock in
//! Redis, and whoever comes to its turn reads the record again first. The write is a compare-and-set.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};

use super::record::{Connection, Credential, LastError, Retry, State};
use super::{Parts, Stored, Vault, VaultError};
use crate::outbound::oauth::GrantError;
use crate::owner::Owner;
use crate::providers::GrantFailure;
use crate::store::{Lease, keys};

/// Life of the lock; longer than a call to the provider can take.
const LOCK_LIFE: Duration = Duration::from_secs(45);
/// How often a replica that waits for another's refresh looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(150);
/// First and longest pause after a refresh that failed for a passing reason.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(5);
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(15);
/// Pauses between tries to store what the provider granted.
const WRITE_AGAIN: Duration = Duration::from_millis(500);

/// A token to call the provider with.
#[derive(Clone, Debug)]
pub struct Token {
    /// The access token.
    pub access: SecretString,
    /// The moment from which to ask again; `None` where the provider names no expiry.
    pub ask_again_at: Option<Timestamp>,
}

/// Why there is no token. The texts are for people.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// There is no connection.
    #[error("there is no connection")]
    NotConnected,
    /// Access was withdrawn.
    #[error("access was withdrawn: reconnect")]
    Withdrawn,
    /// The operator's fault.
    #[error("the provider does not accept this Patchbay's client id or secret: tell the operator")]
    Misconfigured,
    /// It will pass.
    #[error("a fresh token could not be had just now; try again later")]
    Passing,
    /// A fault of our own.
    #[error("the credential cannot be read just now")]
    Own(#[from] VaultError),
}

/// Which tokens will not do, beyond expired ones.
#[derive(Clone, Copy)]
enum Unless<'a> {
    Expiring,
    Is(&'a SecretString),
}

impl Vault {
    /// A token that is good now.
    pub async fn fresh_token(&self, owner: &Owner, provider: &str) -> Result<Token, TokenError> {
        let token = self.token_unless(owner, provider, Unless::Expiring).await?;
        self.touch(owner, provider).await?;
        Ok(token)
    }

    /// Another token, after the provider answered 401 to `rejected`. Where the stored one is another by
    /// now, that is it.
    pub async fn rejected(
        &self,
        owner: &Owner,
        provider: &str,
        rejected: &SecretString,
    ) -> Result<Token, TokenError> {
        self.token_unless(owner, provider, Unless::Is(rejected))
            .await
    }

    async fn token_unless(
        &self,
        owner: &Owner,
        provider: &str,
        unless: Unless<'_>,
    ) -> Result<Token, TokenError> {
        if let Some(token) = self.parts.usable(owner, provider, unless).await? {
            return Ok(token);
        }
        let flight = self.parts.flight(owner, provider).lock_owned().await;
        if let Some(token) = self.parts.usable(owner, provider, unless).await? {
            return Ok(token);
        }
        let rejected = match unless {
            Unless::Expiring => None,
            Unless::Is(token) => Some(token.clone()),
        };
        let (parts, owner, provider) =
            (Arc::clone(&self.parts), owner.clone(), provider.to_owned());
        // A task of its own: if whoever asked goes away, the refresh still ends and is stored.
        let refresh = self.parts.tasks.spawn(async move {
            let _flight = flight;
            parts
                .refresh_in_turn(&owner, &provider, rejected.as_ref())
                .await
        });
        refresh.await.unwrap_or(Err(TokenError::Passing))
    }
}

impl Parts {
    fn flight(&self, owner: &Owner, provider: &str) -> Arc<tokio::sync::Mutex<()>> {
        let name = keys::refresh_lock(owner, provider).to_string();
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        flights.retain(|_, flight| flight.strong_count() > 0);
        if let Some(flight) = flights.get(&name).and_then(std::sync::Weak::upgrade) {
            return flight;
        }
        let flight = Arc::default();
        flights.insert(name, Arc::downgrade(&flight));
        flight
    }

    /// The stored token if it will do; `None` if a refresh is due; an error if none can help.
    async fn usable(
        &self,
        owner: &Owner,
        provider: &str,
        unless: Unless<'_>,
    ) -> Result<Option<Token>, TokenError> {
        let stored = self
            .read(owner, provider)
            .await?
            .ok_or(TokenError::NotConnected)?;
        self.judge(&stored.connection, unless)
    }

    fn judge(
        &self,
        connection: &Connection,
        unless: Unless<'_>,
    ) -> Result<Option<Token>, TokenError> {
        let now = self.clock.now();
        let credential = &connection.credential;
        let due_at = credential.refresh_at(self.margin);
        let token = Token {
            access: credential.access.clone(),
            ask_again_at: due_at,
        };
        let alive = credential.expires_at.is_none_or(|expiry| now < expiry);
        let refused = match unless {
            Unless::Expiring => false,
            Unless::Is(rejected) => rejected.expose_secret() == credential.access.expose_secret(),
        };
        match connection.state {
            State::ActionNeeded => return Err(TokenError::Withdrawn),
            State::Misconfigured if refused || !alive => return Err(TokenError::Misconfigured),
            _ => {}
        }
        if !refused && due_at.is_none_or(|due| now < due) {
            return Ok(Some(token));
        }
        // While the provider has trouble, an old token that still works is better than none.
        if connection.retry.is_some_and(|retry| now < retry.at) {
            return if alive && !refused {
                Ok(Some(token))
            } else {
                Err(TokenError::Passing)
            };
        }
        Ok(None)
    }

    async fn refresh_in_turn(
        &self,
        owner: &Owner,
        provider: &str,
        rejected: Option<&SecretString>,
    ) -> Result<Token, TokenError> {
        let unless = rejected.map_or(Unless::Expiring, Unless::Is);
        loop {
            let lock = keys::refresh_lock(owner, provider);
            let Some(lease) = self
                .store
                .acquire(lock, LOCK_LIFE)
                .await
                .map_err(VaultError::from)?
            else {
                tokio::time::sleep(LOOK_AGAIN).await;
                if let Some(token) = self.usable(owner, provider, unless).await? {
                    return Ok(token);
                }
                continue;
            };
            let result = self.refresh_under_lock(owner, provider, unless).await;
            self.give_back(lease).await;
            return result;
        }
    }

    async fn give_back(&self, lease: Lease) {
        if let Err(error) = self.store.release(lease).await {
            tracing::warn!(%error, "a refresh lock could not be released; it ends by itself");
        }
    }

    async fn refresh_under_lock(
        &self,
        owner: &Owner,
        provider: &str,
        unless: Unless<'_>,
    ) -> Result<Token, TokenError> {
        let stored = self
            .read(owner, provider)
            .await?
            .ok_or(TokenError::NotConnected)?;
        if let Some(token) = self.judge(&stored.connection, unless)? {
            return Ok(token);
        }
        let client = self
            .clients
            .get(provider)
            .ok_or(TokenError::Misconfigured)?;
        let Some(refresh) = stored.connection.credential.refresh.clone() else {
            self.withdraw(owner, provider, stored).await?;
            return Err(TokenError::Withdrawn);
        };
        match client.refresh(&self.outbound, &refresh).await {
            Ok(grant) => {
                let fresh = Credential::from_grant(&grant, Some(&refresh), self.clock.now());
                self.store_until_done(owner, provider, stored, &refresh, fresh)
                    .await
            }
            Err(error) => self.refused(owner, provider, stored, &error).await,
        }
    }

    /// Stores what the provider granted before anyone uses it. The old token may be dead by now, so this
    /// does not give up while the store is away.
    async fn store_until_done(
        &self,
        owner: &Owner,
        provider: &str,
        mut stored: Stored,
        spent: &SecretString,
        fresh: Credential,
    ) -> Result<Token, TokenError> {
        let now = self.clock.now();
        loop {
            let mut next = stored.connection.clone();
            next.credential = fresh.clone();
            next.refreshed_at = Some(now);
            next.retry = None;
            if matches!(next.state, State::Retrying | State::Misconfigured) {
                next.set_state(State::Connected, now);
                next.note(now, "Refresh works again");
            }
            match self.write(owner, provider, stored.version, &next).await {
                Ok(Some(_)) => {
                    return self
                        .judge(&next, Unless::Expiring)?
                        .ok_or(TokenError::Passing);
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::error!(%error, provider, "a fresh credential cannot be stored yet; trying on");
                    tokio::time::sleep(WRITE_AGAIN).await;
                }
            }
            match self.read(owner, provider).await {
                // Somebody reconnected meanwhile: theirs is the newer grant.
                Ok(Some(newer)) if !holds(&newer.connection, spent) => {
                    return self
                        .judge(&newer.connection, Unless::Expiring)?
                        .ok_or(TokenError::Passing);
                }
                Ok(Some(same)) => stored = same,
                Ok(None) => return Err(TokenError::NotConnected),
                Err(error) => tracing::warn!(%error, provider, "a credential cannot be read yet"),
            }
        }
    }

    async fn refused(
        &self,
        owner: &Owner,
        provider: &str,
        mut stored: Stored,
        error: &GrantError,
    ) -> Result<Token, TokenError> {
        tracing::warn!(provider, %error, "a refresh failed");
        let failure = self
            .registry
            .get(provider)
            .map_or(GrantFailure::Passing, |provider| provider.classify(error));
        let now = self.clock.now();
        let connection = &mut stored.connection;
        connection.last_error = Some(LastError {
            at: now,
            text: format!("Refresh: the provider {error}"),
        });
        match failure {
            GrantFailure::Withdrawn => {
                self.withdraw(owner, provider, stored).await?;
                Err(TokenError::Withdrawn)
            }
            GrantFailure::Misconfigured => {
                connection.set_state(State::Misconfigured, now);
                connection.note(
                    now,
                    "The provider refused this Patchbay's client id or secret",
                );
                self.write(owner, provider, stored.version, &stored.connection)
                    .await?;
                Err(TokenError::Misconfigured)
            }
            GrantFailure::Passing => {
                let failures = connection
                    .retry
                    .map_or(0, |retry| retry.failures)
                    .saturating_add(1);
                connection.retry = Some(Retry {
                    at: next_try(now, failures),
                    failures,
                });
                let alive = connection
                    .credential
                    .expires_at
                    .is_none_or(|expiry| now < expiry);
                if !alive {
                    connection.set_state(State::Retrying, now);
                }
                self.write(owner, provider, stored.version, &stored.connection)
                    .await?;
                let credential = &stored.connection.credential;
                let token = Token {
                    access: credential.access.clone(),
                    ask_again_at: credential.refresh_at(self.margin),
                };
                if alive {
                    Ok(token)
                } else {
                    Err(TokenError::Passing)
                }
            }
        }
    }

    async fn withdraw(
        &self,
        owner: &Owner,
        provider: &str,
        mut stored: Stored,
    ) -> Result<(), VaultError> {
        let now = self.clock.now();
        stored.connection.set_state(State::ActionNeeded, now);
        stored.connection.retry = None;
        stored
            .connection
            .note(now, "Access was withdrawn at the provider");
        self.write(owner, provider, stored.version, &stored.connection)
            .await
            .map(drop)
    }
}

fn holds(connection: &Connection, refresh: &SecretString) -> bool {
    connection
        .credential
        .refresh
        .as_ref()
        .is_some_and(|held| held.expose_secret() == refresh.expose_secret())
}

fn next_try(now: Timestamp, failures: u32) -> Timestamp {
    let pause = FIRST_PAUSE
        .checked_mul(1 << failures.clamp(1, 10).saturating_sub(1))
        .unwrap_or(LONGEST_PAUSE)
        .min(LONGEST_PAUSE);
    now.checked_add(pause).unwrap_or(now)
}
