//! Pending authorisations: what Patchbay must know again when a person comes back from a provider with their state.

use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::Connections;
use crate::activity::{Actor, By};
use crate::owner::Owner;
use crate::peer::Peer;
use crate::store::keys;
use crate::vault::once::{Awaited, Kind, Once};
use crate::vault::rotate::ByName;

/// What a rotation of keys has to know of them.
pub const PENDING: ByName = ByName {
    title: "pending authorisations",
    glob: keys::PENDING,
    record: |name| Some(KIND.record(keys::parse_pending(name)?)),
};

static KIND: Kind = Kind {
    purpose: "pending",
    key: keys::pending,
};

/// An authorisation that was begun.
#[derive(Serialize, Deserialize)]
pub(super) struct Pending {
    pub(super) provider: String,
    pub(super) owner: Owner,
    /// What ties it to the browser session it was begun in; none, where a program began it.
    #[serde(default)]
    pub(super) session: Option<String>,
    /// The program that began it, where one did.
    #[serde(default)]
    pub(super) program: Option<Actor>,
    /// The PKCE verifier, where the provider knows PKCE.
    pub(super) verifier: Option<String>,
    pub(super) return_to: String,
    pub(super) created_at: Timestamp,
}

impl Awaited for Pending {
    fn begun_at(&self) -> Timestamp {
        self.created_at
    }
}

impl Connections {
    /// Those that wait for their person, by their states.
    pub(super) fn pending(&self) -> Once<'_> {
        self.once(&KIND)
    }

    /// What waits for its person, of a kind.
    pub(super) fn once(&self, kind: &'static Kind) -> Once<'_> {
        Once {
            kind,
            store: &self.setup.store,
            ring: &self.setup.ring,
            clock: &self.setup.clock,
        }
    }
}

impl Pending {
    /// Who connects by it: the program that began it, since nobody else has proved who they are, or its owner.
    pub(super) fn by(&self, peer: Peer) -> By {
        match &self.program {
            Some(actor) => By {
                actor: actor.clone(),
                peer,
            },
            None => By::user(&self.owner.user, peer),
        }
    }

    pub(super) fn verifier(&self) -> Option<SecretString> {
        self.verifier.clone().map(SecretString::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_begun_before_a_program_could_is_a_browsers() {
        let stored = r#"{"provider":"sample","owner":{"org":"acme","user":"ada"},"session":"tied","verifier":null,
            "return_to":"/connections/sample","created_at":"2026-11-30T12:00:00Z"}"#;
        let pending: Pending = serde_json::from_str(stored).expect("a record");
        assert_eq!(pending.session.as_deref(), Some("tied"));
    }
}
