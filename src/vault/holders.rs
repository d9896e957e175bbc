//! Who in an org has connections, members or not: a hint beside the index of what is due, and put right with it.

use super::{Parts, Vault};
use crate::owner::Owner;
use crate::store::{StoreError, keys};

impl Vault {
    /// The users of an org who have connections, in order; perhaps some who have none any more.
    pub async fn holders(&self, org: &str) -> Result<Vec<String>, StoreError> {
        let listed = self.parts.store.map_all(&keys::holders(org)).await?;
        let mut users: Vec<String> = listed.into_iter().map(|(user, _)| user).collect();
        users.sort_unstable();
        Ok(users)
    }

    /// Takes somebody off that list who has no connection.
    pub async fn strike_holder(&self, owner: &Owner) -> Result<(), StoreError> {
        let holders = keys::holders(&owner.org);
        self.parts.store.map_drop(&holders, &owner.user).await
    }
}

impl Parts {
    /// Puts somebody on it.
    pub(super) async fn list_holder(&self, owner: &Owner) -> Result<(), StoreError> {
        let holders = keys::holders(&owner.org);
        self.store.map_put(&holders, &owner.user, "").await
    }
}
