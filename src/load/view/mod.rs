//! Looking at a snapshot: the index of it, what a text filter leaves, and the items of the rows that are wanted.

mod export;
mod visitors;

use std::sync::Arc;

use super::report::Load;
use super::shelf::{Book, MOST, Name, What};
use super::source::{Address, Source, addresses};
use super::{LoadError, Loads, Parts};
use crate::item::Item;
use crate::items::{Format, Found, Index, Picked, Query, Selection, Texts};
use crate::owner::Owner;
use visitors::{Build, Gather, Items, Search, Take, Wanted};

pub(super) use export::Room;
pub use export::{BrokenOff, Download};

/// About the bytes that an item takes in an index.
const PER_ITEM: u64 = 22;

impl Loads {
    /// The page of a snapshot's items that `query` asks for.
    pub async fn select(
        &self,
        owner: &Owner,
        provider: &str,
        snapshot: &Load,
        query: &Query,
    ) -> Result<Selection, LoadError> {
        let view = View::new(&self.parts, owner, provider, snapshot);
        view.select(query).await
    }

    /// All items of a snapshot that `query` selects, in its order, as a file that comes piece by piece. Its first
    /// piece is there already, so that what cannot be read is told before anything is sent.
    pub async fn export(
        &self,
        owner: &Owner,
        provider: &str,
        snapshot: &Load,
        query: &Query,
        format: Format,
    ) -> Result<Download, LoadError> {
        let view = View::new(&self.parts, owner, provider, snapshot);
        view.export(query, format).await
    }
}

/// A published snapshot that is looked at. Cheap to clone.
#[derive(Clone)]
pub(super) struct View {
    parts: Arc<Parts>,
    source: Source,
    snapshot: Arc<Load>,
    addresses: Arc<[Address]>,
}

/// A snapshot's index, and the rows that a text filter leaves; all of them where there is no filter.
struct Filtered {
    index: Arc<Index>,
    found: Option<Arc<Found>>,
}

impl View {
    pub(super) fn new(parts: &Arc<Parts>, owner: &Owner, provider: &str, snapshot: &Load) -> Self {
        let setup = &parts.setup;
        Self {
            source: Source {
                store: setup.store.clone(),
                ring: Arc::clone(&setup.ring),
                owner: owner.clone(),
                provider: provider.to_owned(),
            },
            addresses: addresses(snapshot).collect(),
            snapshot: Arc::new(snapshot.clone()),
            parts: Arc::clone(parts),
        }
    }

    /// The page that `query` asks for.
    pub(super) async fn select(&self, query: &Query) -> Result<Selection, LoadError> {
        let Filtered { index, found } = self.filtered(query).await?;
        let (of, query) = (Arc::clone(&index), query.clone());
        let picked: Picked = aside(move || of.pick(&query, found.as_deref())).await?;
        Ok(Selection {
            items: self.items(&index, &picked.rows).await?,
            total: picked.total,
            kinds: picked.kinds,
        })
    }

    /// The items of some rows, in the order of these.
    async fn items(&self, index: &Index, rows: &[u32]) -> Result<Vec<Item>, LoadError> {
        let gathered = self.gather(index, rows, Items::default()).await?;
        Ok(gathered.finish())
    }

    /// Shows some rows to whoever takes them. Blocks in which none of them lies are not opened.
    async fn gather<T: Take>(&self, index: &Index, rows: &[u32], to: T) -> Result<T, LoadError> {
        let rows = (0..).zip(rows);
        let wanted = Wanted::by_block(rows.map(|(at, row)| Wanted::new(index, *row, at)).collect());
        let address = |of: &[Wanted]| self.addresses.get(of.first()?.block).cloned();
        let addresses: Option<Vec<Address>> = wanted.iter().map(|of| address(of)).collect();
        let addresses = addresses.ok_or(LoadError::Gone)?;
        let gathered = self
            .source
            .show(&addresses, Gather::new(wanted, to))
            .await?;
        Ok(gathered.finish())
    }

    async fn filtered(&self, query: &Query) -> Result<Filtered, LoadError> {
        let index = self.index().await?;
        let needle = query.needle();
        let found = match needle.is_empty() {
            true => None,
            false => Some(self.found(&index, needle).await?),
        };
        Ok(Filtered { index, found })
    }

    async fn index(&self) -> Result<Arc<Index>, LoadError> {
        match self.book(What::Index).await? {
            Book::Index(index) => Ok(index),
            _ => Err(LoadError::Gone),
        }
    }

    /// The rows that hold the folded text.
    async fn found(&self, index: &Index, needle: String) -> Result<Arc<Found>, LoadError> {
        let rows = index.rows();
        if !index.texts_kept() {
            return match self.book(What::Found(needle)).await? {
                Book::Found(found) => Ok(found),
                _ => Err(LoadError::Gone),
            };
        }
        match self.book(What::Texts).await? {
            Book::Texts(texts) => aside(move || Arc::new(texts.found(&needle, rows))).await,
            _ => Err(LoadError::Gone),
        }
    }

    /// Something of this snapshot, from the shelf or made now. It is made by a task of its own, which goes on when
    /// whoever asked for it has gone.
    async fn book(&self, what: What) -> Result<Book, LoadError> {
        let name = Name::new(
            &self.source.owner,
            &self.source.provider,
            &self.snapshot,
            what,
        );
        if let Some(book) = self.parts.shelf.get(&name).await {
            return Ok(book);
        }
        let view = self.clone();
        let made = self.parts.setup.tasks.spawn(async move {
            let make = Box::pin(view.make(name.what()));
            view.parts.shelf.get_or_make(name.clone(), make).await
        });
        made.await.unwrap_or(Err(LoadError::Gone))
    }

    async fn make(&self, what: What) -> Result<Book, LoadError> {
        let _place = self.parts.scans.acquire().await;
        match what {
            What::Index => self.make_index().await,
            What::Texts => {
                let gathered = self.source.show(&self.addresses, Texts::default()).await?;
                Ok(Book::Texts(Arc::new(gathered.shrunk())))
            }
            What::Found(needle) => {
                let search = Search::new(needle, self.snapshot.items());
                let search = self.source.show(&self.addresses, search).await?;
                Ok(Book::Found(Arc::new(search.finish())))
            }
        }
    }

    async fn make_index(&self) -> Result<Book, LoadError> {
        let build = Build::new(self.parts.shelf.most_texts());
        let built = self.source.show(&self.addresses, build).await?;
        let (index, texts) = aside(move || built.finish()).await??;
        if let Some(texts) = texts {
            let (owner, provider) = (&self.source.owner, &self.source.provider);
            let name = Name::new(owner, provider, &self.snapshot, What::Texts);
            self.parts
                .shelf
                .put(name, Book::Texts(Arc::new(texts)))
                .await;
        }
        Ok(Book::Index(Arc::new(index)))
    }
}

/// Builds the index of a snapshot that this process has just published, beside everything else, so that the first
/// look at it finds it there. One that would take most of the shelf is built when somebody looks.
pub(super) fn prepare(parts: &Arc<Parts>, owner: &Owner, provider: &str, snapshot: &Load) {
    if snapshot.items().saturating_mul(PER_ITEM) > MOST as u64 / 2 {
        return;
    }
    let view = View::new(parts, owner, provider, snapshot);
    parts.setup.tasks.spawn(async move {
        let built = view.parts.stop.run_until_cancelled(view.index()).await;
        if let Some(Err(error)) = built {
            tracing::debug!(%error, "the index of a new snapshot could not be built; a look will build it");
        }
    });
}

/// Does what takes the processor for a while off the threads that answer requests.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, LoadError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| LoadError::Gone)
}
