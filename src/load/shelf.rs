//! What is kept in memory of snapshots that were looked at, so that the next look is a matter of milliseconds.
//!
//! It is a cache and decides nothing: whether there is a snapshot, and which, the manifest in the store says, at
//! every request; and the rows that are shown come from its blocks. It holds plain text, which is let go when nobody
//! looks for a while.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use moka::policy::EvictionPolicy;
use serde_json::{Value, json};

use super::LoadError;
use super::dedup;
use super::report::Load;
use super::view::Indexed;
use crate::items::{Found, Texts};
use crate::owner::Owner;

/// Bytes of memory over all snapshots: the indexes of two and a half million items, or of nearly half a million with their texts.
/// A Patchbay shall do with 256 MiB, of which a load and two builds take their part.
pub(super) const MOST: usize = 96 << 20;
/// The texts of one snapshot may take this part of it, so that one account cannot push out all others. What is larger
/// is searched block by block.
const TEXTS_SHARE: usize = 2;
/// What nobody looks at for so long is let go.
const IDLE: Duration = Duration::from_secs(15 * 60);

/// See the module.
pub(super) struct Shelf {
    cache: Cache<Name, Book>,
    most: usize,
}

/// What is kept, of which snapshots.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Name {
    owner: Owner,
    editions: Arc<[Edition]>,
    what: What,
}

/// A provider's snapshot as it was at a moment. What was loaded never changes: a new load has a new id. What is noted
/// as changed since has a version.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Edition {
    provider: String,
    load: String,
    /// The version of the changes that are noted; `None` where none are.
    changes: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum What {
    Index,
    Texts,
    /// What a text filter leaves, where the texts are too large to be kept.
    Found(String),
}

/// Something that is kept.
#[derive(Clone)]
pub(super) enum Book {
    Index(Arc<Indexed>),
    Texts(Arc<Texts>),
    Found(Arc<Found>),
}

impl Edition {
    pub(super) fn new(provider: &str, load: &Load, changes: Option<String>) -> Self {
        Self {
            provider: provider.to_owned(),
            load: load.run_id(),
            changes,
        }
    }

    /// All of some editions in a few digits: the same in every process, and another with any other edition.
    pub(super) fn digest(editions: &[Self]) -> u128 {
        let parts = editions.iter();
        let parts = parts.map(|one| json!([one.provider, one.load, one.changes]));
        dedup::hash(&parts.collect::<Value>().to_string())
    }

    fn is_of(&self, provider: &str, load: &Load) -> bool {
        self.provider == provider && self.load == load.run_id()
    }
}

impl Name {
    pub(super) fn new(owner: &Owner, editions: Arc<[Edition]>, what: What) -> Self {
        Self {
            owner: owner.clone(),
            editions,
            what,
        }
    }

    /// The name of something else of the same snapshots.
    pub(super) fn of(&self, what: What) -> Self {
        Self::new(&self.owner, Arc::clone(&self.editions), what)
    }

    pub(super) fn editions(&self) -> &Arc<[Edition]> {
        &self.editions
    }
}

impl Book {
    /// The bytes it takes, and some for its place.
    fn weight(&self) -> u32 {
        let bytes = match self {
            Self::Index(index) => index.weight(),
            Self::Texts(texts) => texts.weight(),
            Self::Found(found) => found.weight(),
        };
        u32::try_from(bytes + 500).unwrap_or(u32::MAX)
    }
}

impl Shelf {
    /// An empty shelf for so many bytes.
    pub(super) fn new(most: usize) -> Self {
        let cache = Cache::builder()
            .max_capacity(most as u64)
            .weigher(|_, book: &Book| book.weight())
            .eviction_policy(EvictionPolicy::lru())
            .time_to_idle(IDLE)
            .build();
        Self { cache, most }
    }

    /// Bytes that the texts of one snapshot may take.
    pub(super) fn most_texts(&self) -> usize {
        self.most / TEXTS_SHARE
    }

    /// What is kept under a name.
    pub(super) async fn get(&self, name: &Name) -> Option<Book> {
        self.cache.get(name).await
    }

