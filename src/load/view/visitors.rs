//! What is done with the blocks of a snapshot as they come by.

use crate::item::Item;
use crate::items::{Block, Found, Index, Row, Texts};
use crate::load::LoadError;
use crate::load::source::Visit;

impl Visit for Texts {
    fn visit(&mut self, _: usize, block: &[u8]) -> Result<(), LoadError> {
        for row in Block::read(block)?.rows() {
            self.push(&row?);
        }
        Ok(())
    }
}

/// Searches the texts of each block, and keeps none of them.
pub(super) struct Search {
    needle: String,
    texts: Texts,
    found: Found,
    rows: usize,
}

impl Search {
    /// A search for a folded text among so many rows.
    pub(super) fn new(needle: String, rows: usize) -> Self {
        Self {
            needle,
            texts: Texts::default(),
            found: Found::none_of(rows),
            rows: 0,
        }
    }

    pub(super) fn finish(self) -> Found {
        self.found
    }
}

impl Visit for Search {
    fn visit(&mut self, at: usize, block: &[u8]) -> Result<(), LoadError> {
        self.texts.clear();
        self.texts.visit(at, block)?;
        self.texts.search(&self.needle, self.rows, &mut self.found);
        self.rows += self.texts.rows();
        Ok(())
    }
}

/// A row that is wanted: its block, which row it is there, and at which place it is wanted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wanted {
    pub(super) block: usize,
    row: usize,
    at: usize,
}

impl Wanted {
    pub(super) fn new(index: &Index, row: u32, at: usize) -> Self {
        let (block, row) = index.place(row);
        Self { block, row, at }
    }

    /// The wanted rows of each block, in the order of the blocks and of the rows in them.
    pub(super) fn by_block(mut wanted: Vec<Self>) -> Vec<Vec<Self>> {
        wanted.sort_unstable();
        let of_block = wanted.chunk_by(|one, other| one.block == other.block);
        of_block.map(<[Self]>::to_vec).collect()
    }
}

/// Shows wanted rows to whoever takes them.
pub(super) struct Gather<T> {
    wanted: Vec<Vec<Wanted>>,
    to: T,
}

/// What takes wanted rows, in the order in which they lie in their blocks.
pub(super) trait Take: Send + 'static {
    /// Takes the row that is wanted at this place.
    fn take(&mut self, at: usize, row: &Row<'_>) -> Result<(), LoadError>;

    /// The rows that follow lie in this block.
    fn enter(&mut self, _: &Block<'_>) {}
}

/// Items, with the places at which they are wanted.
#[derive(Default)]
pub(super) struct Items(Vec<(usize, Item)>);

impl Items {
    /// The items, in the order in which they were wanted.
    pub(super) fn finish(mut self) -> Vec<Item> {
        self.0.sort_unstable_by_key(|(at, _)| *at);
        self.0.into_iter().map(|(_, item)| item).collect()
    }
}

impl Take for Items {
    fn take(&mut self, at: usize, row: &Row<'_>) -> Result<(), LoadError> {
        self.0.push((at, row.to_item()?));
        Ok(())
    }
}

impl<T> Gather<T> {
    /// The rows that are wanted of each block that will come by.
    pub(super) fn new(wanted: Vec<Vec<Wanted>>, to: T) -> Self {
        Self { wanted, to }
    }

    pub(super) fn finish(self) -> T {
        self.to
    }
}

impl<T: Take> Visit for Gather<T> {
    fn visit(&mut self, at: usize, block: &[u8]) -> Result<(), LoadError> {
        let block = Block::read(block)?;
        self.to.enter(&block);
        let (mut rows, mut next) = (block.rows(), 0);
        for wanted in self.wanted.get(at).into_iter().flatten() {
            let row = rows.nth(wanted.row - next).ok_or(LoadError::Gone)??;
            self.to.take(wanted.at, &row)?;
            next = wanted.row + 1;
        }
        Ok(())
    }
}
