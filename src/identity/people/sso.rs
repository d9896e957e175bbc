//! Signing in as somebody whom an identity provider knows.

use super::{AddError, Coming, NewPerson, People, Person, Subject};
use crate::activity::By;
use crate::identity::Role;
use crate::owner::Owner;
use crate::peer::Peer;
use crate::store::{StoreError, keys};

/// Why somebody whom the identity provider knows is not signed in here.
#[derive(Debug, thiserror::Error)]
pub enum SsoRefused {
    /// Their email has an account in another org.
    #[error("this email has an account in another org")]
    OtherOrg,
    /// They have an account under another email, or had one that was removed.
    #[error("there is, or was, an account of the same person under another email")]
    OtherEmail,
    /// The email belonged to somebody else at the identity provider.
    #[error("this email belonged to somebody else at the identity provider")]
    OtherPerson,
    /// An admin removed them.
    #[error("an admin removed this account")]
    Removed,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl People {
    /// The member of this email, who becomes one where nobody has the email. Who they are at the identity provider is kept
    /// at the first time, and must be the same ever after.
    pub async fn sign_in_by_sso(
        &self,
        owner: &Owner,
        subject: &Subject,
        peer: &Peer,
    ) -> Result<Person, SsoRefused> {
        let person = match self.find(&owner.user).await? {
            Some(person) => person,
            None if self.has_other_email(owner, subject).await? => {
                return Err(SsoRefused::OtherEmail);
            }
            None => self.join_by_sso(owner, peer).await?,
        };
        if !person.is_member() {
            return Err(SsoRefused::Removed);
        }
        if person.owner != *owner {
            return Err(SsoRefused::OtherOrg);
        }
        let person = match &person.subject {
            Some(known) if known == subject => person,
            Some(_) => return Err(SsoRefused::OtherPerson),
            None => self.bind(&person, subject).await?,
        };
        self.enlist(&person).await?;
        let known_as = keys::subject(&subject.issuer, &subject.id);
        let user = person.owner.user.as_bytes();
        self.store.set(&known_as, user, None).await?;
        Ok(person)
    }

    /// Whether the identity provider's person came under another email before. Who was removed does not come back under a
    /// new one by themselves; an admin may add that.
    async fn has_other_email(&self, owner: &Owner, subject: &Subject) -> Result<bool, StoreError> {
        let known_as = keys::subject(&subject.issuer, &subject.id);
        let user = self.store.get(&known_as).await?;
        Ok(user.is_some_and(|user| user != owner.user.as_bytes()))
    }

    async fn join_by_sso(&self, owner: &Owner, peer: &Peer) -> Result<Person, SsoRefused> {
        let new = NewPerson {
            owner: owner.clone(),
            role: Role::Member,
            password: None,
        };
        let by = By::user(&owner.user, peer.clone());
        match self.add(new, &by, Coming::SignedIn).await {
            Ok(person) => Ok(person),
            Err(AddError::Store(error)) => Err(error.into()),
            // Another of their browsers was quicker, if it was theirs.
            Err(AddError::LeftBehind) => Err(SsoRefused::Removed),
            Err(AddError::Exists | AddError::Busy(_)) => {
                let person = self.find(&owner.user).await?;
                person.ok_or(SsoRefused::Removed)
            }
        }
    }

    async fn bind(&self, person: &Person, subject: &Subject) -> Result<Person, SsoRefused> {
        // Whoever had the account until now did not prove to the identity provider that the email is theirs: what they
        // signed in by, and where they are signed in, is over.
        let now = self.clock.now();
        let bound = self.change(&person.owner.user, |person| {
            if person.subject.is_none() {
                person.subject = Some(subject.clone());
                person.sessions_from = now;
                if person.hash.take().is_some() {
                    person.keys_from = Some(now);
                }
            }
        });
        let bound = bound.await?.ok_or(SsoRefused::Removed)?;
        match &bound.subject {
            Some(known) if known == subject => Ok(bound),
            _ => Err(SsoRefused::OtherPerson),
        }
    }
}
