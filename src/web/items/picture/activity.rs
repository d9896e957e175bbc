//! In which months items were created and changed.

use jiff::Timestamp;
use jiff::tz::Offset;

use super::{WIDTH, share};
use crate::items::{Month, Months};
use crate::web::words::{counted, number};

/// Months that the picture of activity shows.
pub(super) const MONTHS: usize = 24;
/// The distance from one month to the next: the width is theirs.
const STEP: u64 = WIDTH / MONTHS as u64;
/// The height of the highest column, above or below the line.
pub(super) const HIGHEST: u64 = 44;
/// Where the line is.
pub(super) const LINE: u64 = HIGHEST + 2;

const NAMES: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

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

impl Activity {
    /// `None` where no time is known of any item.
    pub(super) fn new(created: &Months, modified: &Months, now: Timestamp) -> Option<Self> {
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
pub(super) fn months(now: Timestamp) -> Vec<Month> {
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
