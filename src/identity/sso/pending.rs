//! Sign-ins that were begun: what must be known again when somebody comes back from the issuer.
//!
//! As with connections, a record lies under the hash of its state, sealed, is tied to the browser session, is read
//! once, and counts for ten minutes. It stays a while longer, so that a late return is told apart from an unknown one.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Sso;
use crate::digest::digest;
use crate::store::keys;
use crate::vault::VaultError;
use crate::vault::cipher::Binding;
use crate::vault::rotate::{ByName, Record};

/// How long a person may take at the issuer.
const GOOD_FOR: SignedDuration = SignedDuration::from_mins(10);
/// How long a record, or the mark that it was used, is kept.
const KEPT: Duration = Duration::from_secs(60 * 60);
/// Stands where a used record stood.
const USED: &[u8] = b"used";

/// What a rotation of keys has to know of them.
pub const SIGNING_IN: ByName = ByName {
    title: "sign-ins under way",
    glob: keys::SIGNING_IN,
    record: |name| {
        let hash = keys::parse_signing_in(name)?;
        let key = keys::signing_in(hash);
        Some(Record::text_or(USED, key, binding(&[hash])))
    },
};

/// A sign-in that was begun.
#[derive(Serialize, Deserialize)]
pub(super) struct Pending {
    /// What ties it to the browser session it was begun in.
    pub(super) session: String,
    /// The PKCE verifier.
    pub(super) verifier: String,
    /// What the token must repeat.
    pub(super) nonce: String,
    /// The page to go on to.
    pub(super) next: String,
    pub(super) created_at: Timestamp,
}

/// What was found under a state.
pub(super) enum Found {
    Nothing,
    Used,
    Expired,
    Good(Pending),
}

impl Sso {
    /// Keeps a sign-in under its state.
    pub(super) async fn keep(&self, state: &str, pending: &Pending) -> Result<(), VaultError> {
        let setup = &self.0.setup;
        let hash = digest(state);
        let plain = serde_json::to_vec(pending).map_err(|_| VaultError::Format)?;
        let sealed = setup.ring.seal(binding(&[&hash]), &plain)?;
        let key = keys::signing_in(&hash);
        Ok(setup.store.set(&key, &sealed, Some(KEPT)).await?)
    }

    /// Takes the sign-in of a state; nobody else can take it after.
    pub(super) async fn take(&self, state: &str) -> Result<Found, VaultError> {
        let setup = &self.0.setup;
        let hash = digest(state);
        let key = keys::signing_in(&hash);
        let Some(sealed) = setup.store.swap(&key, USED, KEPT).await? else {
            return Ok(Found::Nothing);
        };
        if sealed == USED {
            return Ok(Found::Used);
        }
        let plain = setup.ring.open(binding(&[&hash]), &sealed)?;
        let pending: Pending = serde_json::from_slice(&plain).map_err(|_| VaultError::Format)?;
        let until = pending.created_at.checked_add(GOOD_FOR);
        Ok(
            match until.unwrap_or(pending.created_at) < setup.clock.now() {
                true => Found::Expired,
                false => Found::Good(pending),
            },
        )
    }
}

fn binding<'a>(parts: &'a [&'a str]) -> Binding<'a> {
    Binding {
        purpose: "signing in",
        parts,
    }
}
