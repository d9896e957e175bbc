//! Two pictures of what was loaded: how many items there are of each type, and in which months they were created and
//! changed. Drawn here from plain numbers, as shapes that the style sheet colours; the same numbers stand below as tables.

mod activity;
#[cfg(test)]
mod tests;

use askama::Template;
use jiff::Timestamp;

use crate::items::Portrait;
use crate::providers::Profile;
use crate::web::words::number;

pub use activity::Activity;

/// The width of both pictures, in units of their own.
const WIDTH: u64 = 288;
/// The height of a bar with its words.
const ROW: u64 = 34;
/// A bar, its words and where they stand.
pub struct Bar {
    pub title: String,
    pub count: String,
    /// The line of the words.
    pub text_y: u64,
    pub y: u64,
    pub width: u64,
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
