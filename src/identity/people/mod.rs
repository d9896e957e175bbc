//! People who have accounts, and the orgs that they are members of.
//!
//! A person's record lies under their id, which is their email: a person is a member of one org. What counts is
//! that record; the list of an org's members beside it is a hint, written after it.

mod password;
mod record;
mod roster;
mod rules;
mod setup;
mod sign_in;
mod sso;
mod standing;
#[cfg(test)]
mod tests;

use secrecy::{ExposeSecret, SecretString};

pub use password::Busy;
use password::Passwords;
pub use record::{Person, Subject};
pub use roster::{LastAdmin, RosterError};
pub use rules::{
    BadEmail, BadPassword, LONGEST_PASSWORD, SHORTEST_PASSWORD, check_email, check_password,
};
pub use setup::{SetupError, SetupKey};
pub use sign_in::{PasswordError, SignInError};
pub use sso::SsoRefused;
pub(super) use standing::has_left;
pub use standing::{Belonging, Standing};

use super::Role;
use crate::activity::{Action, Activity, By, Entry};
use crate::clock::{Clock, Entropy};
use crate::error::{Failure, Kind};
use crate::owner::Owner;
use crate::store::{Store, StoreError, keys};

/// How often a record that others change at the same moment is read again.
const TRIES: usize = 8;

/// Everybody who has an account. Cheap to clone.
#[derive(Clone)]
pub struct People {
    store: Store,
    activity: Activity,
    clock: Clock,
    entropy: Entropy,
    passwords: Passwords,
    setup: SetupKey,
}

/// Somebody who is to have an account.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Their org and their id, as [`check_email`] has it.
    pub owner: Owner,
    /// What they may do.
    pub role: Role,
    /// Their password, which [`check_password`] let through; `None` where they sign in elsewhere.
    pub password: Option<SecretString>,
}

/// The hash of a password. Its `Debug` shows nothing of it.
#[derive(Clone, Debug)]
pub struct Hash(SecretString);

/// How somebody comes to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coming {
    /// They set Patchbay up.
    First,
    /// The operator or an admin added them.
    Added,
    /// By the invitation of this id.
    Invited(String),
    /// They signed in for the first time, by single sign-on.
    SignedIn,
}

impl Coming {
    fn action(&self) -> Action {
        match self {
            Self::First => Action::OrgSetUp,
            Self::Added => Action::MemberAdded,
            Self::Invited(_) | Self::SignedIn => Action::MemberJoined,
        }
    }

    /// What the trail says of it, beside their role.
    fn told(&self, role: Role) -> String {
        let role = role.name();
        match self {
            Self::First | Self::Added => role.to_owned(),
            Self::Invited(id) => format!("{role}, by invitation {id}"),
            Self::SignedIn => format!("{role}, by single sign-on"),
        }
    }
}

/// Why an account is not made.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// Somebody has it.
    #[error("there is an account of this email already")]
    Exists,
    /// Somebody of this email was removed from the org, and what they left is not for whoever comes after them.
    #[error(
        "somebody of this email left connections in this org; an admin disconnects them under Members first"
    )]
    LeftBehind,
    /// Too many passwords at once.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Busy {
    /// The failure, for pages.
    pub fn into_failure(self) -> Failure {
        let text = "Too many people are signing in at this moment. Wait a little and try again.";
        let title = "Your password could not be checked in time";
        let wait = std::time::Duration::from_secs(5);
        Failure::new(Kind::Unavailable, title, text).retry_after(Some(wait))
    }
}

impl People {
    /// People in `store`.
    pub fn new(store: Store, clock: Clock, entropy: Entropy, setup: SetupKey) -> Self {
        Self {
            passwords: Passwords::new(entropy.clone()),
            activity: Activity::new(store.clone(), clock.clone()),
            store,
            clock,
            entropy,
            setup,
        }
    }

    /// The hash of a password that somebody chose.
    pub async fn hash(&self, password: &SecretString) -> Result<Hash, Busy> {
        self.passwords.hash(password).await.map(Hash)
    }

