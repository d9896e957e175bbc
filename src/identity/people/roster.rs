//! Who is a member of an org, and changes to that.

use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::{People, Person};
use crate::activity::{Action, By, Entry};
use crate::identity::Role;
use crate::owner::Owner;
use crate::patience;
use crate::store::{StoreError, keys};

/// How long a change to the members of an org holds its lock.
const LOCK: Duration = Duration::from_secs(10);

/// How many records are read at once.
const AT_ONCE: usize = 16;

/// An org must have an admin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is the last admin of the org; make somebody else an admin first")]
pub struct LastAdmin;

/// Why a member is not changed.
#[derive(Debug, thiserror::Error)]
pub enum RosterError {
    /// There is no such member.
    #[error("there is no such member in this org")]
    NoMember,
    /// Somebody must be left who can change something.
    #[error(transparent)]
    LastAdmin(#[from] LastAdmin),
    /// Somebody else is changing the members at this moment.
    #[error("somebody else is changing the members of this org at this moment; try again")]
    Busy,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl People {
    /// Puts somebody on the lists of their org and of all orgs.
    pub(super) async fn enlist(&self, person: &Person) -> Result<(), StoreError> {
        let Owner { org, user } = &person.owner;
        self.store.map_put(&keys::members(org), user, "").await?;
        let since = person.created_at.to_string();
        self.store.map_put_new(&keys::orgs(), org, &since).await?;
        Ok(())
    }

    /// The ids of all orgs, in order.
    pub async fn orgs(&self) -> Result<Vec<String>, StoreError> {
        let orgs = self.store.map_all(&keys::orgs()).await?;
        let mut orgs: Vec<String> = orgs.into_iter().map(|(org, _)| org).collect();
        orgs.sort_unstable();
        Ok(orgs)
    }

    /// The ids of everybody who is or was a member of an org, in order.
    pub async fn listed(&self, org: &str) -> Result<Vec<String>, StoreError> {
        let listed = self.store.map_all(&keys::members(org)).await?;
        let mut listed: Vec<String> = listed.into_iter().map(|(user, _)| user).collect();
        listed.sort_unstable();
        Ok(listed)
    }

    /// Everybody who is or was a member of an org, in the order of their ids.
    pub async fn of_org(&self, org: &str) -> Result<Vec<Person>, StoreError> {
        let listed = stream::iter(self.listed(org).await?);
        let read = listed.map(|user| async move { self.find(&user).await });
        let people: Vec<_> = read.buffered(AT_ONCE).try_collect().await?;
        let people = people.into_iter().flatten();
        Ok(people.filter(|person| person.owner.org == org).collect())
    }

    /// A member of an org.
    pub async fn member(&self, org: &str, user: &str) -> Result<Option<Person>, StoreError> {
        let person = self.find(user).await?;
        Ok(person.filter(|person| person.is_member() && person.owner.org == org))
    }

    /// Gives a member a role; tells whether it is another than before.
    pub async fn set_role(&self, owner: &Owner, role: Role, by: &By) -> Result<bool, RosterError> {
        let (this, owner, by) = (self.clone(), owner.clone(), by.clone());
        let work = async move { this.change_role(&owner, role, &by).await };
        let done = patience::apart(work).await;
        done.unwrap_or_else(|| Err(StoreError::broken_off().into()))
    }

    async fn change_role(&self, owner: &Owner, role: Role, by: &By) -> Result<bool, RosterError> {
        let member = self.member(&owner.org, &owner.user).await?;
        if member.is_some_and(|member| member.role == role) {
            return Ok(false);
        }
        let ends_an_admin = role != Role::Admin;
        let changed = self.locked(owner, ends_an_admin, |person| person.role = role);
        changed.await?;
        let entry = Entry::of(by, owner, Action::RoleChanged).about(&owner.user);
        self.activity.note(&entry.saying(role.name())).await;
        Ok(true)
    }

    /// Removes a member from their org. From then on nothing of theirs opens anything; the record stays, so that
    /// what they leave behind has a name.
    pub async fn remove(&self, owner: &Owner, by: &By) -> Result<Person, RosterError> {
        let now = self.clock.now();
        let removed = self.locked(owner, true, |person| {
            person.removed_at = Some(now);
            person.hash = None;
            person.subject = None;
            person.sessions_from = now;
            person.keys_from = Some(now);
        });
        let removed = removed.await?;
        let entry = Entry::of(by, owner, Action::MemberRemoved).about(&owner.user);
        self.activity.note(&entry).await;
        Ok(removed)
    }

    /// Takes somebody who was removed, and of whom nothing is left, off the list.
    pub async fn strike(&self, owner: &Owner) -> Result<(), StoreError> {
        let members = keys::members(&owner.org);
        self.store.map_drop(&members, &owner.user).await
    }

    /// Changes a member while nobody else changes the members of the org, so that two admins cannot end each other.
    async fn locked(
        &self,
        owner: &Owner,
        ends_an_admin: bool,
        change: impl Fn(&mut Person),
    ) -> Result<Person, RosterError> {
        let lock = keys::members_lock(&owner.org);
        let lock = self.store.acquire(lock, LOCK).await?;
        let lock = lock.ok_or(RosterError::Busy)?;
        let changed = self.change_member(owner, ends_an_admin, change).await;
        // It ends by itself, where it cannot be given back.
        let _ = self.store.release(lock).await;
        changed
    }

    async fn change_member(
        &self,
        owner: &Owner,
        ends_an_admin: bool,
        change: impl Fn(&mut Person),
    ) -> Result<Person, RosterError> {
        let member = self.member(&owner.org, &owner.user).await?;
        let member = member.ok_or(RosterError::NoMember)?;
        if ends_an_admin && member.role == Role::Admin && !self.has_other_admin(owner).await? {
            return Err(LastAdmin.into());
        }
        let changed = self.change(&owner.user, change).await?;
        changed.ok_or(RosterError::NoMember)
    }

    async fn has_other_admin(&self, owner: &Owner) -> Result<bool, StoreError> {
        let people = self.of_org(&owner.org).await?;
        Ok(people.iter().any(|person| {
            person.is_member() && person.role == Role::Admin && person.owner != *owner
        }))
    }
}
