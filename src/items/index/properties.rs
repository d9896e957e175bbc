//! Which properties rows have, by type: the columns of a table that has one for each.

use std::collections::BTreeSet;

use crate::items::packed::Row;

/// Parts the names in a line. No UTF-8 holds it.
const END: u8 = 0xff;
/// About what a name takes beside its text.
const PER_NAME: usize = 48;

/// The names of the properties that rows of each type have, by the number of the type.
pub(super) type ByKind = Vec<BTreeSet<Box<str>>>;

/// Gathers them.
#[derive(Default)]
pub(super) struct Properties {
    by_kind: ByKind,
    /// The type and the names of the row before: most rows have the same as their neighbour.
    before: Vec<u8>,
    line: Vec<u8>,
}

impl Properties {
    /// Notes what a row has, whose type has this number.
    pub(super) fn note(&mut self, kind: u32, row: &Row<'_>) {
        self.line.clear();
        self.line.extend(kind.to_be_bytes());
        for name in row.property_names() {
            self.line.extend_from_slice(name.as_bytes());
            self.line.push(END);
        }
        if self.line != self.before {
            std::mem::swap(&mut self.line, &mut self.before);
            self.add(kind as usize, row);
        }
    }

    fn add(&mut self, kind: usize, row: &Row<'_>) {
        if self.by_kind.len() <= kind {
            self.by_kind.resize_with(kind + 1, BTreeSet::new);
        }
        let Some(names) = self.by_kind.get_mut(kind) else {
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
    let names = by_kind.iter().flatten();
    names.map(|name| name.len() + PER_NAME).sum()
}
