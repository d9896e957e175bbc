//! Where a check gets its tokens.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use secrecy::SecretString;

use super::super::{Ended, TokenError, Vault};
use crate::outbound::{Bearer, BearerError};
use crate::owner::Owner;

/// Tokens of a stored connection, to prove that they work. A connection whose tokens were refused offers its
/// stored one, which the provider may take by now; any other that ended has none to offer.
pub struct CheckBearer {
    vault: Vault,
    owner: Owner,
    provider: String,
    heard: Mutex<Heard>,
}

#[derive(Default)]
struct Heard {
    token: Option<SecretString>,
    error: Option<TokenError>,
}

impl CheckBearer {
    /// For one check.
    pub fn new(vault: Vault, owner: Owner, provider: &str) -> Self {
        Self {
            vault,
            owner,
            provider: provider.to_owned(),
            heard: Mutex::default(),
        }
    }

    /// The token that was handed out last.
    pub fn token(&self) -> Option<SecretString> {
        self.heard().token.clone()
    }

    /// Why there was no token, where there was none.
    pub fn error(&self) -> Option<TokenError> {
        self.heard().error.clone()
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, token: Result<SecretString, TokenError>) -> Result<SecretString, BearerError> {
        let token = self.hear(token)?;
        self.heard().token = Some(token.clone());
        Ok(token)
    }

    fn hear<T>(&self, result: Result<T, TokenError>) -> Result<T, BearerError> {
        result.map_err(|error| {
            self.heard().error = Some(error.clone());
            BearerError::None(error.to_string())
        })
    }
}

#[async_trait]
impl Bearer for CheckBearer {
    async fn token(&self) -> Result<SecretString, BearerError> {
        let (vault, owner) = (&self.vault, &self.owner);
        let token = match vault.fresh_token(owner, &self.provider).await {
            Err(TokenError::Ended(Ended::Refused)) => {
                vault.refused_token(owner, &self.provider).await
            }
            token => token.map(|token| token.access),
        };
        self.keep(token)
    }

    async fn replace(&self, token: &SecretString) -> Result<SecretString, BearerError> {
        let other = self.vault.rejected(&self.owner, &self.provider, token);
        self.keep(other.await.map(|other| other.access))
    }

    async fn refused(&self, token: &SecretString) -> Result<bool, BearerError> {
        let refused = self.vault.refused(&self.owner, &self.provider, token);
        self.hear(refused.await)
    }
}
