//! The blocks of a snapshot: compressed, sealed, each under a key of its own.
//!
//! All blocks of a run share a hash tag, so that many are read, prolonged or deleted in one step.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use super::LoadError;
use super::blocks::Block;
use super::report::Run;
use crate::owner::Owner;
use crate::store::{Key, Store, StoreError, keys};
use crate::vault::KeyRing;
use crate::vault::cipher::Binding;
use crate::vault::rotate::Record;

/// Of zstd's levels, the one that is its default: fast, and packed blocks shrink to a quarter.
const LEVEL: i32 = 3;
/// Blocks that are prolonged or deleted at once.
const KEYS_AT_ONCE: usize = 200;
/// Blocks that nobody needs any more are kept for those who are just reading them.
const GRACE: Duration = Duration::from_secs(60);

/// Where a block belongs; it opens nowhere else.
pub(super) struct Place<'a> {
    pub(super) owner: &'a Owner,
    pub(super) provider: &'a str,
    /// The name of its run.
    pub(super) of: &'a str,
    pub(super) stream: &'a str,
    pub(super) number: u32,
}

impl Place<'_> {
    pub(super) fn key(&self) -> Key {
        keys::page(self.of, self.stream, self.number)
    }

    /// Packs and seals a block.
    pub(super) fn seal(&self, ring: &KeyRing, block: &Block) -> Result<Vec<u8>, LoadError> {
        let plain = block.to_bytes()?;
        let packed = zstd::bulk::compress(&plain, LEVEL).map_err(|_| LoadError::Gone)?;
        self.bound(|binding| ring.seal(binding, &packed))
            .map_err(LoadError::from)
    }

    /// The bytes of a block: see [`super::blocks`].
    pub(super) fn open(&self, ring: &KeyRing, sealed: &[u8]) -> Result<Vec<u8>, LoadError> {
        let packed = self.bound(|binding| ring.open(binding, sealed))?;
        zstd::stream::decode_all(&packed[..]).map_err(|_| LoadError::Gone)
    }

    /// The block as a rotation of keys sees it.
    pub(super) fn record(&self) -> Record {
        self.bound(|binding| Record::text(self.key(), binding))
    }

    fn bound<T>(&self, work: impl FnOnce(Binding<'_>) -> T) -> T {
        let number = self.number.to_string();
        let (org, user) = (&self.owner.org, &self.owner.user);
        work(Binding {
            purpose: "page",
            parts: &[org, user, self.provider, self.of, self.stream, &number],
        })
    }
}

/// The keys of the blocks of a run, in bundles.
fn bundles(stream: &str, of: &str, numbers: Range<u32>) -> impl Iterator<Item = Vec<Key>> {
    let keys: Vec<Key> = numbers
        .map(|number| keys::page(of, stream, number))
        .collect();
    let starts = (0..keys.len()).step_by(KEYS_AT_ONCE);
    starts.map(move |start| keys[start..keys.len().min(start + KEYS_AT_ONCE)].to_vec())
}

/// Lets blocks go, after a while. Best effort: what is left ends by itself, later.
pub(super) async fn let_go(store: &Store, stream: &str, of: &str, numbers: Range<u32>) {
    for keys in bundles(stream, of, numbers) {
        if let Err(error) = store.expire_many(&keys, GRACE).await {
            tracing::warn!(%error, "pages that nobody needs could not be let go; they end later");
            return;
        }
    }
}

/// Gives the blocks of a run a new life.
pub(super) async fn prolong(
    store: &Store,
    stream: &str,
    run: &Run,
    life: Duration,
) -> Result<(), StoreError> {
    for keys in bundles(stream, &run.of, run.numbers()) {
        store.expire_many(&keys, life).await?;
    }
    Ok(())
}

/// Deletes the blocks of a run.
pub(super) async fn delete(store: &Store, stream: &str, run: &Run) -> Result<(), StoreError> {
    for keys in bundles(stream, &run.of, run.numbers()) {
        store.delete_many(&keys).await?;
    }
    Ok(())
}

/// Reads blocks as they were stored.
pub struct Reader<'a> {
    store: &'a Store,
    ring: &'a Arc<KeyRing>,
    owner: &'a Owner,
    provider: &'a str,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        store: &'a Store,
        ring: &'a Arc<KeyRing>,
        owner: &'a Owner,
        provider: &'a str,
    ) -> Self {
        Self {
            store,
            ring,
            owner,
            provider,
        }
    }

    /// Some blocks of a run, in order.
    pub(super) async fn blocks(
        &self,
        stream: &str,
        of: &str,
        numbers: Range<u32>,
    ) -> Result<Vec<Block>, LoadError> {
        let keys: Vec<Key> = numbers
            .clone()
            .map(|number| keys::page(of, stream, number))
            .collect();
        let sealed = self.store.get_many(&keys).await?;
        let (ring, owner) = (Arc::clone(self.ring), self.owner.clone());
        let provider = self.provider.to_owned();
        let (of, stream) = (of.to_owned(), stream.to_owned());
        // Opening many blocks takes long enough to hold other requests up.
        let opened = tokio::task::spawn_blocking(move || {
            let place = |number| Place {
                owner: &owner,
                provider: &provider,
                of: &of,
                stream: &stream,
                number,
            };
            let open = |(number, sealed): (u32, Option<Vec<u8>>)| {
                let sealed = sealed.ok_or(LoadError::Gone)?;
                Block::from_bytes(&place(number).open(&ring, &sealed)?)
            };
            numbers.zip(sealed).map(open).collect()
        });
        opened.await.unwrap_or(Err(LoadError::Gone))
    }
}
