//! The form in which a block of items is stored: compact, and readable without building the items.
//!
//! A byte for the version, the words that the rows share (types, names of properties), then row after row, in
//! postcard's encoding. Blocks that were written before this form are JSON, which begins with another byte.

mod row;
mod wire;

use std::borrow::Cow;

use crate::item::Item;
use wire::{Body, Words};

pub use row::Row;

/// The first byte of a block.
const VERSION: u8 = 1;
/// The first byte of a list in JSON.
const JSON: u8 = b'[';

/// A block that is damaged, or of a version that is not known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a block of items cannot be read: it is damaged or of an unknown version")]
pub struct Unreadable;

/// Packs items into a block.
pub fn pack(items: &[Item]) -> Result<Vec<u8>, Unreadable> {
    let mut words = Words::default();
    let rows = items.iter().map(|item| wire::Row::of(item, &mut words));
    let rows: Vec<wire::Row<'_>> = rows.collect();
    let body = Body {
        version: VERSION,
        words: words.into_list(),
        rows,
    };
    postcard::to_allocvec(&body).map_err(|_| Unreadable)
}

/// The items of a block, of either form.
pub fn unpack(bytes: &[u8]) -> Result<Vec<Item>, Unreadable> {
    if bytes.first() == Some(&JSON) {
        return serde_json::from_slice(bytes).map_err(|_| Unreadable);
    }
    let block = Block::read(bytes)?;
    block.rows().map(|row| row?.to_item()).collect()
}

/// A block in today's form: one of JSON is packed anew, others are left as they are.
pub fn modern(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Unreadable> {
    match bytes.first() == Some(&JSON) {
        true => Ok(Cow::Owned(pack(&unpack(bytes)?)?)),
        false => Ok(Cow::Borrowed(bytes)),
    }
}

/// The item of a row that was taken out of its block, with the words of that block: see [`Block::words`] and
/// [`Row::bytes`].
pub fn unpack_row(words: &[u8], row: &[u8]) -> Result<Item, Unreadable> {
    let (words, _): (Vec<&str>, _) = take(words)?;
    let (wire, _) = take(row)?;
    Row::new(wire, row, &words)?.to_item()
}

/// A packed block that is read where it lies.
pub struct Block<'a> {
    words: Vec<&'a str>,
    words_bytes: &'a [u8],
    count: usize,
    rows: &'a [u8],
}

impl<'a> Block<'a> {
    /// Reads what stands before the rows.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        let (version, bytes) = bytes.split_first().ok_or(Unreadable)?;
        if *version != VERSION {
            return Err(Unreadable);
        }
        let (words, after) = take(bytes)?;
        // A list begins with its length.
        let (count, rows) = take(after)?;
        Ok(Self {
            words,
            words_bytes: before(bytes, after),
            count,
            rows,
        })
    }

    /// The words that its rows share, as they were packed.
    pub fn words(&self) -> &'a [u8] {
        self.words_bytes
    }

    /// Its rows, in the order in which they were packed. After a row that cannot be read there are no more.
    pub fn rows(&self) -> impl Iterator<Item = Result<Row<'_>, Unreadable>> {
        let mut rest = self.rows;
        let mut left = self.count;
        std::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            let row = self.row(&mut rest);
            if row.is_err() {
                left = 0;
            }
            Some(row)
        })
    }

    fn row<'b>(&'b self, rest: &mut &'b [u8]) -> Result<Row<'b>, Unreadable> {
        let (wire, after) = take(rest)?;
        let bytes = before(rest, after);
        *rest = after;
        Row::new(wire, bytes, &self.words)
    }
}

fn take<'a, T: serde::Deserialize<'a>>(bytes: &'a [u8]) -> Result<(T, &'a [u8]), Unreadable> {
    postcard::take_from_bytes(bytes).map_err(|_| Unreadable)
}

/// What stands in `bytes` before its end `after`.
fn before<'a>(bytes: &'a [u8], after: &[u8]) -> &'a [u8] {
    let length = bytes.len().saturating_sub(after.len());
    bytes.get(..length).unwrap_or_default()
}

#[cfg(test)]
mod tests;
