//! Signing in by a password, and changing it.

use secrecy::SecretString;

use super::password::Checked;
use super::{BadPassword, Busy, People, Person};
use crate::activity::{Action, By, Entry};
use crate::owner::Owner;
use crate::peer::Peer;
use crate::store::StoreError;

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// There is no such person, or that is not their password: nobody is told which.
    #[error("the email or the password is wrong")]
    Wrong,
    /// Too many at once.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a password is not changed.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The present one is another.
    #[error("this is not your present password")]
    Wrong,
    /// The new one will not do.
    #[error("the new password {0}")]
    Bad(#[from] BadPassword),
    /// Somebody without an account, or who signs in elsewhere.
    #[error("there is no password to change: this account signs in elsewhere")]
    None,
    /// Too many at once.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl People {
    /// The member of this email and password. It takes the same time whether there is such a person or not.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &SecretString,
        peer: &Peer,
    ) -> Result<Person, SignInError> {
        let person = self.find(email).await?;
        let known = person.as_ref().filter(|person| person.is_member());
        let known = known.and_then(|person| person.hash.as_ref());
        let checked = self.passwords.check(password, known).await?;
        let Some(person) = person else {
            // There is no org in whose trail it could stand.
            tracing::warn!(address = ?peer.address, "somebody tried to sign in to an account that there is not");
            return Err(SignInError::Wrong);
        };
        let refused = match checked {
            _ if !person.is_member() => Some("the account was removed"),
            Checked::Wrong => Some("the password was wrong"),
            Checked::Right | Checked::RightButOld => None,
        };
        if let Some(why) = refused {
            // Not waited for: an email that is known must not take longer.
            let (this, by) = (self.clone(), By::unknown(peer.clone()));
            let entry = Entry::of(&by, &person.owner, Action::SignInFailed);
            let entry = entry.about(&person.owner.user).saying(why);
            tokio::spawn(async move { this.activity.note(&entry).await });
            return Err(SignInError::Wrong);
        }
        if checked == Checked::RightButOld {
            self.rehash(&person, password).await;
        }
        // A list that lost them has them again.
        if let Err(error) = self.enlist(&person).await {
            tracing::debug!(%error, "a member could not be put on the list");
        }
        Ok(person)
    }

    /// Makes a hash anew at today's cost. Nobody is kept out because that fails.
    async fn rehash(&self, person: &Person, password: &SecretString) {
        let Ok(hash) = self.passwords.hash(password).await else {
            return;
        };
        let mut person = Person {
            hash: Some(hash),
            ..person.clone()
        };
        if let Err(error) = self.write(&mut person).await {
            tracing::debug!(%error, "a hash could not be made anew");
        }
    }

    /// Changes the password of somebody who knows the present one, and ends their sessions.
    pub async fn change_password(
        &self,
        owner: &Owner,
        present: &SecretString,
        new: &SecretString,
        by: &By,
    ) -> Result<(), PasswordError> {
        let person = self.find(&owner.user).await?.filter(Person::is_member);
        let known = person.as_ref().and_then(|person| person.hash.as_ref());
        let known = known.ok_or(PasswordError::None)?;
        if self.passwords.check(present, Some(known)).await? == Checked::Wrong {
            let entry = Entry::of(by, owner, Action::PasswordRefused);
            let entry = entry.saying("the present password was wrong");
            self.activity.note(&entry).await;
            return Err(PasswordError::Wrong);
        }
        self.set_password(owner, new, by).await
    }

    /// Sets the password of a member, as an operator may, and ends their sessions.
    pub async fn set_password(
        &self,
        owner: &Owner,
        new: &SecretString,
        by: &By,
    ) -> Result<(), PasswordError> {
        self.judge(owner, new)?;
        let hash = self.passwords.hash(new).await?;
        let now = self.clock.now();
        let changed = self.change(&owner.user, |person| {
            person.hash = Some(hash.clone());
            person.sessions_from = now;
        });
        changed.await?.ok_or(PasswordError::None)?;
        self.note(by, owner, Action::PasswordChanged).await;
        Ok(())
    }
}
