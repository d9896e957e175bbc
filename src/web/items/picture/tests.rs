use std::collections::BTreeMap;

use proptest::prelude::*;

use super::activity::{HIGHEST, LINE, MONTHS, months};
use super::*;
use crate::items::{Month, Months};
use crate::providers::Registry;
use crate::web::samples::now;

fn of(months: &[(Month, u64)]) -> Months {
    Months {
        by_month: months.iter().copied().collect(),
        before: 0,
    }
}

#[test]
fn two_years_end_with_the_present_month() {
    let months = months("2026-01-31T23:00:00Z".parse().expect("a time"));
    assert_eq!(months.len(), MONTHS);
    assert_eq!(months.first(), Some(&(2024, 2)));
    assert_eq!(months.last(), Some(&(2026, 1)));
}

#[test]
fn what_is_older_is_said_in_words() {
    let now = "2026-11-20T00:00:00Z".parse().expect("a time");
    let old = of(&[((2020, 1), 7), ((2026, 11), 1)]);
    let activity = Activity::new(&old, &of(&[]), now).expect("activity");
    assert!(activity.drawn);
    assert_eq!(activity.beyond, "7 items created before that");
    let activity = Activity::new(&of(&[((2020, 1), 7)]), &of(&[]), now).expect("activity");
    assert!(!activity.drawn);
    assert!(Activity::new(&of(&[]), &of(&[]), now).is_none());
}

#[test]
fn without_items_there_is_no_picture() {
    let profile = Registry.all().next().expect("a provider").profile();
    assert!(Picture::new(profile, &Portrait::default(), now()).is_none());
}

proptest! {
    #[test]
    fn whatever_the_numbers_nothing_is_drawn_outside_of_the_picture(
        created in prop::collection::btree_map((2020_i16..2030, 1_i8..=12), any::<u32>(), 0..80),
        modified in prop::collection::btree_map((2020_i16..2030, 1_i8..=12), any::<u32>(), 0..80),
    ) {
        let wide = |months: BTreeMap<Month, u32>| Months {
            by_month: months.into_iter().map(|(month, count)| (month, count.into())).collect(),
            before: 0,
        };
        let now = "2026-11-20T00:00:00Z".parse().expect("a time");
        if let Some(activity) = Activity::new(&wide(created), &wide(modified), now) {
            prop_assert_eq!(activity.columns.len(), MONTHS);
            for column in activity.columns {
                prop_assert!(column.x < WIDTH && column.up <= HIGHEST && column.down <= HIGHEST);
                prop_assert_eq!(column.y + column.up + 1, LINE);
                prop_assert_eq!(column.created > 0, column.up > 0);
            }
        }
    }
}
