//! A token that is good now: the stored one, or one fresh from the provider.
//!
//! At most one refresh runs at a time: callers in this process queue at a flight, replicas at a lock in
//! Redis, and whoever comes to its turn reads the record again first. The write is a compare-and-set.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use super::record::{Connection, Credential, State};
use super::{Parts, Vault, VaultError};
use crate::owner::Owner;
use crate::store::{Lease, keys};

/// Life of the lock; longer than a call to the provider can take.
const LOCK_LIFE: Duration = Duration::from_secs(45);
/// How often a replica that waits for another's refresh looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(150);

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
    #[error("There is no connection")]
    NotConnected,
    /// Access was withdrawn.
    #[error("Access was withdrawn: reconnect")]
    Withdrawn,
    /// The operator's fault.
    #[error("The provider does not accept this Patchbay's client id or secret: tell the operator")]
    Misconfigured,
    /// It will pass.
    #[error("A fresh token could not be had just now: try again later")]
    Passing,
    /// A fault of our own.
    #[error("The credential cannot be read just now")]
    Own(#[from] VaultError),
}

/// Which tokens will not do, beyond expired ones.
#[derive(Clone, Copy)]
pub(super) enum Unless<'a> {
    /// One that is about to expire.
    Expiring,
    /// Also this one, which the provider rejected.
    Is(&'a SecretString),
}

impl Unless<'_> {
    pub(super) fn rejects(self, credential: &Credential) -> bool {
        match self {
            Self::Expiring => false,
            Self::Is(rejected) => rejected.expose_secret() == credential.access.expose_secret(),
        }
    }
}

impl Token {
    pub(super) fn of(credential: &Credential, margin: Duration) -> Self {
        Self {
            access: credential.access.clone(),
            ask_again_at: credential.refresh_at(margin),
        }
    }
}

impl Vault {
    /// A token that is good now.
    pub async fn fresh_token(&self, owner: &Owner, provider: &str) -> Result<Token, TokenError> {
        let token = self.token_unless(owner, provider, Unless::Expiring).await?;
        // A token in hand is not held back because its use cannot be noted.
        if let Err(error) = self.touch(owner, provider).await {
            tracing::debug!(provider, %error, "the use of a connection could not be noted");
        }
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
        let refresh = async move {
            let _flight = flight;
            parts
                .refresh_in_turn(&owner, &provider, rejected.as_ref())
                .await
        };
        let refresh = self.parts.refreshes.track_future(refresh);
        let refresh = self.parts.tasks.spawn(refresh);
        refresh.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a refresh broke off");
            Err(TokenError::Passing)
        })
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

    pub(super) fn judge(
        &self,
        connection: &Connection,
        unless: Unless<'_>,
    ) -> Result<Option<Token>, TokenError> {
        if connection.state == State::ActionNeeded {
            return Err(TokenError::Withdrawn);
        }
        let now = self.clock.now();
        let credential = &connection.credential;
        let token = Token::of(credential, self.margin);
        let works = credential.is_alive(now) && !unless.rejects(credential);
        if works && token.ask_again_at.is_none_or(|due| now < due) {
            return Ok(Some(token));
        }
        // Between tries of a refresh that fails, an old token that still works is better than none.
        match connection.retry.filter(|retry| now < retry.at) {
            None => Ok(None),
            Some(_) if works => Ok(Some(token)),
            Some(_) if connection.state == State::Misconfigured => Err(TokenError::Misconfigured),
            Some(_) => Err(TokenError::Passing),
        }
    }

    pub(super) async fn refresh_in_turn(
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
            return self.withdraw(owner, provider, stored).await;
        };
        match client.refresh(&self.outbound, &refresh).await {
            Ok(grant) => {
                let fresh = Credential::from_grant(&grant, Some(&refresh), self.clock.now());
                self.store_until_done(owner, provider, stored, &refresh, fresh)
                    .await
            }
            Err(error) => self.settle(owner, provider, stored, unless, &error).await,
        }
    }
}
