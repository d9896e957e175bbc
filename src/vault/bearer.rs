//! Where calls get their tokens: from the vault, or from a grant that has not been stored yet.

use async_trait::async_trait;
use secrecy::SecretString;

use super::Vault;
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

#[async_trait]
impl Bearer for VaultBearer {
    async fn token(&self) -> Result<SecretString, BearerError> {
        let token = self.vault.fresh_token(&self.owner, &self.provider).await;
        token
            .map(|token| token.access)
            .map_err(|error| BearerError(error.to_string()))
    }

    async fn replace(&self, token: &SecretString) -> Result<SecretString, BearerError> {
        let fresh = self
            .vault
            .rejected(&self.owner, &self.provider, token)
            .await;
        fresh
            .map(|token| token.access)
            .map_err(|error| BearerError(error.to_string()))
    }
}

/// The token of a fresh grant, used once to ask who it belongs to.
pub struct GrantBearer(pub SecretString);

#[async_trait]
impl Bearer for GrantBearer {
    async fn token(&self) -> Result<SecretString, BearerError> {
        Ok(self.0.clone())
    }

    async fn replace(&self, _: &SecretString) -> Result<SecretString, BearerError> {
        Err(BearerError("its fresh token was refused".to_owned()))
    }
}
