//! Removing a member: their account, sessions and keys end, and their connections if the admin says so.

use super::Members;
use crate::activity::By;
use crate::connections::Revocation;
use crate::identity::{Person, RosterError};
use crate::owner::Owner;
use crate::patience;
use crate::store::StoreError;

/// What becomes of the connections of somebody who is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// They are disconnected: tokens and items are erased, and the providers told that offer a way.
    Disconnected,
    /// They stay, unused, until an admin disconnects them or nobody used them for too long.
    Left,
}

/// Somebody who was removed.
#[derive(Debug, Default)]
pub struct Removed {
    /// Connections that were disconnected.
    pub disconnected: usize,
    /// The providers, by their names, that were not told of it: the access goes on there.
    pub untold: Vec<&'static str>,
    /// Connections that could not be, by the names of their providers.
    pub failed: Vec<&'static str>,
}

impl Members {
    /// Removes a member. Their account ends first, so that nothing of theirs opens anything whatever fails after it; what
    /// has failed is done when it is asked for again.
    pub async fn remove(&self, owner: &Owner, fate: Fate, by: &By) -> Result<Removed, RosterError> {
        let (this, owner, by) = (self.clone(), owner.clone(), by.clone());
        let work = async move { this.remove_whole(&owner, fate, &by).await };
        let done = patience::apart(work).await;
        done.unwrap_or_else(|| Err(StoreError::broken_off().into()))
    }

    async fn remove_whole(
        &self,
        owner: &Owner,
        fate: Fate,
        by: &By,
    ) -> Result<Removed, RosterError> {
        match self.people.remove(owner, by).await {
            Err(RosterError::NoMember) if self.left_something(owner).await? => {}
            removed => drop(removed?),
        }
        self.sessions.end_all(owner, None).await?;
        self.end_keys(owner, by).await?;
        let mut removed = Removed::default();
        if fate == Fate::Disconnected {
            self.disconnect_all(owner, by, &mut removed).await?;
        }
        self.strike_if_gone(owner).await?;
        Ok(removed)
    }

    /// A member of an org, or who was one and left something, and can be removed.
    pub async fn removable(&self, owner: &Owner) -> Result<Option<Person>, StoreError> {
        let person = self.people.find(&owner.user).await?;
        match person.filter(|person| person.owner == *owner) {
            Some(person) if person.is_member() || self.left_something(owner).await? => {
                Ok(Some(person))
            }
            _ => Ok(None),
        }
    }

    async fn left_something(&self, owner: &Owner) -> Result<bool, StoreError> {
        Ok(self.people.has_left(owner).await? && self.people.is_listed(owner).await?)
    }

    async fn disconnect_all(
        &self,
        owner: &Owner,
        by: &By,
        removed: &mut Removed,
    ) -> Result<(), StoreError> {
        for brief in self.connections.briefs(owner).await? {
            let connections = &self.connections;
            let ended = connections.disconnect(owner, brief.profile.id, by.clone());
            match ended.await {
                Ok(done) => {
                    removed.disconnected += 1;
                    if matches!(done.revocation, Revocation::Failed | Revocation::Impossible) {
                        removed.untold.push(brief.profile.name);
                    }
                }
                Err(error) => {
                    tracing::error!(%error, provider = brief.profile.id, "a connection of a removed member stays");
                    removed.failed.push(brief.profile.name);
                }
            }
        }
        Ok(())
    }
}
