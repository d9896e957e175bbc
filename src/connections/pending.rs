//! Pending authorisations: what Patchbay must know again when a person comes back from a provider.
//!
//! A record lies under the hash of its state, sealed (it may hold a PKCE verifier), is read once, and counts
//! for ten minutes. It stays a while longer, so that a late return is told apart from an unknown one.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::Connections;
use crate::activity::{Actor, By};
use crate::digest::digest;
use crate::owner::Owner;
use crate::peer::Peer;
use crate::store::{Key, keys};
use crate::vault::VaultError;
use crate::vault::cipher::Binding;
use crate::vault::rotate::{ByName, Record};

/// How long a person may take at the provider.
const GOOD_FOR: SignedDuration = SignedDuration::from_mins(10);
/// How long a record, or the mark that it was used, is kept.
pub(super) const KEPT: Duration = Duration::from_secs(60 * 60);
/// Stands where a used record stood.
pub(super) const USED: &[u8] = b"used";

/// What a rotation of keys has to know of them.
pub const PENDING: ByName = ByName {
    title: "pending authorisations",
    glob: keys::PENDING,
    record: |name| {
        let hash = keys::parse_pending(name)?;
        Some(Record::text_or(USED, keys::pending(hash), binding(&[hash])))
    },
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

/// What was found under a state.
pub(super) enum Found {
    Nothing,
    Used,
    Expired(Box<Pending>),
    Good(Box<Pending>),
}

impl Connections {
    /// Keeps an authorisation under its state.
    pub(super) async fn keep_pending(
        &self,
        state: &str,
        pending: &Pending,
    ) -> Result<(), VaultError> {
        let (hash, key) = key(state);
        let plain = serde_json::to_vec(pending).map_err(|_| VaultError::Format)?;
        let sealed = self.setup.ring.seal(binding(&[&hash]), &plain)?;
        Ok(self.setup.store.set(&key, &sealed, Some(KEPT)).await?)
    }

    /// Takes the authorisation of a state; nobody else can take it after.
    pub(super) async fn take_pending(&self, state: &str) -> Result<Found, VaultError> {
        let (hash, key) = key(state);
        let Some(sealed) = self.setup.store.swap(&key, USED, KEPT).await? else {
            return Ok(Found::Nothing);
        };
        if sealed == USED {
            return Ok(Found::Used);
        }
        let plain = self.setup.ring.open(binding(&[&hash]), &sealed)?;
        let pending: Pending = serde_json::from_slice(&plain).map_err(|_| VaultError::Format)?;
        Ok(if pending.good_until() < self.setup.clock.now() {
            Found::Expired(Box::new(pending))
        } else {
            Found::Good(Box::new(pending))
        })
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

    /// Until when the person may come back, and confirm.
    pub(super) fn good_until(&self) -> Timestamp {
        let until = self.created_at.checked_add(GOOD_FOR);
        until.unwrap_or(self.created_at)
    }
}

fn key(state: &str) -> (String, Key) {
    let hash = digest(state);
    let key = keys::pending(&hash);
    (hash, key)
}

fn binding<'a>(parts: &'a [&'a str]) -> Binding<'a> {
    Binding {
        purpose: "pending",
        parts,
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
