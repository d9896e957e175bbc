//! Which objects of a list have come already.
//!
//! Objects that are added or archived during a walk shift the pages, so that one may come twice.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

/// The ids seen so far, each as its hash.
#[derive(Default)]
pub(super) struct Seen(HashSet<u128>);

impl Seen {
    /// Notes an id; `false` if it came before.
    pub(super) fn insert(&mut self, id: &str) -> bool {
        self.0.insert(hash(id))
    }
}

/// Half of an id's hash: 16 bytes, whatever the id is, and far too many bits for two of a million to meet.
pub(super) fn hash(id: &str) -> u128 {
    let hash = Sha256::digest(id.as_bytes());
    let half = hash.first_chunk::<16>().copied().unwrap_or_default();
    u128::from_be_bytes(half)
}
