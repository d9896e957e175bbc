//! Where calls get their tokens: from the vault, or from a grant that has not been stored yet.

use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;

use super::{TokenError, Vault, VaultError};
use crate::outbound::{Bearer, BearerError};
use crate::owner::Owner;

/// Tokens of a stored connection.
pub struct VaultBearer {
    /// The vault.
    pub vault: Vault,
    /// Whose connection.
    pub owner: Owner,
    /// To which provider.
    pub provider: String,
}

/// How long a call waits for its token while the store is away, as a load does for its pages.
const PATIENCE: Duration = Duration::from_secs(60);
const AGAIN: Duration = Duration::from_millis(500);

#[async_trait]
impl Bearer for VaultBearer {
    async fn token(&self) -> Result<SecretString, BearerError> {
        let token = patiently(|| self.vault.fresh_token(&self.owner, &self.provider)).await?;
        Ok(token.access)
    }

    async fn replace(&self, token: &SecretString) -> Result<SecretString, BearerError> {
        let other = patiently(|| self.vault.rejected(&self.owner, &self.provider, token)).await?;
        Ok(other.access)
    }

    async fn refused(&self, token: &SecretString) -> Result<bool, BearerError> {
        patiently(|| self.vault.refused(&self.owner, &self.provider, token)).await
    }
}

async fn patiently<T, W>(mut ask: impl FnMut() -> W) -> Result<T, BearerError>
where
    W: Future<Output = Result<T, TokenError>>,
{
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        match ask().await {
            Ok(value) => return Ok(value),
            Err(TokenError::Own(fault)) => match &*fault {
                VaultError::Store(_) if tokio::time::Instant::now() < deadline => {
                    tokio::time::sleep(AGAIN).await;
                }
                VaultError::Store(error) => return Err(error.clone().into()),
                error => return Err(BearerError::None(error.to_string())),
            },
            Err(error) => return Err(BearerError::None(error.to_string())),
        }
    }
}

/// A token that is not in the vault, and has no successor: that of a fresh grant, to ask who it belongs to, or one that
/// somebody lends.
pub struct GrantBearer(pub SecretString);

#[async_trait]
impl Bearer for GrantBearer {
    async fn token(&self) -> Result<SecretString, BearerError> {
        Ok(self.0.clone())
    }

    async fn replace(&self, _: &SecretString) -> Result<SecretString, BearerError> {
        Err(BearerError::None("The token was refused".to_owned()))
    }

    async fn refused(&self, _: &SecretString) -> Result<bool, BearerError> {
        Ok(false)
    }
}
