//! Items as a file: a table for spreadsheets, a list in JSON, or a line of JSON for each.

mod cells;
mod table;
#[cfg(test)]
mod tests;

use super::packed::Unreadable;
use crate::item::Item;
use table::Table;

/// What sort of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A table, as RFC 4180 describes it.
    Csv,
    /// A list of items.
    Json,
    /// An item a line.
    Ndjson,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Json, Self::Ndjson];

    /// How names of such files end.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
        }
    }

    /// The format that files of this ending have.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The media type of such files. `header=present` is RFC 4180's.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Json => "application/json; charset=utf-8",
            Self::Ndjson => "application/x-ndjson; charset=utf-8",
        }
    }
}

/// Writes items into a file, piece by piece.
pub struct Encoder {
    file: File,
    first: bool,
}

enum File {
    Table(Box<Table>),
    List(Vec<u8>),
    Lines(Vec<u8>),
}

impl Encoder {
    /// An empty file. `properties` are the names of all properties that an item may have, sorted: a table needs its
    /// columns before its rows.
    pub fn new(format: Format, properties: Vec<String>) -> Result<Self, Unreadable> {
        let file = match format {
            Format::Csv => File::Table(Box::new(Table::new(properties)?)),
            Format::Json => File::List(b"[".to_vec()),
            Format::Ndjson => File::Lines(Vec::new()),
        };
        Ok(Self { file, first: true })
    }

    /// Adds an item.
    pub fn push(&mut self, item: &Item) -> Result<(), Unreadable> {
        let first = std::mem::take(&mut self.first);
        match &mut self.file {
            File::Table(table) => table.push(item),
            File::List(bytes) => {
                bytes.extend_from_slice(if first { b"\n" } else { b",\n" });
                json(item, bytes)
            }
            File::Lines(bytes) => {
                json(item, bytes)?;
                bytes.push(b'\n');
                Ok(())
            }
        }
    }

    /// About how many bytes wait to be taken.
    pub fn waiting(&self) -> usize {
        match &self.file {
            File::Table(table) => table.waiting(),
            File::List(bytes) | File::Lines(bytes) => bytes.len(),
        }
    }

    /// What was written since the last time.
    pub fn take(&mut self) -> Result<Vec<u8>, Unreadable> {
        match &mut self.file {
            File::Table(table) => table.take(),
            File::List(bytes) | File::Lines(bytes) => Ok(std::mem::take(bytes)),
        }
    }

    /// The rest of the file.
    pub fn finish(mut self) -> Result<Vec<u8>, Unreadable> {
        if let File::List(bytes) = &mut self.file {
            bytes.extend_from_slice(b"\n]\n");
        }
        self.take()
    }
}

fn json(item: &Item, to: &mut Vec<u8>) -> Result<(), Unreadable> {
    serde_json::to_writer(to, item).map_err(|_| Unreadable)
}