    /// What is kept under a name, or else what `make` makes: once, however many ask at the same time.
    pub(super) async fn get_or_make(
        &self,
        name: Name,
        make: impl Future<Output = Result<Book, LoadError>>,
    ) -> Result<Book, LoadError> {
        let book = self.cache.try_get_with(name, make).await;
        // What is too much goes now, not at some later call.
        self.cache.run_pending_tasks().await;
        book.map_err(|error| error.again())
    }

    /// Keeps what was made beside something else.
    pub(super) async fn put(&self, name: Name, book: Book) {
        self.cache.insert(name, book).await;
    }

    /// Lets go all that is kept of some snapshots.
    pub(super) async fn forget(&self, owner: &Owner, provider: &str, loads: &[Load]) {
        let is_of = |edition: &Edition| loads.iter().any(|load| edition.is_of(provider, load));
        for (name, _) in &self.cache {
            if name.owner == *owner && name.editions.iter().any(is_of) {
                self.cache.invalidate(&*name).await;
            }
        }
    }
}

impl LoadError {
    /// The same error for another one who waited for what failed: of those that reading a snapshot can end with.
    fn again(&self) -> Self {
        match self {
            Self::Store(error) => Self::Store(error.clone()),
            Self::Cipher(error) => Self::Cipher(*error),
            _ => Self::Gone,
        }
    }
}

#[cfg(test)]
impl Shelf {
    /// Bytes that are kept.
    pub(super) async fn weight(&self) -> u64 {
        self.cache.run_pending_tasks().await;
        self.cache.weighted_size()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use jiff::Timestamp;

    use super::*;

    fn name(load: &str, what: What) -> Name {
        let owner = Owner {
            org: "org".to_owned(),
            user: "user".to_owned(),
        };
        let load = Load::new(load.to_owned(), "", Timestamp::UNIX_EPOCH, Vec::new());
        Name::new(&owner, [Edition::new("test", &load, None)].into(), what)
    }

    fn book(bytes: usize) -> Book {
        Book::Found(Arc::new(Found::none_of(bytes * 8)))
    }

    #[tokio::test]
    async fn it_never_holds_more_and_keeps_what_was_used_last() {
        let shelf = Shelf::new(100_000);
        for n in 0..50 {
            let made = async { Ok(book(15_000)) };
            let book = shelf
                .get_or_make(name(&n.to_string(), What::Index), made)
                .await;
            book.expect("a book");
            assert!(shelf.weight().await <= 100_000);
            assert!(
                shelf.get(&name("0", What::Index)).await.is_some(),
                "after {n}"
            );
        }
        assert!(shelf.get(&name("1", What::Index)).await.is_none());
        assert!(shelf.get(&name("49", What::Index)).await.is_some());
    }

    #[tokio::test]
    async fn what_is_too_large_is_made_and_not_kept() {
        let shelf = Shelf::new(1_000);
        let made = shelf
            .get_or_make(name("1", What::Index), async { Ok(book(5_000)) })
            .await;
        assert!(made.is_ok());
        assert_eq!(shelf.weight().await, 0);
    }

    #[tokio::test]
    async fn who_asks_at_the_same_time_shares_one_making() {
        let (shelf, made) = (Shelf::new(100_000), AtomicUsize::new(0));
        let ask = || async {
            let make = async {
                made.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                Ok(book(1_000))
            };
            shelf.get_or_make(name("1", What::Texts), make).await
        };
        let books = futures_util::future::join_all((0..20).map(|_| ask())).await;
        assert!(books.iter().all(Result::is_ok));
        assert_eq!(made.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_failure_is_told_to_all_and_not_kept() {
        let shelf = Shelf::new(100_000);
        let failing = || shelf.get_or_make(name("1", What::Index), async { Err(LoadError::Gone) });
        for result in futures_util::future::join_all([failing(), failing()]).await {
            assert!(matches!(result, Err(LoadError::Gone)));
        }
        let made = shelf
            .get_or_make(name("1", What::Index), async { Ok(book(1)) })
            .await;
        assert!(made.is_ok());
    }
}
