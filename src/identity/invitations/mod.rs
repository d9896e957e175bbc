//! Invitations: links that let one person become a member of an org, once and for some days.
//!
//! The record lies under the hash of the link's token, so that a copy of the store lets nobody in. An index beside it
//! names the invitations of each org, and is a hint.

#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::Role;
use crate::activity::{Action, Activity, By, Entry};
use crate::clock::{Clock, Entropy};
use crate::digest::digest;
use crate::store::{Key, Store, StoreError, keys};

/// How long an invitation counts.
pub const LIFE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Invitations of an org that are open at once.
pub const MOST_INVITATIONS: usize = 200;

/// All open invitations. Cheap to clone.
#[derive(Clone)]
pub struct Invitations {
    store: Store,
    activity: Activity,
    clock: Clock,
    entropy: Entropy,
}

/// An open invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its name for forms; not secret.
    pub id: String,
    /// The org that it leads into.
    pub org: String,
    role: String,
    /// Whose it is, where it is for one email alone.
    pub email: Option<String>,
    /// The user id of the admin who made it.
    pub by: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// An invitation that is to be made.
#[derive(Clone, Debug)]
pub struct Inviting {
    /// Its name for forms, which a form chose, so that one that is sent twice makes one invitation; 12 hex digits.
    pub id: String,
    /// The org that it leads into.
    pub org: String,
    /// What who comes by it may do.
    pub role: Role,
    /// The one email that it is for; `None` for whoever has the link.
    pub email: Option<String>,
    /// The admin who makes it.
    pub by: By,
}

/// Why no invitation is made.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// There are too many.
    #[error("{MOST_INVITATIONS} invitations are open already; revoke one that is not needed")]
    TooMany,
    /// The form was sent before.
    #[error("this form has made its invitation already; its link was shown once")]
    Made,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An invitation that somebody has taken, and nobody else can take any more.
pub struct Taken {
    /// What it was.
    pub invitation: Invitation,
    key: Key,
    bytes: Vec<u8>,
}

impl Invitation {
    /// What who comes by it may do. A role that is not known is the smallest.
    pub fn role(&self) -> Role {
        Role::named(&self.role).unwrap_or(Role::Member)
    }
}

impl Invitations {
    /// Invitations in `store`.
    pub fn new(store: Store, clock: Clock, entropy: Entropy) -> Self {
        Self {
            activity: Activity::new(store.clone(), clock.clone()),
            store,
            clock,
            entropy,
        }
    }

    /// Makes an invitation; answers it with the token of its link, which nobody sees again.
    pub async fn invite(
        &self,
        inviting: Inviting,
    ) -> Result<(Invitation, SecretString), InviteError> {
        if self.of(&inviting.org).await?.len() >= MOST_INVITATIONS {
            return Err(InviteError::TooMany);
        }
        let now = self.clock.now();
        let life = SignedDuration::try_from(LIFE).unwrap_or_default();
        let invitation = Invitation {
            id: inviting.id,
            org: inviting.org,
            role: inviting.role.name().to_owned(),
            email: inviting.email,
            by: inviting.by.actor.user().unwrap_or_default().to_owned(),
            made_at: now,
            expires_at: now.checked_add(life).unwrap_or(now),
        };
        let token = SecretString::from(self.entropy.token());
        let hash = hash(token.expose_secret());
        let bytes = encode(&invitation);
        self.store
            .set(&keys::invitation(&hash), &bytes, Some(LIFE))
            .await?;
        let index = keys::invitations(&invitation.org);
        let is_first = self
            .store
            .map_put_new(&index, &invitation.id, &hash)
            .await?;
        if !is_first {
            // Nobody has seen this link.
            self.store.delete(&keys::invitation(&hash)).await?;
            return Err(InviteError::Made);
        }
        let action = Action::InvitationMade;
        self.note(&inviting.by, &invitation, action).await;
        Ok((invitation, token))
    }

