//! The index of a snapshot: in which order its rows stand by each column, which type each one is of, and in which
//! block it lies. With it a page of the table is a matter of a few blocks, however large the snapshot is.
//!
//! It holds nothing that was loaded but the names of types and of properties: about 22 bytes an item. What a text filter looks into
//! ([`Texts`]) is apart, since it is several times as large and can be done without.

mod build;
mod found;
mod keys;
mod order;
mod properties;
mod texts;

use std::collections::{BTreeMap, BTreeSet};

use super::query::{Query, Sort};
use order::Order;

pub use build::Builder;
pub use found::Found;
pub use texts::Texts;

/// See the module.
pub struct Index {
    /// The number of the first row of each block.
    starts: Vec<u32>,
    kinds: Vec<String>,
    /// The type of each row, as a number in `kinds`.
    kind_of: Vec<u16>,
    orders: Orders,
    properties: properties::ByKind,
    texts_kept: bool,
}

/// An order for each column.
struct Orders {
    name: Order,
    kind: Order,
    parent: Order,
    created: Order,
    modified: Order,
}

/// The rows that a query picks, and the numbers around them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Picked {
    /// The rows of the wanted page, in the query's order.
    pub rows: Vec<u32>,
    /// How many rows the whole selection has.
    pub total: u64,
    /// How many rows of each type the text filter leaves, whatever type is chosen.
    pub kinds: BTreeMap<String, u64>,
}

impl Index {
    /// Rows of the snapshot.
    pub fn rows(&self) -> usize {
        self.kind_of.len()
    }

    /// Whether the texts of the rows were small enough to be kept.
    pub fn texts_kept(&self) -> bool {
        self.texts_kept
    }

    /// Bytes that it takes.
    pub fn weight(&self) -> usize {
        let orders = self.orders.all().into_iter();
        self.starts.capacity() * size_of::<u32>()
            + self.kind_of.capacity() * size_of::<u16>()
            + orders.map(Order::weight).sum::<usize>()
            + properties::weight(&self.properties)
    }

    /// The names of all properties that rows of a type have, or any rows; sorted, each once.
    pub fn properties(&self, kind: Option<&str>) -> Vec<String> {
        let kinds = self.properties.iter();
        let chosen = kinds.filter(|(of, _)| kind.is_none_or(|kind| kind == &of[..]));
        let names: BTreeSet<&str> = chosen
            .flat_map(|(_, names)| names.iter().map(|name| &name[..]))
            .collect();
        names.into_iter().map(str::to_owned).collect()
    }

    /// The block of a row, and which row it is there.
    pub fn place(&self, row: u32) -> (usize, usize) {
        let until = self.starts.partition_point(|start| *start <= row);
        let block = until.saturating_sub(1);
        let start = self.starts.get(block).copied().unwrap_or_default();
        (block, row.saturating_sub(start) as usize)
    }

    /// The page that `query` asks for; `found` are the rows that its text filter leaves, if it has one.
    pub fn pick(&self, query: &Query, found: Option<&Found>) -> Picked {
        let kinds = self.count(found);
        let chosen = query.kind.as_deref();
        let counted = kinds.iter();
        let counted = counted.filter(|(kind, _)| chosen.is_none_or(|chosen| chosen == *kind));
        let total = counted.map(|(_, count)| count).sum();
        let (offset, most) = (query.offset(), query.per_page as usize);
        let rows = match usize::try_from(offset) {
            Ok(offset) if (offset as u64) < total => {
                self.walk(query, found).skip(offset).take(most).collect()
            }
            _ => Vec::new(),
        };
        Picked { rows, total, kinds }
    }

    /// All rows that `query` selects, in its order, whatever page it asks for.
    pub fn all(&self, query: &Query, found: Option<&Found>) -> Vec<u32> {
        self.walk(query, found).collect()
    }

    fn walk(&self, query: &Query, found: Option<&Found>) -> impl Iterator<Item = u32> {
        let kind = query.kind.as_deref().map(|kind| self.kind(kind));
        let rows = self.orders.by(query.sort).walk(query.dir);
        rows.filter(move |row| {
            let row = *row as usize;
            kind.is_none_or(|kind| kind.is_some() && self.kind_of.get(row).copied() == kind)
                && found.is_none_or(|found| found.contains(row))
        })
    }

    /// The number of a type; `None` where no row is of it.
    fn kind(&self, kind: &str) -> Option<u16> {
        let at = self.kinds.iter().position(|known| known == kind)?;
        u16::try_from(at).ok()
    }

    fn count(&self, found: Option<&Found>) -> BTreeMap<String, u64> {
        let mut counts = vec![0_u64; self.kinds.len()];
        for (row, kind) in self.kind_of.iter().enumerate() {
            if found.is_none_or(|found| found.contains(row))
                && let Some(count) = counts.get_mut(usize::from(*kind))
            {
                *count += 1;
            }
        }
        let counts = self.kinds.iter().cloned().zip(counts);
        counts.filter(|(_, count)| *count > 0).collect()
    }
}

impl Orders {
    fn by(&self, sort: Sort) -> &Order {
        match sort {
            Sort::Name => &self.name,
            Sort::Type => &self.kind,
            Sort::Parent => &self.parent,
            Sort::Created => &self.created,
            Sort::Modified => &self.modified,
        }
    }

    fn all(&self) -> [&Order; 5] {
        Sort::ALL.map(|sort| self.by(sort))
    }
}

#[cfg(test)]
mod tests;
