//! Letting a grant go: the one place where a provider is told that an access is over.

use tracing::Instrument as _;

use super::Connections;
use crate::owner::Owner;
use crate::vault::{Connection, Credential, Revocation, VaultError};

/// A grant that its owner needs no more.
pub(super) struct Loose {
    pub(super) owner: Owner,
    pub(super) provider: String,
    /// The provider's id of the account that it is for.
    pub(super) account: String,
    pub(super) credential: Credential,
}

impl Loose {
    pub(super) fn of(owner: &Owner, provider: &str, connection: Connection) -> Self {
        Self {
            owner: owner.clone(),
            provider: provider.to_owned(),
            account: connection.account.id,
            credential: connection.credential,
        }
    }
}

impl Connections {
    /// Tells the provider, within a bound. It is done to its end even if whoever asked goes away.
    pub(super) async fn let_go(&self, loose: Option<Loose>) -> Revocation {
        let Some(loose) = loose else {
            return Revocation::Impossible;
        };
        let this = self.clone();
        let work = async move {
            let (owner, provider, account) = (&loose.owner, &loose.provider, &loose.account);
            match this.is_in_use(&loose).await {
                Ok(false) => {}
                Ok(true) => return Revocation::Shared,
                Err(error) => {
                    tracing::warn!(provider, %error, "whether a grant is in use could not be seen");
                    return Revocation::Failed;
                }
            }
            let vault = &this.setup.vault;
            vault
                .let_go(owner, provider, account, &loose.credential)
                .await
        };
        let told = self.setup.tasks.spawn(work.in_current_span());
        told.await.unwrap_or(Revocation::Failed)
    }

    /// Whether the owner has another grant of the same account, connected or waiting to be chosen: the two may
    /// share their tokens, and ending the one could end the other.
    async fn is_in_use(&self, loose: &Loose) -> Result<bool, VaultError> {
        let (owner, provider) = (&loose.owner, &loose.provider[..]);
        let connected = self.readable(owner, provider).await?;
        let waiting = self.candidate(owner, provider).await?;
        let accounts = [
            connected.map(|connection| connection.account),
            waiting.map(|kept| kept.candidate.account),
        ];
        let mut accounts = accounts.iter().flatten();
        Ok(accounts.any(|account| account.id == loose.account))
    }
}
