//! The pages of a snapshot: compressed, sealed, each under a key of its own.
//!
//! All pages of a load share a hash tag, so that many are read, prolonged or deleted in one step.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::LoadError;
use super::report::Part;
use crate::item::Item;
use crate::items::PageSource;
use crate::owner::Owner;
use crate::store::{Key, Store, StoreError, keys};
use crate::vault::KeyRing;
use crate::vault::cipher::Binding;
use crate::vault::rotate::Record;

/// Of zstd's levels, the one that is its default: fast, and pages of JSON shrink to a tenth.
const LEVEL: i32 = 3;
/// Pages that are read at once.
const READ_AT_ONCE: u32 = 32;
/// Pages that are prolonged or deleted at once.
const KEYS_AT_ONCE: usize = 200;
/// Pages that nobody needs any more are kept for those who are just reading them.
const GRACE: Duration = Duration::from_secs(60);

/// Where a page belongs; it opens nowhere else.
pub(super) struct Place<'a> {
    pub(super) owner: &'a Owner,
    pub(super) provider: &'a str,
    pub(super) load: &'a str,
    pub(super) stream: &'a str,
    pub(super) number: u32,
}

impl Place<'_> {
    pub(super) fn key(&self) -> Key {
        keys::page(self.load, self.stream, self.number)
    }

    /// Packs and seals a page.
    pub(super) fn seal(&self, ring: &KeyRing, items: &[Item]) -> Result<Vec<u8>, LoadError> {
        let plain = serde_json::to_vec(items).map_err(|_| LoadError::Gone)?;
        let packed = zstd::bulk::compress(&plain, LEVEL).map_err(|_| LoadError::Gone)?;
        self.bound(|binding| ring.seal(binding, &packed))
            .map_err(LoadError::from)
    }

    fn open(&self, ring: &KeyRing, sealed: &[u8]) -> Result<Vec<Item>, LoadError> {
        let packed = self.bound(|binding| ring.open(binding, sealed))?;
        let plain = zstd::stream::decode_all(&packed[..]).map_err(|_| LoadError::Gone)?;
        serde_json::from_slice(&plain).map_err(|_| LoadError::Gone)
    }

    /// The page as a rotation of keys sees it.
    pub(super) fn record(&self) -> Record {
        self.bound(|binding| Record::text(self.key(), binding))
    }

    fn bound<T>(&self, work: impl FnOnce(Binding<'_>) -> T) -> T {
        let number = self.number.to_string();
        let (org, user) = (&self.owner.org, &self.owner.user);
        work(Binding {
            purpose: "page",
            parts: &[org, user, self.provider, self.load, self.stream, &number],
        })
    }
}

/// The keys of the pages of a stream, in bundles.
fn bundles(load: &str, stream: &str, pages: u32) -> impl Iterator<Item = Vec<Key>> {
    let keys: Vec<Key> = (0..pages)
        .map(|number| keys::page(load, stream, number))
        .collect();
    let starts = (0..keys.len()).step_by(KEYS_AT_ONCE);
    starts.map(move |start| keys[start..keys.len().min(start + KEYS_AT_ONCE)].to_vec())
}

/// Lets the pages of a stream go, after a while. Best effort: what is left ends by itself, later.
pub(super) async fn let_go(store: &Store, load: &str, stream: &str, pages: u32) {
    for keys in bundles(load, stream, pages) {
        if let Err(error) = store.expire_many(&keys, GRACE).await {
            tracing::warn!(%error, "pages that nobody needs could not be let go; they end later");
            return;
        }
    }
}

/// Gives the pages of a part a new life.
pub(super) async fn prolong(store: &Store, part: &Part, life: Duration) -> Result<(), StoreError> {
    for keys in bundles(&part.pages_of, &part.stream, part.pages) {
        store.expire_many(&keys, life).await?;
    }
    Ok(())
}

/// Deletes the pages of a part.
pub(super) async fn delete(store: &Store, part: &Part) -> Result<(), StoreError> {
    for keys in bundles(&part.pages_of, &part.stream, part.pages) {
        store.delete_many(&keys).await?;
    }
    Ok(())
}

/// Reads the pages of some parts, one after the other.
pub struct Reader<'a> {
    store: &'a Store,
    ring: &'a Arc<KeyRing>,
    owner: &'a Owner,
    provider: &'a str,
    parts: &'a [Part],
    part: usize,
    number: u32,
    read: VecDeque<Vec<Item>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        store: &'a Store,
        ring: &'a Arc<KeyRing>,
        owner: &'a Owner,
        provider: &'a str,
        parts: &'a [Part],
    ) -> Self {
        Self {
            store,
            ring,
            owner,
            provider,
            parts,
            part: 0,
            number: 0,
            read: VecDeque::new(),
        }
    }

    /// Some pages of a part, in order.
    pub async fn pages(
        &self,
        part: &Part,
        numbers: std::ops::Range<u32>,
    ) -> Result<Vec<Vec<Item>>, LoadError> {
        let keys: Vec<Key> = numbers
            .clone()
            .map(|number| keys::page(&part.pages_of, &part.stream, number))
            .collect();
        let sealed = self.store.get_many(&keys).await?;
        let (ring, owner) = (Arc::clone(self.ring), self.owner.clone());
        let provider = self.provider.to_owned();
        let (load, stream) = (part.pages_of.clone(), part.stream.clone());
        // Opening many pages takes long enough to hold other requests up.
        let opened = tokio::task::spawn_blocking(move || {
            let place = |number| Place {
                owner: &owner,
                provider: &provider,
                load: &load,
                stream: &stream,
                number,
            };
            let pages = numbers
                .zip(sealed)
                .map(|(number, sealed)| place(number).open(&ring, &sealed.ok_or(LoadError::Gone)?));
            pages.collect()
        });
        opened.await.unwrap_or(Err(LoadError::Gone))
    }
}

#[async_trait]
impl PageSource for Reader<'_> {
    type Error = LoadError;

    async fn next_page(&mut self) -> Result<Option<Vec<Item>>, LoadError> {
        loop {
            if let Some(items) = self.read.pop_front() {
                return Ok(Some(items));
            }
            let Some(part) = self.parts.get(self.part) else {
                return Ok(None);
            };
            let until = part.pages.min(self.number.saturating_add(READ_AT_ONCE));
            if self.number < until {
                self.read = self.pages(part, self.number..until).await?.into();
                self.number = until;
            } else {
                self.part += 1;
                self.number = 0;
            }
        }
    }
}
