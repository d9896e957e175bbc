//! How a connection is, for cards and pages.

use super::Connections;
use crate::load::{Load, LoadError};
use crate::owner::Owner;
use crate::providers::Profile;
use crate::vault::{Stored, VaultError};

/// A provider and what there is of it.
pub struct Overview {
    /// The provider.
    pub profile: &'static Profile,
    /// Whether the operator gave it a client id and secret.
    pub configured: bool,
    /// The connection.
    pub stored: Option<Stored>,
    /// There is a record, but its key is not in the key ring, or it is damaged.
    pub unreadable: bool,
    /// What was loaded last.
    pub snapshot: Option<Load>,
}

impl Overview {
    /// The state's name: one of the vault's, `not_connected` or `not_configured`.
    pub fn state(&self) -> &'static str {
        match &self.stored {
            _ if self.unreadable => crate::vault::State::Misconfigured.name(),
            Some(stored) => stored.connection.state.name(),
            None if self.configured => "not_connected",
            None => "not_configured",
        }
    }
}

impl Connections {
    /// All providers, in the order of their cards.
    pub async fn overviews(&self, owner: &Owner) -> Result<Vec<Overview>, LoadError> {
        let all = self
            .registry
            .all()
            .map(|provider| self.look(owner, provider.profile()));
        futures_util::future::try_join_all(all).await
    }

    /// One provider; `None` for an unknown one.
    pub async fn overview(
        &self,
        owner: &Owner,
        provider: &str,
    ) -> Result<Option<Overview>, LoadError> {
        match self.registry.get(provider) {
            Some(provider) => self.look(owner, provider.profile()).await.map(Some),
            None => Ok(None),
        }
    }

    async fn look(&self, owner: &Owner, profile: &'static Profile) -> Result<Overview, LoadError> {
        let (stored, unreadable) = match self.vault.get(owner, profile.id).await {
            Ok(stored) => (stored, false),
            Err(VaultError::Store(error)) => return Err(error.into()),
            Err(error) => {
                tracing::error!(provider = profile.id, %error, "a connection cannot be read");
                (None, true)
            }
        };
        Ok(Overview {
            configured: self.vault.client(profile.id).is_some(),
            snapshot: self.loads.snapshot(owner, profile.id).await?,
            profile,
            stored,
            unreadable,
        })
    }
}
