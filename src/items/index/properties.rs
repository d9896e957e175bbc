//! Which properties rows have, by type: the columns of a table that has one for each.

use std::collections::{BTreeSet, HashMap};

use crate::items::packed::Row;

/// Parts the names in a line. No UTF-8 holds it.
const END: u8 = 0xff;
/// About what a name takes beside its text.
const PER_NAME: usize = 48;

/// The names of the properties that rows of each type have.
pub(super) type ByKind = HashMap<Box<str>, BTreeSet<Box<str>>>;

/// Gathers them.
#[derive(Default)]
pub(super) struct Properties {
    by_kind: ByKind,
    /// The type and the names of the row before: most rows have the same as their neighbour.
    before: Vec<u8>,
    line: Vec<u8>,
}

impl Properties {
    /// Notes what a row has.
    pub(super) fn note(&mut self, row: &Row<'_>) {
        self.line.clear();
        for name in std::iter::once(row.kind).chain(row.property_names()) {
            self.line.extend_from_slice(name.as_bytes());
            self.line.push(END);
        }
        if self.line != self.before {
            std::mem::swap(&mut self.line, &mut self.before);
            self.add(row);
        }
    }

    fn add(&mut self, row: &Row<'_>) {
        if !self.by_kind.contains_key(row.kind) {
            self.by_kind.insert(row.kind.into(), BTreeSet::new());
        }
        let Some(names) = self.by_kind.get_mut(row.kind) else {
            return;
        };
        for name in row.property_names() {
            if !names.contains(name) {
                names.insert(name.into());
            }
        }
    }

    pub(super) fn by_kind(self) -> ByKind {
        self.by_kind
    }
}

/// Bytes that the names take.
pub(super) fn weight(by_kind: &ByKind) -> usize {
    let names = by_kind.values().flatten();
    names.map(|name| name.len() + PER_NAME).sum()
}
