//! Rotations of made-up records over a Redis of their own.

mod meanwhile;
mod records;

use std::time::Duration;

use super::*;
use crate::clock::Entropy;
use crate::owner::Owner;
use crate::store::{Key, Versioned, keys};
use crate::testing;
use crate::testing::redis::Redis;
use crate::vault::cipher::{Binding, NamedKey};
use crate::vault::record;

const PROVIDER: &str = "provider";
/// Stands where a spent string stood.
const SPENT: &[u8] = b"spent";

/// A ring of keys, each of which has its name's first byte as its secret.
fn ring(ids: &[&str]) -> KeyRing {
    let key = |id: &&str| NamedKey {
        id: (*id).to_owned(),
        secret: [id.as_bytes()[0]; 32],
    };
    KeyRing::new(ids.iter().map(key).collect(), Entropy::system()).expect("a ring")
}

fn owner(n: usize) -> Owner {
    Owner {
        org: "acme".to_owned(),
        user: format!("user {n}"),
    }
}

fn connection(n: usize) -> Key {
    keys::connection(&owner(n), PROVIDER)
}

/// Strings that are bound to the hash in their key.
const STRINGS: ByName = ByName {
    title: "strings",
    glob: keys::PENDING,
    record: |name| {
        let hash = keys::parse_pending(name)?;
        Some(Record::text_or(SPENT, keys::pending(hash), bound(&[hash])))
    },
};

fn bound<'a>(parts: &'a [&'a str]) -> Binding<'a> {
    Binding {
        purpose: "string",
        parts,
    }
}

struct Place {
    redis: Redis,
    store: Store,
}

impl Place {
    fn new() -> Self {
        Self::of(Redis::start())
    }

    fn of(redis: Redis) -> Self {
        let store = testing::store(&redis);
        Self { redis, store }
    }

    /// Writes the connection of user `n`.
    async fn connect(&self, ring: &KeyRing, n: usize, plain: &[u8]) {
        let owner = owner(n);
        let binding = record::binding(&owner, PROVIDER);
        let sealed = ring.seal(binding.as_ref(), plain).expect("sealed");
        assert!(self.put(n, 0, &sealed).await);
    }

    /// The connection of user `n`, as it lies there.
    async fn held(&self, n: usize) -> Versioned {
        let found = self.store.get_versioned(&connection(n)).await;
        found.expect("an answer").expect("a record")
    }

    /// Puts bytes in the place of the connection of user `n`, unless it is no longer of this version; tells
    /// whether it did.
    async fn put(&self, n: usize, version: u64, bytes: &[u8]) -> bool {
        let key = connection(n);
        let written = self.store.compare_and_set(&key, version, bytes).await;
        written.expect("an answer").is_some()
    }

    /// Puts any bytes in the place of the connection of user `n`.
    async fn spoil(&self, n: usize, bytes: &[u8]) {
        let version = self.held(n).await.version;
        assert!(self.put(n, version, bytes).await);
    }

    /// The connection of user `n`, as it opens with `ring`.
    async fn opened(&self, ring: &KeyRing, n: usize) -> Vec<u8> {
        let owner = owner(n);
        let binding = record::binding(&owner, PROVIDER);
        let bytes = self.held(n).await.bytes;
        ring.open(binding.as_ref(), &bytes).expect("it opens")
    }

    async fn string(&self, ring: &KeyRing, hash: &str, life: Option<Duration>) {
        let sealed = ring.seal(bound(&[hash]), hash.as_bytes()).expect("sealed");
        let written = self.store.set(&keys::pending(hash), &sealed, life).await;
        written.expect("written");
    }

    async fn rotate(&self, ring: &KeyRing, mode: Mode) -> (Total, Vec<String>) {
        let mut unreadable = Vec::new();
        let tell = |event: Event<'_>| {
            if let Event::Unreadable(record) = event {
                unreadable.push(record.to_string());
            }
        };
        let all = rotate(&self.store, ring, &[&CONNECTIONS, &STRINGS], mode, tell).await;
        let total = Figures::total(&all.expect("a rotation"));
        unreadable.sort();
        (total, unreadable)
    }
}

/// Records of older keys, of the first key, and such as cannot be opened.
fn counts(total: &Total) -> (u64, u64, u64) {
    (total.old, total.new, total.unreadable)
}
