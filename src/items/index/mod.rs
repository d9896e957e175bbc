//! The index of one or several snapshots: in which order their rows stand by each column, which provider and type each
//! one is of, in which block it lies, and digests by which an item and what lies in it are found. With it a page of the
//! table is a matter of a few blocks, however large the snapshots are.
//!
//! It holds nothing that was loaded but the names of types and of properties: 38 bytes an item (4 for each of five orders,
//! 2 for the type, 8 for each of two digests), 30 where nothing lies in anything. What a text filter looks into ([`Texts`])
//! is apart, since it is several times as large and can be done without.

mod build;
mod digests;
mod found;
mod keys;
mod order;
mod portrait;
mod properties;
mod texts;

use std::collections::BTreeSet;
use std::ops::Range;

use super::query::{Query, Sort};
use super::select::Kinds;
use digests::Digests;
use order::Order;

pub use build::Builder;
pub use found::Found;
pub use portrait::{Month, Months, Portrait};
pub use texts::Texts;

/// See the module.
pub struct Index {
    /// The number of the first row of each block.
    starts: Vec<u32>,
    /// Providers with a type of theirs.
    kinds: Vec<(String, String)>,
    /// The provider and type of each row, as a number in `kinds`; of one that is hidden none.
    kind_of: Vec<u16>,
    digests: Digests,
    orders: Orders,
    properties: properties::ByKind,
    created_in: Months,
    modified_in: Months,
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
    /// How many rows of each provider and type the filters by text and by parent leave, whatever provider and type
    /// are chosen.
    pub kinds: Kinds,
}

/// What of the rows is left, apart from their types.
#[derive(Default)]
struct Left<'a> {
    found: Option<&'a Found>,
    /// The digests of what the rows lie in.
    within: Option<Vec<u64>>,
}

