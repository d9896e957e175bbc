//! What a check needs of the vault and leaves in the record. A person asks for it, so it waits for nothing that
//! a person would not wait for.

mod bearer;

pub use bearer::CheckBearer;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use super::record::{Connection, Ended, LastError, State, binding};
use super::records::Found;
use super::{CipherError, TokenError, Vault, VaultError};
use crate::owner::Owner;

impl Vault {
    /// The token of a connection whose tokens were refused, unless its time is over.
    async fn refused_token(
        &self,
        owner: &Owner,
        provider: &str,
    ) -> Result<SecretString, TokenError> {
        let stored = self.get(owner, provider).await?;
        let credential = stored
            .ok_or(TokenError::NotConnected)?
            .connection
            .credential;
        let alive = credential.is_alive(self.parts.clock.now());
        alive
            .then_some(credential.access)
            .ok_or(TokenError::Ended(Ended::Refused))
    }

    /// Notes that the provider took `token` at a check. A connection that had lost its good state although its
    /// token works is good again. Answers how it is then, `None` where there is none.
    pub async fn checked(
        &self,
        owner: &Owner,
        provider: &str,
        token: &SecretString,
    ) -> Result<Option<Connection>, VaultError> {
        let now = self.parts.clock.now();
        let noted = self.parts.change(owner, provider, |connection| {
            Some(connection.found_working(token, now))
        });
        let noted = noted.await?;
        if noted.is_some() {
            // One that had ended is not in the index for renewals.
            self.look_after(owner, provider).await?;
        }
        Ok(noted)
    }

    /// Notes a check that told nothing of the tokens: the state stays.
    pub async fn check_failed(
        &self,
        owner: &Owner,
        provider: &str,
        error: &LastError,
    ) -> Result<(), VaultError> {
        let noted = self.parts.change(owner, provider, |connection| {
            let mut next = connection.clone();
            next.note(error.at, error.text.clone());
            next.last_error = Some(error.clone());
            Some(next)
        });
        noted.await.map(drop)
    }

    /// The key that a record names as the one it was sealed with, where that is not in the key ring: its word
    /// alone, for the operator to look for. `None` for a record that is damaged, or none.
    pub async fn missing_key(
        &self,
        owner: &Owner,
        provider: &str,
    ) -> Result<Option<String>, VaultError> {
        let Found::Record(found) = self.parts.find(owner, provider).await? else {
            return Ok(None);
        };
        let (ring, binding) = (&self.parts.ring, binding(owner, provider));
        let opened = ring.open(binding.as_ref(), &found.bytes);
        let lacks = matches!(opened, Err(CipherError::UnknownKey));
        let key = ring.sealed_by(&found.bytes).filter(|_| lacks);
        Ok(key.map(|key| key.id.to_owned()))
    }
}

impl Connection {
    fn found_working(&self, token: &SecretString, now: Timestamp) -> Self {
        let mut next = self.clone();
        next.checked_at = Some(now);
        next.note(now, "Checked: it works");
        let own = self.credential.access.expose_secret() == token.expose_secret();
        next.rejected &= !own;
        if own && (self.ended == Some(Ended::Refused) || self.state == State::Retrying) {
            next.recover(now);
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn a_token_that_works_mends_what_was_only_believed() {
        let mut refused = Connection::sample();
        refused.end(Ended::Refused, AT);
        let good = refused.found_working(&"access".into(), AT);
        assert_eq!((good.state, good.ended), (State::Connected, None));
        let other = refused.found_working(&"another".into(), AT);
        assert_eq!(other.state, State::ActionNeeded);
        let mut retrying = Connection::sample();
        retrying.enter(State::Retrying, AT, "no answer");
        let good = retrying.found_working(&"access".into(), AT);
        assert_eq!(good.state, State::Connected);
    }

    #[test]
    fn a_token_that_works_is_rejected_no_more() {
        let mut rejected = Connection::sample();
        rejected.rejected = true;
        assert!(rejected.found_working(&"another".into(), AT).rejected);
        assert!(!rejected.found_working(&"access".into(), AT).rejected);
        rejected.end(Ended::Refused, AT);
        assert!(rejected.found_working(&"access".into(), AT).works(AT));
    }

    #[test]
    fn a_token_that_works_mends_neither_the_clients_secret_nor_an_access_that_ended() {
        let mut misconfigured = Connection::sample();
        misconfigured.enter(State::Misconfigured, AT, "bad secret");
        let after = misconfigured.found_working(&"access".into(), AT);
        assert_eq!(after.state, State::Misconfigured);
        assert_eq!(after.checked_at, Some(AT));
        let mut withdrawn = Connection::sample();
        withdrawn.end(Ended::Withdrawn, AT);
        let after = withdrawn.found_working(&"access".into(), AT);
        assert_eq!(after.ended, Some(Ended::Withdrawn));
    }
}
