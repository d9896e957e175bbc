//! What an admin does about the members of their org, over all that a member has: sessions, keys and connections.

use std::collections::BTreeSet;

use crate::activity::By;
use crate::connections::{Brief, Connections, Disconnected};
use crate::identity::{
    ApiKeys, Belonging, People, Person, RosterError, Sessions, SsoRefused, Subject,
};
use crate::load::LoadError;
use crate::owner::Owner;
use crate::peer::Peer;
use crate::store::StoreError;

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
}

/// What becomes of the connections of somebody who is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// They are disconnected: tokens and items are erased, and the providers told.
    Disconnected,
    /// They stay, unused, until an admin disconnects them or nobody used them for too long.
    Left,
}

/// Somebody who was removed.
#[derive(Debug)]
pub struct Removed {
    /// Connections that were disconnected.
    pub disconnected: usize,
    /// Connections that could not be, by the names of their providers.
    pub failed: Vec<&'static str>,
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
    /// Removes a member. Their account ends first, so that nothing of theirs opens anything whatever fails after it; what
    /// has failed is done when it is asked for again.
    pub async fn remove(&self, owner: &Owner, fate: Fate, by: &By) -> Result<Removed, RosterError> {
        match self.people.remove(owner, by).await {
            Err(RosterError::NoMember) if self.left_something(owner).await? => {}
            removed => drop(removed?),
        }
        self.sessions.end_all(owner, None).await?;
        self.end_keys(owner, by).await?;
        let mut removed = Removed {
            disconnected: 0,
            failed: Vec::new(),
        };
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
                Ok(_) => removed.disconnected += 1,
                Err(error) => {
                    tracing::error!(%error, provider = brief.profile.id, "a connection of a removed member stays");
                    removed.failed.push(brief.profile.name);
                }
            }
        }
        Ok(())
    }

    /// Lets somebody in whom the identity provider knows. What was made in the name of an email that nobody had proved
    /// to be theirs ends first.
    pub async fn sign_in_by_sso(
        &self,
        owner: &Owner,
        subject: &Subject,
        peer: &Peer,
    ) -> Result<Person, SsoRefused> {
        let person = self.people.member(&owner.org, &owner.user).await?;
        let unproven = |person: &Person| person.subject.is_none() && person.has_password();
        if person.as_ref().is_some_and(unproven) {
            self.end_keys(owner, &By::patchbay()).await?;
            self.sessions.end_all(owner, None).await?;
        }
        self.people.sign_in_by_sso(owner, subject, peer).await
    }

    /// Whether anything is kept under an owner's name: connections or keys.
    pub async fn has_things(&self, owner: &Owner) -> Result<bool, StoreError> {
        let connections = self.connections.briefs(owner).await?;
        Ok(!connections.is_empty() || !self.keys.of(owner).await?.is_empty())
    }

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
        let mut found = Vec::new();
        for user in users {
            let one = self.connections_of(org, &user).await?;
            if one.connections.is_empty() {
                self.strike(&one, holders.contains(&user)).await?;
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
            self.people.strike(&one.owner).await?;
        }
        if is_holder {
            self.connections.strike_holder(&one.owner).await?;
        }
        Ok(())
    }
}
