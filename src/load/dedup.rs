//! Which objects of a stream have come already.
//!
//! Objects that are added or archived during a walk shift the pages, so that one may come twice.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

/// The ids seen so far, as half of their hash: 16 bytes each, whatever the ids are, and far too many bits
/// for two of a million to meet.
#[derive(Default)]
pub(super) struct Seen(HashSet<u128>);

impl Seen {
    /// Notes an id; `false` if it came before.
    pub(super) fn insert(&mut self, id: &str) -> bool {
        let hash = Sha256::digest(id.as_bytes());
        let half = hash.first_chunk::<16>().copied().unwrap_or_default();
        self.0.insert(u128::from_be_bytes(half))
    }
}
