//! A renewal that a person asks for, whether it is due or not.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::ExposeSecret;

use super::Connections;
use crate::owner::Owner;
use crate::vault::{Connection, LastError, State, Stored, TokenError};

/// How long a person is kept waiting; the renewal itself goes on in a task of its own.
const IN_TIME: Duration = Duration::from_secs(10);

/// What came of a renewal.
#[derive(Clone, Debug)]
pub enum Refreshed {
    /// There is a fresh token, until this moment where the provider names one.
    Renewed(Option<Timestamp>),
    /// It failed.
    Failed {
        /// How.
        error: LastError,
        /// Whether the provider may have done it all the same, so that the token of before may have ended;
        /// otherwise it goes on working.
        in_doubt: bool,
    },
    /// The provider was not asked, since it was asked a moment ago; when it will be.
    NotTried(Option<Timestamp>),
    /// It is not over yet.
    UnderWay,
    /// There is nothing to renew it with.
    NotRenewable,
    /// There is no token any more.
    NoToken(TokenError),
}

impl Connections {
    /// Renews the connection's token now.
    pub async fn refresh_now(&self, owner: &Owner, provider: &str) -> Refreshed {
        let before = match self.connection_of(owner, provider).await {
            Ok(before) => before,
            Err(error) => return Refreshed::NoToken(error),
        };
        if before.state == State::ActionNeeded {
            let ended = before.ended.unwrap_or(crate::vault::Ended::Withdrawn);
            return Refreshed::NoToken(TokenError::Ended(ended));
        }
        if before.credential.refresh.is_none() {
            return Refreshed::NotRenewable;
        }
        let renewed = self.setup.vault.renew(owner, provider, true);
        match tokio::time::timeout(IN_TIME, renewed).await {
            Err(_) => Refreshed::UnderWay,
            Ok(Ok(_)) => self.compare(owner, provider, &before).await,
            Ok(Err(TokenError::Passing)) => match self.compare(owner, provider, &before).await {
                Refreshed::Failed { .. } => Refreshed::NoToken(TokenError::Passing),
                other => other,
            },
            Ok(Err(error)) => Refreshed::NoToken(error),
        }
    }

    async fn connection_of(&self, owner: &Owner, provider: &str) -> Result<Connection, TokenError> {
        let stored: Option<Stored> = self.setup.vault.get(owner, provider).await?;
        let stored = stored.ok_or(TokenError::NotConnected)?;
        Ok(stored.connection)
    }

    /// What a renewal has changed.
    async fn compare(&self, owner: &Owner, provider: &str, before: &Connection) -> Refreshed {
        let now = match self.connection_of(owner, provider).await {
            Ok(now) => now,
            Err(error) => return Refreshed::NoToken(error),
        };
        let token = |it: &Connection| it.credential.access.expose_secret().to_owned();
        let tried = |it: &Connection| it.last_error.as_ref().map(|error| error.at);
        if token(&now) != token(before) || now.refreshed_at > before.refreshed_at {
            return Refreshed::Renewed(now.credential.expires_at);
        }
        if tried(&now) == tried(before) {
            return Refreshed::NotTried(now.retry.map(|retry| retry.at));
        }
        if now.state == State::Misconfigured {
            return Refreshed::NoToken(TokenError::Misconfigured);
        }
        let in_doubt = now.attempt.is_some_and(|attempt| attempt.in_doubt);
        let failed = now
            .last_error
            .map(|error| Refreshed::Failed { error, in_doubt });
        failed.unwrap_or(Refreshed::NotTried(None))
    }
}
