//! Looking at snapshots, of one provider or of several as one: the index of them, what a text filter leaves, and the
//! items of the rows that are wanted.
//!
//! The blocks of all of them are addressed one after the other, in the order in which they are given, and those items
//! that were changed since ([`Indexed`]) are one more block behind them. One index is built over all.

mod books;
mod export;
mod indexed;
mod instead;
mod list;
mod visitors;

use std::sync::Arc;

use super::report::Load;
use super::shelf::MOST;
use super::source::{Address, Source, addresses};
use super::{LoadError, Loads, Parts};
use crate::item::Item;
use crate::items::{Format, Found, Picked, Portrait, Query, Selection};
use crate::owner::Owner;
use visitors::{Gather, Items, Take, Wanted};

pub(super) use export::Room;
pub use export::{BrokenOff, Download};
pub(super) use indexed::Indexed;
pub use list::{Listed, Listing, Misplaced, Position};

/// The bytes that an item takes in an index at most.
const PER_ITEM: u64 = 38;

/// A provider's snapshot, to be looked at.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The provider's id.
    pub provider: String,
    /// The load that it is from.
    pub load: Load,
}

impl Loads {
    /// The page of some snapshots' items that `query` asks for. Items that are alike in what they are sorted by come in
    /// the order of the snapshots.
    pub async fn select(
        &self,
        owner: &Owner,
        shown: &[Shown],
        query: &Query,
    ) -> Result<Selection, LoadError> {
        View::new(&self.parts, owner, shown).select(query).await
    }

    /// All items of some snapshots that `query` selects, in its order, as a file that comes piece by piece. Its first
    /// piece is there already, so that what cannot be read is told before anything is sent.
    pub async fn export(
        &self,
        owner: &Owner,
        shown: &[Shown],
        query: &Query,
        format: Format,
    ) -> Result<Download, LoadError> {
        let view = View::new(&self.parts, owner, shown);
        view.export(query, format).await
    }

    /// The item of this type and id, if it is in the snapshot.
    pub async fn item(
        &self,
        owner: &Owner,
        shown: &Shown,
        kind: &str,
        id: &str,
    ) -> Result<Option<Item>, LoadError> {
        let view = View::new(&self.parts, owner, std::slice::from_ref(shown));
        view.item(&shown.provider, Some(kind), id).await
    }

    /// The item of this id, whatever its type: what others say that they lie in.
    pub async fn named(
        &self,
        owner: &Owner,
        shown: &Shown,
        id: &str,
    ) -> Result<Option<Item>, LoadError> {
        let view = View::new(&self.parts, owner, std::slice::from_ref(shown));
        view.item(&shown.provider, None, id).await
    }

    /// A snapshot in a few numbers.
    pub async fn portrait(&self, owner: &Owner, shown: &Shown) -> Result<Portrait, LoadError> {
        let view = View::new(&self.parts, owner, std::slice::from_ref(shown));
        let indexed = view.index().await?;
        aside(move || indexed.index.portrait()).await
    }
}

/// Published snapshots of one owner that are looked at. Cheap to clone.
#[derive(Clone)]
pub(super) struct View {
    parts: Arc<Parts>,
    source: Source,
    shown: Arc<[Shown]>,
    addresses: Arc<[Address]>,
}

/// The index, and the rows that a text filter leaves; all of them where there is no filter.
struct Filtered {
    indexed: Arc<Indexed>,
    found: Option<Arc<Found>>,
}

impl View {
    pub(super) fn new(parts: &Arc<Parts>, owner: &Owner, shown: &[Shown]) -> Self {
        let setup = &parts.setup;
        Self {
            source: Source {
                store: setup.store.clone(),
                ring: Arc::clone(&setup.ring),
                owner: owner.clone(),
            },
            addresses: shown.iter().flat_map(addresses).collect(),
            shown: shown.into(),
            parts: Arc::clone(parts),
        }
    }

    /// Items that were loaded.
    fn loaded(&self) -> u64 {
        self.shown.iter().map(|shown| shown.load.items()).sum()
    }

    /// The providers, for the log.
    fn providers(&self) -> String {
        let all: Vec<&str> = self.shown.iter().map(|shown| &shown.provider[..]).collect();
        all.join(", ")
    }

    /// The page that `query` asks for.
    pub(super) async fn select(&self, query: &Query) -> Result<Selection, LoadError> {
        let Filtered { indexed, found } = self.filtered(query).await?;
        let (of, query) = (Arc::clone(&indexed), query.clone());
        let picked: Picked = aside(move || of.index.pick(&query, found.as_deref())).await?;
        Ok(Selection {
            items: self.items(&indexed, &picked.rows).await?,
            total: picked.total,
            kinds: picked.kinds,
            more_changed: indexed.more_changed,
        })
    }

    async fn item(
        &self,
        provider: &str,
        kind: Option<&str>,
        id: &str,
    ) -> Result<Option<Item>, LoadError> {
        let indexed = self.index().await?;
        let rows = indexed.index.find(provider, kind, id);
        let items = self.items(&indexed, &rows).await?;
        let is = |item: &Item| item.id == id && kind.is_none_or(|kind| item.kind == kind);
        Ok(items.into_iter().find(is))
    }

    /// The items of some rows, in the order of these.
    async fn items(&self, indexed: &Indexed, rows: &[u32]) -> Result<Vec<Item>, LoadError> {
        let gathered = self.gather(indexed, rows, Items::default()).await?;
        Ok(gathered.finish())
    }

    /// Shows some rows to whoever takes them. Blocks in which none of them lies are not opened.
    async fn gather<T: Take>(
        &self,
        indexed: &Indexed,
        rows: &[u32],
        to: T,
    ) -> Result<T, LoadError> {
        let rows = (0..).zip(rows);
        let wanted = rows.map(|(at, row)| Wanted::new(&indexed.index, *row, at));
        let mut stored = Wanted::by_block(wanted.collect());
        let is_stored = |of: &Vec<Wanted>| {
            of.first()
                .is_some_and(|one| one.block < self.addresses.len())
        };
        let changed = stored.split_off(stored.partition_point(is_stored));
        let address = |of: &Vec<Wanted>| self.addresses.get(of.first()?.block).cloned();
        let addresses: Option<Vec<Address>> = stored.iter().map(address).collect();
        let addresses = addresses.ok_or(LoadError::Gone)?;
        let gather = Gather::new(stored, to);
        let gathered = self.source.show(&addresses, gather).await?;
        indexed
            .show(0, Gather::new(changed, gathered.finish()))
            .map(Gather::finish)
    }

    async fn filtered(&self, query: &Query) -> Result<Filtered, LoadError> {
        let indexed = self.index().await?;
        let needle = query.needle();
        let found = match needle.is_empty() {
            true => None,
            false => Some(self.found(&indexed, needle).await?),
        };
        Ok(Filtered { indexed, found })
    }
}

/// Builds the index of a snapshot that this process has just published, beside everything else, so that the first
/// look at it finds it there. One that would take most of the shelf is built when somebody looks.
pub(super) fn prepare(parts: &Arc<Parts>, owner: &Owner, shown: Shown) {
    if shown.load.items().saturating_mul(PER_ITEM) > MOST as u64 / 2 {
        return;
    }
    let view = View::new(parts, owner, &[shown]);
    parts.setup.tasks.spawn(async move {
        let built = view.parts.stop.run_until_cancelled(view.index()).await;
        if let Some(Err(error)) = built {
            tracing::debug!(%error, "the index of a new snapshot could not be built; a look will build it");
        }
    });
}

/// Does what takes the processor for a while off the threads that answer requests.
pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, LoadError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| LoadError::Gone)
}
