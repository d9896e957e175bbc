//! What concerns several of the things that a member has: their account, sessions, keys, connections, and the invitation
//! that they came by.

mod join;
mod remove;

use std::collections::BTreeSet;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

pub use join::JoinError;
pub use remove::{Fate, Removed};

use crate::activity::By;
use crate::connections::{Brief, Connections, Disconnected};
use crate::identity::{ApiKeys, Belonging, Invitations, People, Sessions};
use crate::load::LoadError;
use crate::owner::Owner;
use crate::store::StoreError;

/// How many people's connections are read at once.
const AT_ONCE: usize = 16;

/// The members of all orgs. Cheap to clone.
#[derive(Clone)]
pub struct Members {
    /// Who has an account.
    pub people: People,
    /// Where they are signed in.
    pub sessions: Sessions,
    /// What their programs come in by.
    pub keys: ApiKeys,
    /// What they have connected.
    pub connections: Connections,
    /// The links by which others become members.
    pub invitations: Invitations,
}

/// Somebody and the connections that they have.
pub struct Connected {
    /// Whose they are.
    pub owner: Owner,
    /// Whether that is a member.
    pub belonging: Belonging,
    /// Their connections.
    pub connections: Vec<Brief>,
}

impl Members {
    async fn end_keys(&self, owner: &Owner, by: &By) -> Result<(), StoreError> {
        for key in self.keys.of(owner).await? {
            self.keys.revoke_key(&key, by).await?;
        }
        Ok(())
    }

    /// Everybody in an org who has connections, also those who were removed, and ids that have no account.
    pub async fn connected(&self, org: &str) -> Result<Vec<Connected>, StoreError> {
        let holders = self.connections.holders(org).await?;
        let mut users: BTreeSet<String> = holders.iter().cloned().collect();
        users.extend(self.people.listed(org).await?);
        let users = stream::iter(users);
        let read = users.map(|user| async move { self.connections_of(org, &user).await });
        let all: Vec<_> = read.buffered(AT_ONCE).try_collect().await?;
        let mut found = Vec::new();
        for one in all {
            if one.connections.is_empty() {
                self.strike(&one, holders.contains(&one.owner.user)).await?;
            } else {
                found.push(one);
            }
        }
        Ok(found)
    }

    /// Somebody's connections in an org, whoever they are.
    pub async fn connections_of(&self, org: &str, user: &str) -> Result<Connected, StoreError> {
        let owner = Owner {
            org: org.to_owned(),
            user: user.to_owned(),
        };
        Ok(Connected {
            belonging: self.people.belonging(&owner).await?,
            connections: self.connections.briefs(&owner).await?,
            owner,
        })
    }

    /// Disconnects a connection of somebody in the org, as an admin may.
    pub async fn disconnect(
        &self,
        owner: &Owner,
        provider: &str,
        by: By,
    ) -> Result<Disconnected, LoadError> {
        let done = self.connections.disconnect(owner, provider, by).await?;
        self.strike_if_gone(owner).await?;
        Ok(done)
    }

    async fn strike_if_gone(&self, owner: &Owner) -> Result<(), StoreError> {
        let one = self.connections_of(&owner.org, &owner.user).await?;
        match one.connections.is_empty() {
            true => self.strike(&one, true).await,
            false => Ok(()),
        }
    }

    /// Takes somebody of whom nothing is left off the lists.
    async fn strike(&self, one: &Connected, is_holder: bool) -> Result<(), StoreError> {
        if one.belonging == Belonging::Left {
            // Where the removal broke off before its end, some may be left.
            self.end_keys(&one.owner, &By::patchbay()).await?;
            self.people.strike(&one.owner).await?;
        }
        if is_holder {
            self.connections.strike_holder(&one.owner).await?;
        }
        Ok(())
    }
}
