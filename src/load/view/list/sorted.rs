//! A list by a column: a number in it means something only as long as nothing changes.

use super::position::{At, Misplaced};
use super::{Indexed, Page};
use crate::items::{Found, Query};
use crate::load::shelf::Edition;

/// See the module.
pub(super) struct Sorted {
    /// Items that came before.
    before: u64,
    /// The editions that they were of, as a digest.
    editions: Option<u128>,
}

impl Sorted {
    /// From a position on, or from the beginning.
    pub(super) fn new(at: Option<&At>) -> Result<Self, Misplaced> {
        match at {
            None => Ok(Self {
                before: 0,
                editions: None,
            }),
            Some(At::Behind { items, editions }) => Ok(Self {
                before: *items,
                editions: Some(*editions),
            }),
            Some(_) => Err(Misplaced::Unknown),
        }
    }

    /// The next rows, and how many there are in all.
    pub(super) fn page(
        &self,
        indexed: &Indexed,
        query: &Query,
        found: Option<&Found>,
        most: u32,
    ) -> Result<(Page, u64), Misplaced> {
        let editions = Edition::digest(&indexed.editions);
        if self.editions.is_some_and(|then| then != editions) {
            return Err(Misplaced::Over);
        }
        let until = self.before.saturating_add(most.into());
        let picked = indexed.index.pick_from(query, found, self.before..until);
        // A list ends without a position, so none is at its end.
        if self.editions.is_some() && self.before >= picked.total {
            return Err(Misplaced::Unknown);
        }
        let next = (until < picked.total).then_some(At::Behind {
            items: until,
            editions,
        });
        let rows = picked.rows;
        Ok((Page { rows, next }, picked.total))
    }
}
