//! Two pictures of what was loaded: how many items there are of each type, and in which months they were created and
//! changed. Drawn here from plain numbers, as shapes that the style sheet colours; the same numbers stand below as tables.

use askama::Template;
use jiff::Timestamp;
use jiff::tz::Offset;

use crate::items::{Month, Months, Portrait};
use crate::providers::Profile;
use crate::web::words::{counted, number};

/// The width of both pictures, in units of their own.
const WIDTH: u64 = 288;
/// The height of a bar with its words.
const ROW: u64 = 34;
/// Months that the picture of activity shows.
const MONTHS: usize = 24;
/// The distance from one month to the next: the width is theirs.
const STEP: u64 = WIDTH / MONTHS as u64;
/// The height of the highest column, above or below the line.
const HIGHEST: u64 = 44;
/// Where the line is.
const LINE: u64 = HIGHEST + 2;

const NAMES: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A bar, its words and where they stand.
pub struct Bar {
    pub title: String,
    pub count: String,
    /// The line of the words.
    pub text_y: u64,
    pub y: u64,
    pub width: u64,
}

/// A month: what was created stands above the line, what was modified hangs below it.
pub struct Column {
    pub month: String,
    pub created: u64,
    pub modified: u64,
    pub x: u64,
    pub y: u64,
    pub up: u64,
    pub down: u64,
}

/// The picture of activity.
pub struct Activity {
    /// All months, the earliest first.
    pub columns: Vec<Column>,
    pub first: String,
    pub last: String,
    /// The most items that a month has.
    pub most: String,
    /// What lies outside of these months, in words; empty where nothing does.
    pub beyond: String,
    /// Whether any month has anything; otherwise there is nothing to draw.
    pub drawn: bool,
}

/// See the module.
#[derive(Template)]
#[template(path = "items/picture.html")]
pub struct Picture {
    pub bars: Vec<Bar>,
    pub height: u64,
    pub activity: Option<Activity>,
}

impl Picture {
    /// `None` where there is nothing to draw.
    pub fn new(profile: &Profile, portrait: &Portrait, now: Timestamp) -> Option<Self> {
        let bars = bars(profile, portrait);
        let drawn = !bars.is_empty();
        drawn.then(|| Self {
            height: bars.len() as u64 * ROW,
            bars,
            activity: Activity::new(&portrait.created, &portrait.modified, now),
        })
    }
}

/// A bar for each type that there are items of, in the order of the provider's streams.
fn bars(profile: &Profile, portrait: &Portrait) -> Vec<Bar> {
    let count = |kind: &str| {
        let key = (profile.id.to_owned(), kind.to_owned());
        portrait.kinds.get(&key).copied().unwrap_or_default()
    };
    let counts = profile.kinds().map(|kind| (kind.title, count(kind.id)));
    let counts: Vec<(&str, u64)> = counts.filter(|(_, count)| *count > 0).collect();
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(1);
    let rows = (0_u64..).zip(counts);
    rows.map(|(row, (title, count))| Bar {
        title: title.to_owned(),
        count: number(count),
        text_y: row * ROW + 14,
        y: row * ROW + 19,
        width: share(count, most, WIDTH),
    })
    .collect()
}

/// `whole` as the share that `count` has of `most`; something for everything that is there.
fn share(count: u64, most: u64, whole: u64) -> u64 {
    let part = u128::from(count) * u128::from(whole) / u128::from(most.max(1));
    let part = u64::try_from(part).unwrap_or(whole);
    if count == 0 { 0 } else { part.max(1) }
}

impl Activity {
    /// `None` where no time is known of any item.
    fn new(created: &Months, modified: &Months, now: Timestamp) -> Option<Self> {
        let months = months(now);
        let of = |all: &Months, month| all.by_month.get(month).copied().unwrap_or_default();
        let counts = months
            .iter()
            .map(|month| (of(created, month), of(modified, month)));
        let counts: Vec<(u64, u64)> = counts.collect();
        let most = counts.iter().map(|(up, down)| *up.max(down)).max()?;
        let beyond = beyond(created, modified, &months);
        let known = most > 0 || !beyond.is_empty();
        known.then(|| Self {
            columns: columns(&months, &counts, most),
            first: months.first().map(named).unwrap_or_default(),
            last: months.last().map(named).unwrap_or_default(),
            most: number(most),
            beyond,
            drawn: most > 0,
        })
    }
}

fn columns(months: &[Month], counts: &[(u64, u64)], most: u64) -> Vec<Column> {
    let places = (0..).step_by(STEP as usize);
    let columns = months.iter().zip(counts).zip(places);
    columns
        .map(|((month, (created, modified)), x)| {
            let up = share(*created, most, HIGHEST);
            Column {
                month: named(month),
                created: *created,
                modified: *modified,
                x: x + 1,
                y: LINE - 1 - up,
                up,
                down: share(*modified, most, HIGHEST),
            }
        })
        .collect()
}

impl Column {
    /// The numbers for the table, with their thousands parted.
    pub fn words(&self) -> (String, String) {
        (number(self.created), number(self.modified))
    }

    /// Whether anything was created or modified.
    pub fn is_empty(&self) -> bool {
        self.created == 0 && self.modified == 0
    }
}

/// The months up to the present one, in UTC.
fn months(now: Timestamp) -> Vec<Month> {
    let now = Offset::UTC.to_datetime(now);
    let (mut year, mut month) = (now.year(), now.month());
    let mut months = Vec::with_capacity(MONTHS);
    for _ in 0..MONTHS {
        months.push((year, month));
        (year, month) = match month {
            ..=1 => (year.saturating_sub(1), 12),
            _ => (year, month - 1),
        };
    }
    months.reverse();
    months
}

/// `Nov 2026`
fn named((year, month): &Month) -> String {
    let name = usize::try_from(month - 1).ok().and_then(|at| NAMES.get(at));
    format!("{} {year}", name.copied().unwrap_or_default())
}

/// What lies before and behind the months, as a sentence.
fn beyond(created: &Months, modified: &Months, months: &[Month]) -> String {
    let (Some(first), Some(last)) = (months.first(), months.last()) else {
        return String::new();
    };
    let sum = |all: &Months, is: &dyn Fn(&Month) -> bool| -> u64 {
        let months = all.by_month.iter();
        months
            .filter(|(month, _)| is(month))
            .map(|(_, count)| count)
            .sum()
    };
    let before = |all: &Months| sum(all, &|month| month < first) + all.before;
    let behind = |all: &Months| sum(all, &|month| month > last);
    let said = |count: u64, what: &str| match count {
        0 => None,
        count => Some(format!("{} {what}", counted(count, "item", "items"))),
    };
    let all: Vec<String> = [
        said(before(created), "created before that"),
        said(before(modified), "last modified before that"),
        said(behind(created), "created after it, by their dates"),
        said(behind(modified), "modified after it, by their dates"),
    ]
    .into_iter()
    .flatten()
    .collect();
    all.join(", ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
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
}
