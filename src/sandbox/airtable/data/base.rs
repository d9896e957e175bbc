//! Bases: their names and what a person may do in them.

use std::ops::Range;

use super::{id::Place, words};
use crate::sandbox::hash::hash;

/// The three bases that are listed and cannot be read, beyond all readable ones.
pub const UNREADABLE: Range<u16> = 32_000..32_003;

/// One base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Base {
    pub person: u8,
    pub index: u16,
}

/// Whether a text has the form of a base's id and is one.
pub fn is_base_id(id: &str) -> bool {
    Place::of_id("app", id).is_some()
}

impl Base {
    pub fn id(self) -> String {
        let place = Place {
            person: self.person,
            base: self.index,
            table: 0,
            row: 0,
        };
        place.id("app")
    }

    /// The name. Names are free text and not unique.
    pub fn name(self) -> String {
        let place = usize::from(self.index);
        if UNREADABLE.contains(&self.index) {
            return "Shared with <me>".to_owned();
        }
        match words::BASE.get(place) {
            Some(name) => (*name).to_owned(),
            None => {
                let draw = hash([self.person.into(), self.index.into(), 1, 0]);
                // Now and then without the number, so that names repeat far apart too.
                let name = words::pick(&words::BASE, draw);
                if draw.is_multiple_of(5) {
                    name.to_owned()
                } else {
                    format!("{name} {place}")
                }
            }
        }
    }

    /// The permission level; `None` is left out of the row. Owners are reported as `create`.
    ///
    /// `none` is documented; `interfaceOnly` and a missing level are what integrators handle.
    pub fn level(self) -> Option<&'static str> {
        match self.index.checked_sub(UNREADABLE.start) {
            Some(0) => Some("none"),
            Some(1) => Some("interfaceOnly"),
            Some(_) => None,
            None => Some(words::pick(
                &["create", "edit", "comment", "read"],
                self.index.into(),
            )),
        }
    }

    /// Whether its schema and its records can be read.
    pub fn is_readable(self) -> bool {
        self.index < UNREADABLE.start
    }
}
