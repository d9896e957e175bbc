//! What becomes of a refresh: the fresh credential is stored, or the connection gets the state that the
//! failure means.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};

use super::fresh::{Token, TokenError, Unless};
use super::record::{Connection, Credential, LastError, Retry, State};
use super::{Parts, Stored, VaultError};
use crate::outbound::oauth::GrantError;
use crate::owner::Owner;
use crate::providers::GrantFailure;

/// First and longest pause after a refresh that failed.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(5);
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(15);
/// Pause between tries to store what the provider granted.
const WRITE_AGAIN: Duration = Duration::from_millis(500);

impl Parts {
    /// Stores what the provider granted before anyone uses it. The old token may be dead by now, so this
    /// does not give up while the store is away.
    pub(super) async fn store_until_done(
        &self,
        owner: &Owner,
        provider: &str,
        mut stored: Stored,
        spent: &SecretString,
        fresh: Credential,
    ) -> Result<Token, TokenError> {
        let now = self.clock.now();
        loop {
            let next = renewed(&stored.connection, &fresh, now);
            match self.write(owner, provider, stored.version, &next).await {
                Ok(Some(_)) => return self.token_of(&next),
                Ok(None) => {}
                Err(error) => wait_for_store(provider, error).await?,
            }
            match self.read(owner, provider).await {
                // Somebody reconnected meanwhile: theirs is the newer grant.
                Ok(Some(newer)) if !holds(&newer.connection, spent) => {
                    return self.token_of(&newer.connection);
                }
                Ok(Some(same)) => stored = same,
                Ok(None) => return Err(TokenError::NotConnected),
                Err(error) => wait_for_store(provider, error).await?,
            }
        }
    }

    fn token_of(&self, connection: &Connection) -> Result<Token, TokenError> {
        let token = self.judge(connection, Unless::Expiring)?;
        token.ok_or(TokenError::Passing)
    }

    /// Gives the connection the state that a failed refresh means. While the old token works, it is handed
    /// out; `unless` says whether the provider has just rejected it.
    pub(super) async fn settle(
        &self,
        owner: &Owner,
        provider: &str,
        mut stored: Stored,
        unless: Unless<'_>,
        error: &GrantError,
    ) -> Result<Token, TokenError> {
        tracing::warn!(provider, %error, "a refresh failed");
        let known = self.registry.get(provider);
        let failure = known.map_or(GrantFailure::Passing, |known| known.classify(error));
        let now = self.clock.now();
        let connection = &mut stored.connection;
        connection.last_error = Some(LastError {
            at: now,
            text: format!("Refresh: the provider {error}"),
        });
        let works = connection.credential.is_alive(now) && !unless.rejects(&connection.credential);
        let lost = match failure {
            GrantFailure::Withdrawn => return self.withdraw(owner, provider, stored).await,
            GrantFailure::Misconfigured => {
                let text = "The provider refused this Patchbay's client id or secret";
                connection.enter(State::Misconfigured, now, text);
                TokenError::Misconfigured
            }
            GrantFailure::Passing | GrantFailure::Conflict(_) => {
                if !works {
                    connection.enter(State::Retrying, now, "The provider gives no fresh token");
                }
                TokenError::Passing
            }
        };
        let at_least = match failure {
            GrantFailure::Conflict(pause) => Some(pause),
            _ => error.retry_after(),
        };
        connection.retry = Some(next_try(connection.retry, now, at_least));
        self.write(owner, provider, stored.version, &stored.connection)
            .await?;
        let credential = &stored.connection.credential;
        if works {
            Ok(Token::of(credential, self.margin))
        } else {
            Err(lost)
        }
    }

    /// Access was withdrawn, unless somebody has reconnected meanwhile.
    pub(super) async fn withdraw(
        &self,
        owner: &Owner,
        provider: &str,
        mut stored: Stored,
    ) -> Result<Token, TokenError> {
        let text = "Access was withdrawn at the provider";
        let now = self.clock.now();
        stored.connection.enter(State::ActionNeeded, now, text);
        stored.connection.retry = None;
        let written = self
            .write(owner, provider, stored.version, &stored.connection)
            .await?;
        if written.is_some() {
            return Err(TokenError::Withdrawn);
        }
        let newer = self.read(owner, provider).await?;
        self.token_of(&newer.ok_or(TokenError::NotConnected)?.connection)
    }
}

/// Lets a while pass, where the store is away. What cannot be sealed or read will not be by waiting.
async fn wait_for_store(provider: &str, error: VaultError) -> Result<(), VaultError> {
    tracing::error!(provider, %error, "a fresh credential cannot be stored yet");
    match error {
        VaultError::Store(_) => tokio::time::sleep(WRITE_AGAIN).await,
        lasting => return Err(lasting),
    }
    Ok(())
}

/// The connection with its fresh credential, in good state again.
fn renewed(connection: &Connection, fresh: &Credential, now: Timestamp) -> Connection {
    let mut next = connection.clone();
    next.credential = fresh.clone();
    next.refreshed_at = Some(now);
    next.retry = None;
    next.enter(connection.good_state(), now, "Refresh works again");
    next
}

fn holds(connection: &Connection, refresh: &SecretString) -> bool {
    let held = connection.credential.refresh.as_ref();
    held.is_some_and(|held| held.expose_secret() == refresh.expose_secret())
}

/// When a refresh may be tried again: each failure doubles the pause, and the provider may want a longer one.
fn next_try(before: Option<Retry>, now: Timestamp, at_least: Option<Duration>) -> Retry {
    let failures = before.map_or(0, |retry| retry.failures).saturating_add(1);
    let pause = FIRST_PAUSE
        .checked_mul(1 << failures.clamp(1, 10).saturating_sub(1))
        .unwrap_or(LONGEST_PAUSE)
        .min(LONGEST_PAUSE);
    let wanted = at_least.and_then(|pause| SignedDuration::try_from(pause).ok());
    let pause = wanted.map_or(pause, |wanted| pause.max(wanted.min(LONGEST_PAUSE)));
    Retry {
        at: now.checked_add(pause).unwrap_or(now),
        failures,
    }
}