    /// Makes an account. One that was removed begins anew, in whichever org.
    pub async fn add(&self, new: NewPerson, by: &By, how: Coming) -> Result<Person, AddError> {
        self.refuse_taken(&new.owner).await?;
        let hash = match &new.password {
            Some(password) => Some(self.hash(password).await?),
            None => None,
        };
        self.add_hashed(new, hash, by, how).await
    }

    /// The same for a password that is hashed already.
    pub async fn add_hashed(
        &self,
        new: NewPerson,
        hash: Option<Hash>,
        by: &By,
        how: Coming,
    ) -> Result<Person, AddError> {
        let before = self.refuse_taken(&new.owner).await?;
        let now = self.clock.now();
        let mut person = Person {
            left: before
                .as_ref()
                .map(|before| before.left_for(&new.owner.org))
                .unwrap_or_default(),
            owner: new.owner,
            role: new.role,
            hash: hash.map(|Hash(hash)| hash),
            subject: None,
            created_at: now,
            sessions_from: now,
            keys_from: before.as_ref().map(|_| now),
            removed_at: None,
            version: before.map_or(0, |before| before.version),
        };
        if !self.write(&mut person).await? {
            return Err(AddError::Exists);
        }
        self.enlist(&person).await?;
        let entry = Entry::of(by, &person.owner, how.action()).about(&person.owner.user);
        self.activity
            .note(&entry.saying(&how.told(person.role)))
            .await;
        Ok(person)
    }

    /// What there was of an account before, where another may be made.
    async fn refuse_taken(&self, owner: &Owner) -> Result<Option<Person>, AddError> {
        let before = self.find(&owner.user).await?;
        if before.as_ref().is_some_and(Person::is_member) {
            return Err(AddError::Exists);
        }
        // Who is listed and no member has left something.
        if before.is_some() && self.is_listed(owner).await? {
            return Err(AddError::LeftBehind);
        }
        Ok(before)
    }

    /// Somebody who has or had an account. A record of a newer version is nobody's here.
    pub async fn find(&self, user: &str) -> Result<Option<Person>, StoreError> {
        standing::find(&self.store, user).await
    }

    /// Whether somebody is on the list of their org: who is no member any more is, while something of theirs is left.
    pub async fn is_listed(&self, owner: &Owner) -> Result<bool, StoreError> {
        let members = keys::members(&owner.org);
        let listed = self.store.map_get(&members, &owner.user).await?;
        Ok(listed.is_some())
    }

    /// Writes a record if it is still what was read; `false` where somebody else was first.
    async fn write(&self, person: &mut Person) -> Result<bool, StoreError> {
        let key = keys::person(&person.owner.user);
        let bytes = record::encode(person);
        let written = self.store.compare_and_set(&key, person.version, &bytes);
        let version = written.await?;
        person.version = version.unwrap_or(person.version);
        Ok(version.is_some())
    }

    /// Changes the record of a member; `None` where there is none.
    async fn change(
        &self,
        user: &str,
        change: impl Fn(&mut Person),
    ) -> Result<Option<Person>, StoreError> {
        for _ in 0..TRIES {
            let Some(mut person) = self.find(user).await?.filter(Person::is_member) else {
                return Ok(None);
            };
            change(&mut person);
            if self.write(&mut person).await? {
                return Ok(Some(person));
            }
        }
        let why = "a person's record is changed again and again";
        Err(StoreError::Away(why.to_owned()))
    }

    /// Ends every session of somebody that began before now.
    pub async fn end_sessions(&self, owner: &Owner) -> Result<(), StoreError> {
        let now = self.clock.now();
        let ended = self.change(&owner.user, |person| person.sessions_from = now);
        ended.await.map(drop)
    }

    async fn note(&self, by: &By, owner: &Owner, action: Action) {
        self.activity.note(&Entry::of(by, owner, action)).await;
    }

    /// Whether a password will do for somebody.
    pub fn judge(&self, owner: &Owner, password: &SecretString) -> Result<(), BadPassword> {
        check_password(password.expose_secret(), &[&owner.user, &owner.org])
    }
}
