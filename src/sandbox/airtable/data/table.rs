//! Tables: their names, their fields and their views.

use super::{
    Base, Field, View, World,
    id::Place,
    kind::{EVERY, Kind, PRIMARY, REST},
    view::KINDS,
    words,
};
use crate::sandbox::hash::hash;

/// Bases begin with different tables, so that all shapes are met with the usual four tables in each of six.
const STEP: usize = 4;
/// The shape whose primary cells are all empty.
const EMPTY: usize = 11;

/// One table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    pub base: Base,
    pub index: u16,
}

impl Table {
    pub fn id(self) -> String {
        self.place(0).id("tbl")
    }

    /// The place of a record, a field or a view.
    pub fn place(self, row: u32) -> Place {
        Place {
            person: self.base.person,
            base: self.base.index,
            table: self.index,
            row,
        }
    }

    /// The name, unique in its base.
    pub fn name(self) -> String {
        let round = usize::from(self.index) / words::TABLE.len();
        let place = self.number() % words::TABLE.len();
        let name = words::TABLE.get(place).copied().unwrap_or_default();
        if round == 0 {
            name.to_owned()
        } else {
            format!("{name} {round}")
        }
    }

    pub fn description(self) -> Option<&'static str> {
        let has_one = self.index.is_multiple_of(3);
        has_one.then_some("What is made up here stays made up.")
    }

    /// The fields, the primary one first.
    pub fn fields(self) -> Vec<Field> {
        let fields = match self.shape() {
            0 => EVERY.to_vec(),
            shape => {
                let primary = PRIMARY.get(shape).copied();
                primary.into_iter().chain(REST).collect()
            }
        };
        let fields = (0..).zip(fields).map(|(index, (name, kind))| Field {
            table: self,
            index,
            name,
            kind,
        });
        fields.collect()
    }

    /// Whether the primary field comes last in the schema: its place is not promised.
    pub fn has_primary_last(self) -> bool {
        self.shape() % 3 == 2
    }

    /// Whether every primary cell is empty.
    pub fn is_untitled(self) -> bool {
        self.shape() == EMPTY
    }

    /// The views. Some tables have none that the person can see.
    pub fn views(self) -> Vec<View> {
        if self.shape() == PRIMARY.len() - 1 {
            return Vec::new();
        }
        let count = 1 + self.draw(3) % 4;
        let kinds = KINDS.iter().skip(1).cycle();
        let offset = usize::try_from(self.draw(4) % 8).unwrap_or_default();
        let kinds = KINDS.iter().take(1).chain(kinds.skip(offset));
        let views = (0..).zip(kinds).map(|(index, (name, kind))| View {
            table: self,
            index,
            name,
            kind,
        });
        views.take(usize::try_from(count).unwrap_or(1)).collect()
    }

    /// The field with this id or name.
    pub fn field(self, named: &str) -> Option<Field> {
        let mut fields = self.fields().into_iter();
        fields.find(|field| field.name == named || field.id() == named)
    }

    /// The first field of a kind.
    pub fn field_of(self, kind: Kind) -> Option<Field> {
        self.fields().into_iter().find(|field| field.kind == kind)
    }

    /// The table that links lead to: itself, or the next one of its base.
    pub fn linked(self, world: &World) -> Self {
        let next = self.index.wrapping_add(1) % world.sizes.tables.max(1);
        let index = if self.shape() == 0 { self.index } else { next };
        Self { index, ..self }
    }

    /// A number that depends on the table and on what it is drawn for.
    pub fn draw(self, salt: u64) -> u64 {
        let base = u64::from(self.base.person) << 16 | u64::from(self.base.index);
        hash([base, self.index.into(), salt, 7])
    }

    fn number(self) -> usize {
        usize::from(self.base.index) * STEP + usize::from(self.index)
    }

    fn shape(self) -> usize {
        self.number() % PRIMARY.len()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_in_a_base() {
        for base in [0, 3, 1_999] {
            let base = Base {
                person: 1,
                index: base,
            };
            let names = (0..1_000).map(|index| Table { base, index }.name());
            assert_eq!(names.collect::<HashSet<_>>().len(), 1_000);
        }
    }

    #[test]
    fn the_usual_bases_have_every_shape() {
        let shapes = (0..6).flat_map(|index| {
            let base = Base { person: 1, index };
            (0..4).map(move |index| Table { base, index }.shape())
        });
        assert_eq!(shapes.collect::<HashSet<_>>().len(), PRIMARY.len());
    }

    #[test]
    fn names_of_fields_are_unique_in_a_table() {
        for index in 0..16 {
            let base = Base {
                person: 1,
                index: 0,
            };
            let fields = Table { base, index }.fields();
            let names: HashSet<_> = fields.iter().map(|field| field.name).collect();
            assert_eq!(names.len(), fields.len(), "{index}");
        }
    }
}
