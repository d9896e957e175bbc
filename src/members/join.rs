//! Becoming a member: by an invitation, or as somebody whom the identity provider knows.

use secrecy::SecretString;

use super::Members;
use crate::activity::By;
use crate::identity::{
    AddError, Busy, Coming, Invitation, NewPerson, Person, Role, SsoRefused, Subject,
};
use crate::owner::Owner;
use crate::patience;
use crate::peer::Peer;
use crate::store::StoreError;

/// Why nobody becomes a member by an invitation.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// It was used, it has ended, or whoever made it may not invite any more.
    #[error("the invitation lets nobody in any more")]
    Ended,
    /// Somebody has an account of that email, or something is left under it.
    #[error("there is an account of this email, or something is left of one")]
    Taken,
    /// Too many passwords at once.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AddError> for JoinError {
    fn from(error: AddError) -> Self {
        match error {
            AddError::Exists | AddError::LeftBehind => Self::Taken,
            AddError::Busy(busy) => busy.into(),
            AddError::Store(error) => error.into(),
        }
    }
}

impl Members {
    /// The invitation behind a link, if it counts.
    pub async fn invitation(&self, token: &str) -> Result<Option<Invitation>, StoreError> {
        let found = self.invitations.find(token).await?;
        Ok(match found {
            Some(invitation) if self.is_backed(&invitation).await? => Some(invitation),
            _ => None,
        })
    }

    /// The open invitations of an org, each with whether it counts.
    pub async fn open_invitations(&self, org: &str) -> Result<Vec<(Invitation, bool)>, StoreError> {
        let mut open = Vec::new();
        for invitation in self.invitations.of(org).await? {
            let counts = self.is_backed(&invitation).await?;
            open.push((invitation, counts));
        }
        Ok(open)
    }

    /// An invitation counts as long as whoever made it may invite, and is no other who has their email by now.
    async fn is_backed(&self, invitation: &Invitation) -> Result<bool, StoreError> {
        let by = self.people.member(&invitation.org, &invitation.by).await?;
        Ok(by.is_some_and(|by| by.role == Role::Admin && by.created_at <= invitation.made_at))
    }

    /// Makes an account by an invitation, which is used up by that, or by a store that goes away while it is made. It comes
    /// to its end also where the browser goes away meanwhile.
    pub async fn join(
        &self,
        token: &str,
        email: String,
        password: SecretString,
        peer: Peer,
    ) -> Result<Person, JoinError> {
        let (this, token) = (self.clone(), token.to_owned());
        let work = async move { this.join_whole(&token, email, password, peer).await };
        let done = patience::apart(work).await;
        done.unwrap_or_else(|| Err(StoreError::broken_off().into()))
    }

    async fn join_whole(
        &self,
        token: &str,
        email: String,
        password: SecretString,
        peer: Peer,
    ) -> Result<Person, JoinError> {
        let invitation = self.invitation(token).await?.ok_or(JoinError::Ended)?;
        let owner = Owner {
            org: invitation.org,
            user: email,
        };
        // What an operator's program has under this id is not for whoever types it.
        if self.has_things(&owner).await? {
            return Err(JoinError::Taken);
        }
        // What takes its time comes before the invitation is taken.
        let hash = self.people.hash(&password).await?;
        let taken = self.invitations.take(token).await?;
        let taken = taken.ok_or(JoinError::Ended)?;
        let new = NewPerson {
            owner: owner.clone(),
            role: taken.invitation.role(),
            password: None,
        };
        let by = By::user(&owner.user, peer);
        let how = Coming::Invited(taken.invitation.id.clone());
        let made = self.people.add_hashed(new, Some(hash.clone()), &by, how);
        let error = match made.await {
            Ok(person) => return Ok(person),
            Err(error) => error,
        };
        // A store that went away may have made the account all the same: then its hash is this one. As long as nobody
        // knows, the link has let its one person in.
        if matches!(error, AddError::Store(_)) {
            let person = self.people.member(&owner.org, &owner.user).await?;
            if let Some(person) = person.filter(|person| person.has_hash(&hash)) {
                return Ok(person);
            }
        }
        self.invitations.put_back(taken).await?;
        Err(error.into())
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
}
