//! The encryption keys, against what the store holds.

use tokio::time::Instant;

use super::Finding;
use crate::store::Store;
use crate::vault::KeyRing;
use crate::vault::rotate::{self, Figures, Kind};

/// What the finding is about.
pub const ABOUT: &str = "Encryption keys";

/// Records that are opened, of each kind.
const SAMPLE: u64 = 200;

/// The keys, as far as that can be said without making any.
pub enum Keys {
    /// They are made at the first start.
    ToBeMade,
    /// These.
    Given(KeyRing),
    /// They cannot be used, and why.
    Bad(String),
}

/// Tries the keys on some of what the store holds, if there is one; it has until `until`.
pub async fn check(
    keys: &Keys,
    store: Option<&Store>,
    kinds: &[&dyn Kind],
    until: Instant,
) -> Finding {
    match (keys, store) {
        (Keys::Bad(why), _) => Finding::wrong(ABOUT, why),
        (Keys::ToBeMade, _) => Finding::ok(
            ABOUT,
            "they and the session key are made at the first start, in the data folder",
        ),
        (Keys::Given(_), None) => Finding::unknown(
            ABOUT,
            "they are there; there is no store now to try them on",
        ),
        (Keys::Given(ring), Some(store)) => tried(store, ring, kinds, until).await,
    }
}

async fn tried(store: &Store, ring: &KeyRing, kinds: &[&dyn Kind], until: Instant) -> Finding {
    let figures = match rotate::sample(store, ring, kinds, SAMPLE, until).await {
        Ok(figures) => figures,
        Err(error) => return Finding::unknown(ABOUT, format!("could not be tried ({error})")),
    };
    let total = Figures::total(&figures);
    let found = total.found();
    let first = ring.first();
    if total.unreadable == 0 {
        let text = match found {
            0 => format!("'{first}' encrypts; nothing is stored yet that they could be tried on"),
            1 => format!("'{first}' encrypts; the one stored credential that was tried opens"),
            _ => format!(
                "'{first}' encrypts; all of {found} stored credentials that were tried open"
            ),
        };
        return Finding::ok(ABOUT, text);
    }
    let unreadable = total.unreadable;
    let missing: Vec<&str> = total.missing.iter().map(String::as_str).collect();
    let why = match missing.as_slice() {
        [] => "they are damaged, or were encrypted with another key of the same id".to_owned(),
        ids => format!(
            "put back the key(s) {} in PATCHBAY_ENCRYPTION_KEYS",
            ids.join(", ")
        ),
    };
    Finding::wrong(
        ABOUT,
        format!(
            "{unreadable} of {found} stored credentials that were tried do not open: {why} ('patchbay keys rotate --dry-run' names them)"
        ),
    )
}
