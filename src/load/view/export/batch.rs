//! Rows that are gathered at once, as they were packed, within a bound of bytes, which a single
//! row alone may exceed.
//!
//! Rows that follow each other in a sorted selection lie in blocks all over the snapshot, so each batch opens nearly all of
//! them. As packed bytes, five times as many rows fit as items would.

use std::ops::Range;

use crate::item::Item;
use crate::items::{Block, Row, unpack_row};
use crate::load::LoadError;
use crate::load::view::visitors::Take;

/// The first of the wanted rows, as many as there is room for.
pub(in crate::load) struct Batch {
    room: usize,
    bytes: Vec<u8>,
    rows: Vec<Kept>,
    /// Rows from this place on do not fit.
    until: usize,
    /// The words of the block whose rows come, and where they lie once one of them was kept.
    words: Vec<u8>,
    words_at: Option<Range<usize>>,
}

/// Where a row lies, and the words of its block.
#[derive(Clone)]
struct Kept {
    at: usize,
    words: Range<usize>,
    row: Range<usize>,
}

impl Kept {
    fn size(&self) -> usize {
        self.words.len() + self.row.len()
    }
}

impl Batch {
    /// An empty batch for so many bytes.
    pub(super) fn new(room: usize) -> Self {
        Self {
            room,
            // What is not written to takes no memory.
            bytes: Vec::with_capacity(room),
            rows: Vec::new(),
            until: usize::MAX,
            words: Vec::new(),
            words_at: None,
        }
    }

    /// Puts the rows in the order in which they were wanted.
    pub(super) fn sort(&mut self) {
        self.rows.sort_unstable_by_key(|row| row.at);
    }

    /// How many rows it has.
    pub(in crate::load) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Bytes that its rows take.
    pub(in crate::load) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The items, in the order of the rows.
    pub(in crate::load) fn items(&self) -> impl Iterator<Item = Result<Item, LoadError>> {
        self.rows.iter().map(|kept| {
            let bytes = |of: &Range<usize>| self.bytes.get(of.clone()).unwrap_or_default();
            Ok(unpack_row(bytes(&kept.words), bytes(&kept.row))?)
        })
    }

    fn fits(&self, size: usize) -> bool {
        self.rows.is_empty() || self.bytes.len() + size <= self.room
    }

    /// Between a large row that comes now and those that are kept: the earlier ones stay.
    fn choose(&mut self, at: usize) {
        self.sort();
        let earlier = self.rows.partition_point(|kept| kept.at < at);
        self.until = match self.rows.first() {
            Some(first) if earlier == 0 => first.at,
            _ => at,
        };
        self.rows.truncate(earlier);
        self.close_up();
    }

    /// Keeps the rows that come first, up to half of the room, but one in any case.
    fn shrink(&mut self) {
        self.sort();
        let mut left = self.room / 2;
        let fits = |kept: &&Kept| match left.checked_sub(kept.size()) {
            Some(less) => {
                left = less;
                true
            }
            None => false,
        };
        let keep = self.rows.iter().take_while(fits).count().max(1);
        if let Some(first_gone) = self.rows.get(keep) {
            self.until = first_gone.at;
        }
        self.rows.truncate(keep);
        self.close_up();
    }

    /// Moves what is kept together. What is moved comes from behind, so nothing is overwritten that is still needed.
    fn close_up(&mut self) {
        self.rows.sort_unstable_by_key(|kept| kept.row.start);
        let (mut end, mut words, mut words_now) = (0, 0..0, 0..0);
        for kept in &mut self.rows {
            if kept.words != words {
                words = kept.words.clone();
                words_now = moved(&mut self.bytes, &mut end, &words);
            }
            kept.words = words_now.clone();
            kept.row = moved(&mut self.bytes, &mut end, &kept.row);
        }
        self.bytes.truncate(end);
        self.words_at = None;
    }

    /// Where the words of the block lie, of which a row is kept now.
    fn words_of_block(&mut self) -> Range<usize> {
        if let Some(words) = &self.words_at {
            return words.clone();
        }
        let words = std::mem::take(&mut self.words);
        let place = self.append(&words);
        self.words = words;
        self.words_at.insert(place).clone()
    }

    fn append(&mut self, bytes: &[u8]) -> Range<usize> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        start..self.bytes.len()
    }
}

/// Moves a part of the bytes to where the last one ended.
fn moved(bytes: &mut [u8], end: &mut usize, part: &Range<usize>) -> Range<usize> {
    let start = *end;
    bytes.copy_within(part.clone(), start);
    *end += part.len();
    start..*end
}

impl Take for Batch {
    fn enter(&mut self, block: &Block<'_>) {
        self.words.clear();
        self.words.extend_from_slice(block.words());
        self.words_at = None;
    }

    fn take(&mut self, at: usize, row: &Row<'_>) -> Result<(), LoadError> {
        let size = row.bytes().len() + self.words.len();
        if at < self.until && !self.fits(size) {
            self.shrink();
        }
        if at < self.until && !self.fits(size) {
            self.choose(at);
        }
        if at >= self.until {
            return Ok(());
        }
        let words = self.words_of_block();
        let row = self.append(row.bytes());
        self.rows.push(Kept { at, words, row });
        Ok(())
    }
}
