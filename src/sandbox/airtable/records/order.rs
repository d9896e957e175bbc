//! In which order a listing goes through a table.

use std::sync::Arc;

use jiff::Timestamp;

use super::{query::Query, sort::sorted};
use crate::sandbox::airtable::data::{Table, World};

/// The order and the length of a listing.
#[derive(Debug)]
pub struct Order {
    length: usize,
    way: Way,
}

#[derive(Debug)]
enum Way {
    /// No order is promised without a view and without sorting: place times step plus shift, around the table.
    Arbitrary {
        step: u64,
        shift: u64,
        around: u64,
    },
    /// Every so manieth record, as a view shows them.
    View(u64),
    Sorted(Arc<[u32]>),
}

impl Order {
    /// The order that a query asks for. `now` is what cells are read at.
    pub fn of(query: &Query, table: Table, world: &World, now: Timestamp) -> Self {
        let records = world.sizes.records;
        let stride = query.view.unwrap_or(1);
        let count = records.div_ceil(stride);
        let way = if !query.sort.is_empty() {
            Way::Sorted(sorted(query, table, world, now))
        } else if query.view.is_some() {
            Way::View(stride.into())
        } else {
            shuffled(table, records.into())
        };
        let count = usize::try_from(count).unwrap_or_default();
        let length = query.max_records.map_or(count, |most| most.min(count));
        Self { length, way }
    }

    pub fn length(&self) -> usize {
        self.length
    }

    /// The record at a place.
    pub fn at(&self, place: usize) -> Option<u32> {
        if place >= self.length {
            return None;
        }
        match &self.way {
            Way::Sorted(order) => order.get(place).copied(),
            Way::View(stride) => u32::try_from(place as u64 * stride).ok(),
            Way::Arbitrary {
                step,
                shift,
                around,
            } => u32::try_from((place as u64 * step + shift) % around).ok(),
        }
    }
}

/// A way around the table that meets every record once: the step shares no factor with the length.
fn shuffled(table: Table, around: u64) -> Way {
    let around = around.max(1);
    let mut step = table.draw(20) % around + 1;
    while common_factor(step, around) != 1 {
        step += 1;
    }
    let shift = table.draw(21) % around;
    Way::Arbitrary {
        step,
        shift,
        around,
    }
}

fn common_factor(one: u64, other: u64) -> u64 {
    if other == 0 {
        one
    } else {
        common_factor(other, one % other)
    }
}
