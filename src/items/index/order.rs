//! The rows of a snapshot in the order of a column.

use std::slice;

use super::Found;
use crate::items::query::Dir;

/// Marks a row whose key is that of the row before. Row numbers stay below it.
const SAME: u32 = 1 << 31;
/// The most rows that an order can hold.
pub(super) const MOST: usize = SAME as usize;

/// Row numbers by their keys, smallest first and equals by arrival; those without a key stand at the end.
#[derive(Default)]
pub(super) struct Order {
    known: Vec<u32>,
    unknown: Vec<u32>,
}

impl Order {
    /// An order by keys, `None` where it is not known; rows that are hidden are not in it.
    pub(super) fn by_key<K: Ord>(keys: impl Iterator<Item = Option<K>>, hidden: &Found) -> Self {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        let shown = |(row, _): &(u32, Option<K>)| !hidden.contains(*row as usize);
        for (row, key) in (0..).zip(keys).filter(shown) {
            match key {
                Some(key) => known.push((key, row)),
                None => unknown.push(row),
            }
        }
        known.sort_unstable();
        unknown.shrink_to_fit();
        Self {
            known: marked(&known),
            unknown,
        }
    }

    /// Bytes that it takes.
    pub(super) fn weight(&self) -> usize {
        (self.known.capacity() + self.unknown.capacity()) * size_of::<u32>()
    }

    /// The rows from the first to the last, or from the last to the first. What is unknown comes last both ways,
    /// and equals come as they arrived.
    pub(super) fn walk(&self, dir: Dir) -> Walk<'_> {
        let (now, later) = match dir {
            Dir::Asc => (&self.known[..], &[][..]),
            Dir::Desc => (&[][..], &self.known[..]),
        };
        Walk {
            now: now.iter(),
            later,
            unknown: self.unknown.iter(),
        }
    }
}

/// The rows, of which those are marked that have the key of the row before.
fn marked<K: Ord>(known: &[(K, u32)]) -> Vec<u32> {
    let mut before = None;
    let rows = known.iter().map(|(key, row)| {
        let same = before.replace(key) == Some(key);
        row | if same { SAME } else { 0 }
    });
    rows.collect()
}

/// See [`Order::walk`].
pub(super) struct Walk<'a> {
    now: slice::Iter<'a, u32>,
    /// What comes after, group by group of equals from its end.
    later: &'a [u32],
    unknown: slice::Iter<'a, u32>,
}

impl Iterator for Walk<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if let Some(row) = self.now.next() {
            return Some(row & !SAME);
        }
        let first = self.later.iter().rposition(|row| row & SAME == 0);
        let Some((later, group)) = first.and_then(|first| self.later.split_at_checked(first))
        else {
            return self.unknown.next().copied();
        };
        self.later = later;
        self.now = group.iter();
        self.now.next().map(|row| row & !SAME)
    }
}
