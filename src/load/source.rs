//! Where the blocks of a snapshot lie, and how they are read one after the other.

use std::sync::Arc;

use super::LoadError;
use super::blocks;
use super::pages::Place;
use super::view::Shown;
use crate::owner::Owner;
use crate::patience;
use crate::store::{Key, Store};
use crate::vault::KeyRing;

/// Blocks that are read at once: some hundred kilobytes.
const AT_ONCE: usize = 64;

/// Where a block lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    provider: Arc<str>,
    of: Arc<str>,
    stream: Arc<str>,
    number: u32,
}

/// How many blocks a snapshot has.
pub(super) fn count(shown: &Shown) -> usize {
    let runs = shown.load.parts.iter().flat_map(|part| &part.runs);
    runs.map(|run| run.numbers().len()).sum()
}

/// The blocks of a snapshot, in the order in which their items count as arrived.
pub(super) fn addresses(shown: &Shown) -> impl Iterator<Item = Address> {
    let provider: Arc<str> = shown.provider[..].into();
    shown.load.parts.iter().flat_map(move |part| {
        let (provider, stream): (_, Arc<str>) = (Arc::clone(&provider), part.stream[..].into());
        part.runs.iter().flat_map(move |run| {
            let (provider, stream) = (Arc::clone(&provider), Arc::clone(&stream));
            let of: Arc<str> = run.of[..].into();
            run.numbers().map(move |number| Address {
                provider: Arc::clone(&provider),
                of: Arc::clone(&of),
                stream: Arc::clone(&stream),
                number,
            })
        })
    })
}

/// Where the blocks of one owner's snapshots are read.
#[derive(Clone)]
pub(super) struct Source {
    pub(super) store: Store,
    pub(super) ring: Arc<KeyRing>,
    pub(super) owner: Owner,
}

/// Blocks that were read, still sealed.
struct Sealed(Vec<(Address, Vec<u8>)>);

/// What is done with blocks, one after the other.
pub(super) trait Visit: Send + 'static {
    /// Takes a block's bytes, which are those of the address at this place.
    fn visit(&mut self, at: usize, block: &[u8]) -> Result<(), LoadError>;
}

impl Source {
    /// Shows blocks to a visitor, in order, off the threads that answer requests. The next ones are fetched
    /// meanwhile; no more than two bundles are held at a time.
    pub(super) async fn show<V: Visit>(
        &self,
        addresses: &[Address],
        mut visitor: V,
    ) -> Result<V, LoadError> {
        let mut bundles = addresses.chunks(AT_ONCE);
        let mut first = 0;
        let mut next = self.fetch(bundles.next().unwrap_or_default()).await?;
        while !next.0.is_empty() {
            let (source, now) = (self.clone(), next);
            let shown = tokio::task::spawn_blocking(move || {
                source.open(&now, first, &mut visitor).map(|()| visitor)
            });
            let fetched = self.fetch(bundles.next().unwrap_or_default());
            let (shown, fetched) = tokio::join!(shown, fetched);
            visitor = shown.unwrap_or(Err(LoadError::Gone))?;
            next = fetched?;
            first += AT_ONCE;
        }
        Ok(visitor)
    }

    fn open(&self, sealed: &Sealed, first: usize, to: &mut impl Visit) -> Result<(), LoadError> {
        for (at, (address, bytes)) in (first..).zip(&sealed.0) {
            let block = self.place(address).open(&self.ring, bytes)?;
            to.visit(at, &blocks::packed(&block)?)?;
        }
        Ok(())
    }

    /// Some blocks, still sealed. What a page takes from one run shares a slot, and a run is of one provider.
    async fn fetch(&self, addresses: &[Address]) -> Result<Sealed, LoadError> {
        let mut read = Vec::with_capacity(addresses.len());
        for of_run in addresses.chunk_by(|one, other| one.of == other.of) {
            let keys: Vec<Key> = of_run.iter().map(|at| self.place(at).key()).collect();
            // Requests may wait for this that have nothing to do with it, and a frozen store must not hold them up
            // longer than their own waits.
            let found = patience::within(patience::PER_REQUEST, self.store.get_many(&keys)).await?;
            for (address, bytes) in of_run.iter().zip(found) {
                read.push((address.clone(), bytes.ok_or(LoadError::Gone)?));
            }
        }
        Ok(Sealed(read))
    }

    fn place<'a>(&'a self, address: &'a Address) -> Place<'a> {
        Place {
            owner: &self.owner,
            provider: &address.provider,
            of: &address.of,
            stream: &address.stream,
            number: address.number,
        }
    }
}
