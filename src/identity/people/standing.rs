//! How somebody stands in an org: whether what they show there still counts.

use jiff::Timestamp;

use super::{People, Person, record};
use crate::identity::Role;
use crate::owner::Owner;
use crate::store::{Store, StoreError, keys};

/// How somebody stands who shows a session or a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Who.
    pub owner: Owner,
    /// What they may do.
    pub role: Role,
    /// Since when they have their account.
    pub since: Timestamp,
    /// Sessions that began before that are over.
    pub sessions_from: Timestamp,
}

/// What an id is to an org.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belonging {
    /// A member has it.
    Member,
    /// Somebody had it who was removed.
    Left,
    /// Nobody ever had an account of it there: an operator gave it a key. What is done in other orgs changes nothing of
    /// that.
    NoAccount,
}

impl People {
    /// How a member stands; `None` for who is none.
    pub async fn standing(&self, owner: &Owner) -> Result<Option<Standing>, StoreError> {
        let person = self.find(&owner.user).await?;
        let member = person.filter(|person| person.is_member() && person.owner == *owner);
        Ok(member.map(|person| Standing {
            owner: person.owner,
            role: person.role,
            since: person.created_at,
            sessions_from: person.sessions_from,
        }))
    }

    /// What an id is to its org.
    pub async fn belonging(&self, owner: &Owner) -> Result<Belonging, StoreError> {
        Ok(match self.find(&owner.user).await? {
            Some(person) if is_gone(&person, owner) => Belonging::Left,
            Some(person) if person.owner == *owner => Belonging::Member,
            Some(_) | None => Belonging::NoAccount,
        })
    }

    /// Whether somebody was a member of an org and is not any more, so that nothing of theirs opens anything there. An id
    /// without an account, to which an operator gave a key, has not left.
    pub async fn has_left(&self, owner: &Owner) -> Result<bool, StoreError> {
        has_left(&self.store, owner).await
    }

    /// Whether a key of an owner that was made then may still count: none of who has left, and none of before they came
    /// anew.
    pub async fn keeps_key(&self, owner: &Owner, made_at: Timestamp) -> Result<bool, StoreError> {
        let person = self.find(&owner.user).await?;
        Ok(person.is_none_or(|person| {
            let is_own = person.owner == *owner;
            let is_old = person.keys_from.is_some_and(|from| made_at < from);
            !(is_gone(&person, owner) || is_own && is_old)
        }))
    }
}

/// The record of somebody. One of a newer version is nobody's here.
pub(super) async fn find(store: &Store, user: &str) -> Result<Option<Person>, StoreError> {
    let found = store.get_versioned(&keys::person(user)).await?;
    Ok(found.and_then(|found| record::decode(user, &found.bytes, found.version)))
}

/// See [`People::has_left`].
pub(in crate::identity) async fn has_left(
    store: &Store,
    owner: &Owner,
) -> Result<bool, StoreError> {
    let person = find(store, &owner.user).await?;
    Ok(person.is_some_and(|person| is_gone(&person, owner)))
}

fn is_gone(person: &Person, owner: &Owner) -> bool {
    match person.owner == *owner {
        true => !person.is_member(),
        false => person.left.contains(&owner.org),
    }
}
