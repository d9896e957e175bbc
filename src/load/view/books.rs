//! What is kept of snapshots on the shelf, and how it is made.

use std::sync::Arc;

use super::indexed::Build;
use super::visitors::Search;
use super::{Indexed, View, aside};
use crate::items::{Found, Texts};
use crate::load::LoadError;
use crate::load::changes::{self, Changes};
use crate::load::shelf::{Book, Edition, Name, What};

/// Something that is made to be kept, and what it is made of.
enum Making {
    Index(Changes),
    Texts(Arc<Indexed>),
    Found(Arc<Indexed>, String),
}

impl Making {
    fn what(&self) -> What {
        match self {
            Self::Index(_) => What::Index,
            Self::Texts(_) => What::Texts,
            Self::Found(_, needle) => What::Found(needle.clone()),
        }
    }
}

impl View {
    /// The index over what was loaded and what was changed since. What is noted as changed is read where no index of its
    /// versions is kept, and the index is named by the versions that were read.
    pub(super) async fn index(&self) -> Result<Arc<Indexed>, LoadError> {
        let (setup, owner) = (&self.parts.setup, &self.source.owner);
        let editions = changes::editions(setup, owner, &self.shown).await?;
        let name = Name::new(owner, editions, What::Index);
        let book = match self.parts.shelf.get(&name).await {
            Some(book) => book,
            None => {
                let (changes, editions) = changes::read(setup, owner, &self.shown).await?;
                self.book(Making::Index(changes), editions).await?
            }
        };
        match book {
            Book::Index(indexed) => Ok(indexed),
            _ => Err(LoadError::Gone),
        }
    }

    /// The rows that hold the folded text.
    pub(super) async fn found(
        &self,
        indexed: &Arc<Indexed>,
        needle: String,
    ) -> Result<Arc<Found>, LoadError> {
        let (of, editions) = (Arc::clone(indexed), Arc::clone(&indexed.editions));
        if !indexed.index.texts_kept() {
            return match self.book(Making::Found(of, needle), editions).await? {
                Book::Found(found) => Ok(found),
                _ => Err(LoadError::Gone),
            };
        }
        let rows = indexed.index.rows();
        match self.book(Making::Texts(of), editions).await? {
            Book::Texts(texts) => aside(move || Arc::new(texts.found(&needle, rows))).await,
            _ => Err(LoadError::Gone),
        }
    }

    /// Something of these snapshots, from the shelf or made now. It is made by a task of its own, which goes on when
    /// whoever asked for it has gone.
    async fn book(&self, making: Making, editions: Arc<[Edition]>) -> Result<Book, LoadError> {
        let name = Name::new(&self.source.owner, editions, making.what());
        if let Some(book) = self.parts.shelf.get(&name).await {
            return Ok(book);
        }
        let view = self.clone();
        let made = self.parts.setup.tasks.spawn(async move {
            let make = Box::pin(view.make(making, &name));
            view.parts.shelf.get_or_make(name.clone(), make).await
        });
        made.await.unwrap_or(Err(LoadError::Gone))
    }

    async fn make(&self, making: Making, name: &Name) -> Result<Book, LoadError> {
        let _place = self.parts.scans.acquire().await;
        match making {
            Making::Index(changes) => self.make_index(name, changes).await,
            Making::Texts(indexed) => {
                let gathered = self.source.show(&self.addresses, Texts::default()).await?;
                let gathered = indexed.show(self.addresses.len(), gathered)?;
                Ok(Book::Texts(Arc::new(gathered.shrunk())))
            }
            Making::Found(indexed, needle) => {
                let search = Search::new(needle, indexed.index.rows());
                let search = self.source.show(&self.addresses, search).await?;
                let search = indexed.show(self.addresses.len(), search)?;
                Ok(Book::Found(Arc::new(search.finish())))
            }
        }
    }

    async fn make_index(&self, name: &Name, changes: Changes) -> Result<Book, LoadError> {
        let build = Build::new(self.parts.shelf.most_texts(), changes);
        let built = self.source.show(&self.addresses, build).await?;
        let editions = Arc::clone(name.editions());
        let (indexed, texts) = aside(move || built.finish(editions)).await??;
        if let Some(texts) = texts {
            let texts = Book::Texts(Arc::new(texts));
            self.parts.shelf.put(name.of(What::Texts), texts).await;
        }
        Ok(Book::Index(Arc::new(indexed)))
    }
}