    /// The invitation behind a link; `None` where it has ended or never was.
    pub async fn find(&self, token: &str) -> Result<Option<Invitation>, StoreError> {
        let found = self.read(&hash(token)).await?;
        Ok(found.map(|(invitation, _)| invitation))
    }

    /// Takes the invitation behind a link, so that nobody else can; `None` where it has ended or somebody was first.
    pub async fn take(&self, token: &str) -> Result<Option<Taken>, StoreError> {
        let hash = hash(token);
        let Some((invitation, bytes)) = self.read(&hash).await? else {
            return Ok(None);
        };
        let key = keys::invitation(&hash);
        let taken = self.store.delete_if(&key, &bytes).await?;
        Ok(taken.then_some(Taken {
            invitation,
            key,
            bytes,
        }))
    }

    /// Puts an invitation back that led to nothing, unless it was revoked meanwhile: then no list names it any more.
    pub async fn put_back(&self, taken: Taken) -> Result<(), StoreError> {
        let index = keys::invitations(&taken.invitation.org);
        if self
            .store
            .map_get(&index, &taken.invitation.id)
            .await?
            .is_none()
        {
            return Ok(());
        }
        let left = self.clock.now().duration_until(taken.invitation.expires_at);
        let Ok(left) = Duration::try_from(left) else {
            return Ok(());
        };
        let put = self.store.set_new(&taken.key, &taken.bytes, Some(left));
        put.await.map(drop)
    }

    /// The open invitations of an org, the newest first.
    pub async fn of(&self, org: &str) -> Result<Vec<Invitation>, StoreError> {
        let index = keys::invitations(org);
        let mut found = Vec::new();
        for (id, hash) in self.store.map_all(&index).await? {
            match self.read(&hash).await? {
                Some((invitation, _)) => found.push(invitation),
                None => self.store.map_drop(&index, &id).await?,
            }
        }
        found.sort_by_key(|it| std::cmp::Reverse((it.made_at, it.id.clone())));
        Ok(found)
    }

    async fn note(&self, by: &By, invitation: &Invitation, action: Action) {
        let whose = invitation
            .email
            .as_deref()
            .unwrap_or("whoever has the link");
        let entry = Entry::new(by, &invitation.org, action).about(whose);
        let (role, id) = (invitation.role().name(), &invitation.id);
        let entry = entry.saying(&format!("{role}, invitation {id}"));
        self.activity.note(&entry).await;
    }

    /// Ends an invitation of an org; `None` where there is none of this id.
    pub async fn revoke(
        &self,
        org: &str,
        id: &str,
        by: &By,
    ) -> Result<Option<Invitation>, StoreError> {
        let index = keys::invitations(org);
        let hash = self.store.map_get(&index, id).await?;
        let Some(hash) = hash.and_then(|hash| String::from_utf8(hash).ok()) else {
            return Ok(None);
        };
        // From here on it is not put back.
        self.store.map_drop(&index, id).await?;
        let found = self.read(&hash).await?;
        let ended = self.store.delete(&keys::invitation(&hash)).await?;
        let found = found.map(|(invitation, _)| invitation).filter(|_| ended);
        if let Some(invitation) = &found {
            self.note(by, invitation, Action::InvitationRevoked).await;
        }
        Ok(found)
    }

    async fn read(&self, hash: &str) -> Result<Option<(Invitation, Vec<u8>)>, StoreError> {
        let bytes = self.store.get(&keys::invitation(hash)).await?;
        let now = self.clock.now();
        Ok(bytes.and_then(|bytes| {
            let invitation: Invitation = serde_json::from_slice(&bytes).ok()?;
            (now < invitation.expires_at).then_some((invitation, bytes))
        }))
    }
}

fn encode(invitation: &Invitation) -> Vec<u8> {
    serde_json::to_vec(invitation).unwrap_or_default()
}

fn hash(token: &str) -> String {
    digest(token)
}
