//! What an admin sees of the connections of others: that they exist, and how they are.

use jiff::Timestamp;

use super::Connections;
use crate::owner::Owner;
use crate::providers::Profile;
use crate::store::StoreError;
use crate::vault::{State, VaultError};

/// That there is a connection, and how it is. Nothing of what it brought, and not its account.
pub struct Brief {
    /// The provider.
    pub profile: &'static Profile,
    /// The state's name, as [`super::Overview::state`] has it.
    pub state: &'static str,
    /// When its owner connected, where the record can be read.
    pub connected_at: Option<Timestamp>,
    /// When somebody last used its tokens.
    pub used_at: Option<Timestamp>,
}

impl Connections {
    /// The users of an org who have connections, or had some until lately.
    pub async fn holders(&self, org: &str) -> Result<Vec<String>, StoreError> {
        self.setup.vault.holders(org).await
    }

    /// Takes somebody off the holders who has no connection. Should they connect at this very moment, they are listed
    /// when their connection is looked after next.
    pub async fn strike_holder(&self, owner: &Owner) -> Result<(), StoreError> {
        self.setup.vault.strike_holder(owner).await
    }

    /// The connections that somebody has.
    pub async fn briefs(&self, owner: &Owner) -> Result<Vec<Brief>, StoreError> {
        let mut found = Vec::new();
        for provider in self.setup.registry.all() {
            let profile = provider.profile();
            found.extend(self.brief(owner, profile).await?);
        }
        Ok(found)
    }

    async fn brief(
        &self,
        owner: &Owner,
        profile: &'static Profile,
    ) -> Result<Option<Brief>, StoreError> {
        match self.setup.vault.get(owner, profile.id).await {
            Ok(stored) => Ok(stored.map(|stored| Brief {
                profile,
                state: stored.connection.state.name(),
                connected_at: Some(stored.connection.connected_at),
                used_at: stored.used_at,
            })),
            Err(VaultError::Store(error)) => Err(error),
            // One that cannot be read is one to be disconnected.
            Err(_) => Ok(Some(Brief {
                profile,
                state: State::Misconfigured.name(),
                connected_at: None,
                used_at: None,
            })),
        }
    }
}
