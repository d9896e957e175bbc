//! The way out: everything of a connection goes, here and, where it can be, at the provider.

use super::Connections;
use crate::load::LoadError;
use crate::owner::Owner;
use crate::providers::Tokens;
use crate::vault::{Credential, VaultError};

/// How a disconnect went.
pub struct Disconnected {
    /// Whether there was a connection.
    pub was_connected: bool,
    /// What became of the grant at the provider.
    pub revocation: Revocation,
}

/// What became of a grant at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// It is ended.
    Done,
    /// The provider did not do it.
    Failed,
    /// The provider has no way to, or there was nothing to revoke.
    Impossible,
}

impl Connections {
    /// Takes the connection and what was loaded out of sight, tells the provider, and erases the items.
    pub async fn disconnect(
        &self,
        owner: &Owner,
        provider: &str,
    ) -> Result<Disconnected, LoadError> {
        let (vault, loads) = (&self.setup.vault, &self.setup.loads);
        let stored = match vault.get(owner, provider).await {
            Err(VaultError::Store(error)) => return Err(error.into()),
            stored => stored.ok().flatten(),
        };
        let withdrawn = loads.withdraw(owner, provider).await?;
        let was_connected = vault.remove(owner, provider).await?;
        let revocation = match stored {
            Some(stored) => self.revoke(provider, &stored.connection.credential).await,
            None => Revocation::Impossible,
        };
        loads.erase(&withdrawn).await?;
        Ok(Disconnected {
            was_connected,
            revocation,
        })
    }

    async fn revoke(&self, provider: &str, credential: &Credential) -> Revocation {
        let known = self.setup.registry.get(provider);
        let Some((known, client)) = known.zip(self.setup.vault.client(provider)) else {
            return Revocation::Impossible;
        };
        let tokens = Tokens {
            access: &credential.access,
            refresh: credential.refresh.as_ref(),
        };
        match known.revoke(client, &self.setup.outbound, tokens).await {
            Ok(true) => Revocation::Done,
            Ok(false) => Revocation::Impossible,
            Err(error) => {
                tracing::warn!(provider, %error, "a grant could not be revoked");
                Revocation::Failed
            }
        }
    }
}
