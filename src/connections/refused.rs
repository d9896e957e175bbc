//! Callbacks that are refused, as the trail tells of them: that of whom they would have connected an account for, and
//! that of who is signed in where they came. Anybody can make them up, so they have no part in what was done.

use super::pending::Pending;
use super::{Connections, Refusal};
use crate::activity::{Action, By, Entry};
use crate::owner::Owner;
use crate::peer::Peer;

/// In whose browser a provider's redirect comes.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// Who is signed in there, and what ties an authorisation to their session.
    pub signed_in: Option<(Owner, String)>,
    /// From where they come.
    pub peer: Peer,
}

/// A callback that is refused.
pub(super) struct Refused {
    /// Why.
    pub(super) why: Refusal,
    /// Whose account it was to connect, where that is known.
    pub(super) whose: Option<Owner>,
}

impl Visitor {
    pub(super) fn session(&self) -> Option<&str> {
        self.signed_in.as_ref().map(|(_, session)| &session[..])
    }

    fn owner(&self) -> Option<&Owner> {
        self.signed_in.as_ref().map(|(owner, _)| owner)
    }

    /// Who comes, as far as an org may know: who belongs to another one is a stranger.
    fn by(&self, org: &str) -> By {
        match self.owner().filter(|owner| owner.org == org) {
            Some(owner) => By::user(&owner.user, self.peer.clone()),
            None => By::unknown(self.peer.clone()),
        }
    }
}

impl Refused {
    /// What was begun by `pending` is refused.
    pub(super) fn of(why: Refusal, pending: &Pending) -> Self {
        Self {
            why: why.of(pending),
            whose: Some(pending.owner.clone()),
        }
    }
}

impl From<Refusal> for Refused {
    fn from(why: Refusal) -> Self {
        Self { why, whose: None }
    }
}

impl Connections {
    /// Notes a refusal. A fault of our own is none.
    pub(super) async fn note_refused(&self, provider: &str, visitor: &Visitor, refused: &Refused) {
        let Some(why) = refused.why.reason() else {
            return;
        };
        let whose = refused.whose.as_ref();
        let other = visitor.owner().filter(|owner| Some(*owner) != whose);
        for owner in whose.into_iter().chain(other) {
            let by = visitor.by(&owner.org);
            let entry = Entry::of(&by, owner, Action::CallbackRefused);
            let entry = entry.at(provider).saying(why);
            self.setup.activity.note(&entry).await;
        }
    }
}