impl Index {
    /// Rows of the snapshots, with those that are hidden.
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
            + self.digests.weight()
            + orders.map(Order::weight).sum::<usize>()
            + properties::weight(&self.properties)
            + self.created_in.weight()
            + self.modified_in.weight()
    }

    /// The names of all properties that rows of the query's provider and type have; sorted, each once.
    pub fn properties(&self, query: &Query) -> Vec<String> {
        let kinds = self.chosen(query).zip(&self.properties);
        let chosen = kinds.filter(|(chosen, _)| *chosen);
        let names: BTreeSet<&str> = chosen
            .flat_map(|(_, names)| names.iter().map(|name| &name[..]))
            .collect();
        names.into_iter().map(str::to_owned).collect()
    }

    /// The number of the first row of a block; beyond the last block, of the row that would come next.
    pub fn first_row(&self, block: usize) -> u32 {
        let next = || u32::try_from(self.rows()).unwrap_or(u32::MAX);
        self.starts.get(block).copied().unwrap_or_else(next)
    }

    /// Whether a row is hidden.
    pub fn is_hidden(&self, row: u32) -> bool {
        let kind = self.kind_of.get(row as usize);
        kind.is_none_or(|kind| *kind == keys::NONE_OF_FEW)
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
        let page = query.offset()..query.offset() + u64::from(query.per_page);
        self.pick_from(query, found, page)
    }

    /// The same of those rows that come at these places of the query's order, whatever page it asks for.
    pub fn pick_from(&self, query: &Query, found: Option<&Found>, places: Range<u64>) -> Picked {
        let counts = self.count(&self.left(query, found));
        let total = self.total_of(query, &counts);
        let most = usize::try_from(places.end.saturating_sub(places.start)).unwrap_or(usize::MAX);
        let rows = match usize::try_from(places.start) {
            Ok(offset) if places.start < total => {
                self.walk(query, found).skip(offset).take(most).collect()
            }
            _ => Vec::new(),
        };
        let kinds = self.by_kind(counts);
        Picked { rows, total, kinds }
    }

    /// How many rows `query` selects.
    pub fn total(&self, query: &Query, found: Option<&Found>) -> u64 {
        self.total_of(query, &self.count(&self.left(query, found)))
    }

    /// All rows that `query` selects, in its order, whatever page it asks for.
    pub fn all(&self, query: &Query, found: Option<&Found>) -> Vec<u32> {
        self.walk(query, found).collect()
    }

    /// The rows that most likely hold the item of this id, of this type or of any: whoever reads them compares.
    pub fn find(&self, provider: &str, kind: Option<&str>, id: &str) -> Vec<u32> {
        let kinds = self.kinds.iter();
        let of =
            kinds.filter(|(of, known)| of == provider && kind.is_none_or(|kind| kind == known));
        let digests = of.map(|(_, kind)| self.digests.of_id(provider, kind, id));
        self.digests.rows(&digests.collect::<Vec<_>>())
    }

    /// All rows in a few numbers.
    pub fn portrait(&self) -> Portrait {
        Portrait {
            kinds: self.by_kind(self.count(&Left::default())),
            created: self.created_in.clone(),
            modified: self.modified_in.clone(),
        }
    }

    fn walk(&self, query: &Query, found: Option<&Found>) -> impl Iterator<Item = u32> {
        let selects = self.selects(query, found);
        let rows = self.orders.by(query.sort).walk(query.dir);
        rows.filter(move |row| selects(*row))
    }

    /// Whether `query` selects a row, whatever its order.
    pub fn selects(&self, query: &Query, found: Option<&Found>) -> impl Fn(u32) -> bool {
        let chosen: Vec<bool> = self.chosen(query).collect();
        let left = self.left(query, found);
        move |row| {
            let row = row as usize;
            let kind = self.kind_of.get(row).map(|kind| usize::from(*kind));
            let chosen = kind.and_then(|kind| chosen.get(kind));
            chosen.is_some_and(|chosen| *chosen) && left.holds(&self.digests, row)
        }
    }

    fn total_of(&self, query: &Query, counts: &[u64]) -> u64 {
        let chosen = self.chosen(query).zip(counts);
        let chosen = chosen.filter(|(chosen, _)| *chosen);
        chosen.map(|(_, count)| count).sum()
    }

    /// Of each type, whether the query asks for it.
    fn chosen(&self, query: &Query) -> impl Iterator<Item = bool> {
        let is = |wanted: &Option<String>, it: &String| wanted.as_ref().is_none_or(|one| one == it);
        let kinds = self.kinds.iter();
        kinds.map(move |(provider, kind)| is(&query.provider, provider) && is(&query.kind, kind))
    }

    fn left<'a>(&self, query: &Query, found: Option<&'a Found>) -> Left<'a> {
        let within = query.parent_id.as_ref().map(|id| {
            let providers: BTreeSet<&str> = self.kinds.iter().map(|(of, _)| &of[..]).collect();
            let digests = providers.into_iter();
            digests.map(|of| self.digests.of_parent(of, id)).collect()
        });
        Left { found, within }
    }

    /// How many rows of each type are left.
    fn count(&self, left: &Left<'_>) -> Vec<u64> {
        let mut counts = vec![0_u64; self.kinds.len()];
        for (row, kind) in self.kind_of.iter().enumerate() {
            if left.holds(&self.digests, row)
                && let Some(count) = counts.get_mut(usize::from(*kind))
            {
                *count += 1;
            }
        }
        counts
    }

    fn by_kind(&self, counts: Vec<u64>) -> Kinds {
        let counts = self.kinds.iter().cloned().zip(counts);
        counts.filter(|(_, count)| *count > 0).collect()
    }
}

impl Left<'_> {
    fn holds(&self, digests: &Digests, row: usize) -> bool {
        self.found.is_none_or(|found| found.contains(row))
            && (self.within.as_ref()).is_none_or(|within| digests.lies_in(row, within))
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
