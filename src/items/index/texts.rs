//! What a text filter looks into: the folded texts of all rows, one after the other.

use memchr::memmem::Finder;

use super::found::Found;
use crate::items::fold::fold_into;
use crate::items::packed::Row;

/// Ends a text. No UTF-8 holds it, so that nothing that is looked for reaches from one text into the next.
const END: u8 = 0xff;

/// The folded texts of rows: name, id, what it lies in, and the properties that are texts.
#[derive(Default)]
pub struct Texts {
    bytes: Vec<u8>,
    /// Where the texts of each row end.
    ends: Vec<u32>,
    folded: String,
}

impl Texts {
    /// Adds the texts of a row. More than 4 GiB of them cannot be added: whoever does keeps to a bound far below.
    pub fn push(&mut self, row: &Row<'_>) {
        let parent = row.parent.into_iter();
        let texts = [row.name, row.id].into_iter().chain(parent);
        for text in texts.chain(row.texts()) {
            fold_into(&mut self.folded, text);
            self.bytes.extend_from_slice(self.folded.as_bytes());
            self.bytes.push(END);
        }
        let end = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        self.ends.push(end);
    }

    /// Rows that were added.
    pub fn rows(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of texts that were added.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Bytes that it takes.
    pub fn weight(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * size_of::<u32>()
    }

    /// The same without room that is not used, to be kept.
    #[must_use]
    pub fn shrunk(mut self) -> Self {
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.folded = String::new();
        self
    }

    /// Forgets the rows that were added.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// The rows that hold the folded text, of a snapshot of so many.
    pub fn found(&self, needle: &str, rows: usize) -> Found {
        let mut found = Found::none_of(rows);
        self.search(needle, 0, &mut found);
        found
    }

    /// Notes the rows that hold the folded text, the first of these rows being number `first`.
    pub fn search(&self, needle: &str, first: usize, found: &mut Found) {
        let finder = Finder::new(needle.as_bytes());
        let (mut row, mut from) = (0, 0);
        while let Some(at) = self.bytes.get(from..).and_then(|rest| finder.find(rest)) {
            let ends = self.ends.get(row..).unwrap_or_default();
            row += ends.partition_point(|end| *end as usize <= from + at);
            found.insert(first + row);
            from = self.ends.get(row).map_or(usize::MAX, |end| *end as usize);
            row += 1;
        }
    }
}
