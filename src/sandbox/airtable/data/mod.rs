//! The bases of a person, computed from their position.
//!
//! Nothing is stored: an id leads back to its place, and the place and the person's seed give name, schema and
//! values. A base of two hundred million records costs no memory.

mod awkward;
mod base;
mod cell;
mod field;
pub mod id;
mod kind;
mod objects;
mod record;
mod table;
mod view;
mod words;

pub use base::{Base, is_base_id};
pub use cell::Cell;
pub use field::Field;
pub use record::{Record, iso};
pub use table::Table;
pub use view::View;

use super::{grants::Share, people::Person};
use base::UNREADABLE;
use id::Place;

/// The most that a tester can ask for; ids have room for more.
pub const MAX_BASES: u16 = 2_000;
pub const MAX_TABLES: u16 = 1_000;
pub const MAX_RECORDS: u32 = 200_000;

/// How much there is.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    pub bases: u16,
    pub tables: u16,
    pub records: u32,
    pub unreadable: bool,
}

/// What one grant sees.
#[derive(Debug, Clone, Copy)]
pub struct World {
    pub person: &'static Person,
    pub share: Share,
    pub sizes: Sizes,
}

/// What a client should end up with that reads everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Bases that are listed, readable or not.
    bases: u64,
    /// Tables and records of the readable bases.
    tables: u64,
    records: u64,
}

impl Totals {
    /// The numbers by the type of item.
    pub fn by_type(self) -> [(&'static str, u64); 3] {
        [
            ("Base", self.bases),
            ("Table", self.tables),
            ("Record", self.records),
        ]
    }
}

impl World {
    /// Every base that is listed, with those that cannot be read among the first.
    pub fn bases(&self) -> Vec<Base> {
        let mut indices: Vec<u16> = (0..self.sizes.bases).collect();
        for (nth, special) in UNREADABLE.enumerate() {
            let place = (2 * nth + 1).min(indices.len());
            indices.insert(place, special);
        }
        let bases = indices.into_iter().map(|index| Base {
            person: self.person.seed,
            index,
        });
        bases.filter(|base| self.lists(*base)).collect()
    }

    /// The base of this id, if it is shared and its level lets it be read.
    pub fn readable(&self, id: &str) -> Option<Base> {
        let place = Place::of_id("app", id)?;
        let base = Base {
            person: place.person,
            index: place.base,
        };
        (self.lists(base) && base.is_readable() && base.id() == id).then_some(base)
    }

    /// The tables of a base.
    pub fn tables(&self, base: Base) -> impl Iterator<Item = Table> + use<> {
        (0..self.sizes.tables).map(move |index| Table { base, index })
    }

    /// The table with this id or name.
    pub fn table(&self, base: Base, named: &str) -> Option<Table> {
        if let Some(place) = Place::of_id("tbl", named) {
            let table = Table {
                base,
                index: place.table,
            };
            return (place.table < self.sizes.tables && table.id() == named).then_some(table);
        }
        self.tables(base).find(|table| table.name() == named)
    }

    /// The record with this id.
    pub fn record(&self, table: Table, id: &str) -> Option<Record> {
        let index = Place::of_id("rec", id)?.row;
        let record = Record { table, index };
        (index < self.sizes.records && record.id() == id).then_some(record)
    }

    /// What a client should end up with.
    pub fn totals(&self) -> Totals {
        let bases = self.bases();
        let readable = bases.iter().filter(|base| base.is_readable()).count() as u64;
        let tables = readable * u64::from(self.sizes.tables);
        Totals {
            bases: bases.len() as u64,
            tables,
            records: tables * u64::from(self.sizes.records),
        }
    }

    /// Whether a base is among those that the person shares.
    fn lists(&self, base: Base) -> bool {
        let exists = base.person == self.person.seed
            && self.person.has_bases
            && (base.index < self.sizes.bases
                || self.sizes.unreadable && UNREADABLE.contains(&base.index));
        exists
            && match self.share {
                Share::All => true,
                Share::Some => base.index.is_multiple_of(2),
                Share::None => false,
            }
    }
}
