//! A snapshot in a few numbers: how many items there are of each type, and in which months they were created and
//! changed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::Offset;

use crate::items::select::Kinds;

/// Months that are told apart: half a century of them.
const MOST: usize = 600;

/// A month of UTC: the year, and the number of the month from 1.
pub type Month = (i16, i8);

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Portrait {
    /// Items by provider and type.
    pub kinds: Kinds,
    /// When items were created.
    pub created: Months,
    /// When items were last changed.
    pub modified: Months,
}

/// How many items there are of each month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Months {
    /// The latest 600 months in which there is anything.
    pub by_month: BTreeMap<Month, u64>,
    /// Items of the months before them.
    pub before: u64,
}

impl Months {
    pub(super) fn count(&mut self, at: Timestamp) {
        let at = Offset::UTC.to_datetime(at);
        *self.by_month.entry((at.year(), at.month())).or_default() += 1;
        if self.by_month.len() > MOST
            && let Some((_, items)) = self.by_month.pop_first()
        {
            self.before += items;
        }
    }

    /// Bytes that they take, about.
    pub(super) fn weight(&self) -> usize {
        self.by_month.len() * 2 * size_of::<(Month, u64)>()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_month_is_that_of_utc() {
        let mut months = Months::default();
        for at in ["2026-01-31T23:59:59Z", "2026-02-01T00:00:00Z"] {
            months.count(at.parse().expect("a time"));
        }
        let both = [((2026, 1), 1), ((2026, 2), 1)];
        assert_eq!(months.by_month, BTreeMap::from(both));
    }

    proptest! {
        #[test]
        fn whatever_the_times_every_item_is_counted_and_the_latest_months_are_kept(
            seconds in prop::collection::vec(
                prop_oneof![-377_705_023_201_i64..=253_402_207_200, Just(0)], 0..1_500,
            ),
        ) {
            let mut months = Months::default();
            let mut plainly = BTreeMap::<Month, u64>::new();
            for second in &seconds {
                let at = Timestamp::from_second(*second).expect("a time");
                months.count(at);
                let at = Offset::UTC.to_datetime(at);
                *plainly.entry((at.year(), at.month())).or_default() += 1;
            }
            let beyond = plainly.len().saturating_sub(MOST);
            let before: u64 = plainly.values().take(beyond).sum();
            prop_assert_eq!(months.before, before);
            prop_assert!(months.by_month.into_iter().eq(plainly.into_iter().skip(beyond)));
        }
    }
}
