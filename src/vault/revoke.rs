//! The end of a grant at its provider.

use std::time::Duration;

use super::record::Connection;
use super::{Credential, Parts, Vault};
use crate::owner::Owner;
use crate::providers::Tokens;

/// How long a provider may take to confirm: somebody is waiting.
const IN_TIME: Duration = Duration::from_secs(5);

/// What became of a grant at its provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// It is ended.
    Done,
    /// The provider did not confirm it.
    Failed,
    /// The provider has no way to, or there was nothing to revoke.
    Impossible,
    /// It was left alive, for other connections here use it.
    Shared,
}

impl Vault {
    /// Ends the grant of a connection that is gone from here, unless another one uses it.
    pub async fn let_go(
        &self,
        owner: &Owner,
        provider: &str,
        connection: &Connection,
    ) -> Revocation {
        match self.parts.users_of(owner, provider, connection).await {
            Ok(0) => self.parts.revoke(provider, &connection.credential).await,
            Ok(_) => Revocation::Shared,
            Err(error) => {
                tracing::warn!(provider, %error, "who else uses a grant could not be looked up");
                Revocation::Failed
            }
        }
    }
}

impl Parts {
    pub(super) async fn revoke(&self, provider: &str, credential: &Credential) -> Revocation {
        let known = self.registry.get(provider);
        let Some((known, client)) = known.zip(self.clients.get(provider)) else {
            return Revocation::Impossible;
        };
        let tokens = Tokens {
            access: &credential.access,
            refresh: credential.refresh.as_ref(),
        };
        let revoked = known.revoke(client, &self.outbound, tokens);
        match tokio::time::timeout(IN_TIME, revoked).await {
            Ok(Ok(true)) => Revocation::Done,
            Ok(Ok(false)) => Revocation::Impossible,
            Ok(Err(error)) => {
                tracing::warn!(provider, %error, "a grant could not be revoked");
                Revocation::Failed
            }
            Err(_) => {
                tracing::warn!(provider, "a grant could not be revoked in time");
                Revocation::Failed
            }
        }
    }
}
