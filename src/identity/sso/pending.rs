//! Sign-ins that were begun: what must be known again when somebody comes back from the issuer with their state.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Sso;
use crate::store::keys;
use crate::vault::once::{Awaited, Kind, Once};
use crate::vault::rotate::ByName;

/// What a rotation of keys has to know of them.
pub const SIGNING_IN: ByName = ByName {
    title: "sign-ins under way",
    glob: keys::SIGNING_IN,
    record: |name| Some(KIND.record(keys::parse_signing_in(name)?)),
};

static KIND: Kind = Kind {
    purpose: "signing in",
    key: keys::signing_in,
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

impl Awaited for Pending {
    fn begun_at(&self) -> Timestamp {
        self.created_at
    }
}

impl Sso {
    /// Those that are under way, by their states.
    pub(super) fn pending(&self) -> Once<'_> {
        let setup = &self.0.setup;
        Once {
            kind: &KIND,
            store: &setup.store,
            ring: &setup.ring,
            clock: &setup.clock,
        }
    }
}
