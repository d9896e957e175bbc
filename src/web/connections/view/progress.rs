//! A load, while it runs and when it has ended.

use jiff::Timestamp;

use super::Banner;
use super::banners::banners;
use crate::item::Item;
use crate::load::Why;
use crate::load::{Load, Outcome, Part, Status, Wait};
use crate::web::items::Row;
use crate::web::words::{When, counted, number, span};

/// One stream of a load.
pub struct StreamLine {
    pub title: String,
    /// `running`, `dropped`, `done`, `part`, `cut`, `failed` or `skipped`.
    pub state: &'static str,
    pub items: String,
    pub pages: String,
    /// How far it is, where the total is known: (so many, of so many).
    pub bar: Option<(u64, u64)>,
    pub note: String,
}

/// A load, while it runs and when it has ended.
pub struct Progress {
    pub running: bool,
    /// How often the page asks again while the load runs.
    pub every: &'static str,
    /// Something failed that can be tried again by itself.
    pub retry: bool,
    pub headline: String,
    pub tone: &'static str,
    pub streams: Vec<StreamLine>,
    pub banners: Vec<Banner>,
    /// Rows that just arrived.
    pub arriving: Vec<Row>,
    pub started: When,
}

impl Progress {
    pub fn new(load: &Load, name: &'static str, arriving: &[Item], now: Timestamp) -> Self {
        let until = load.ended_at.unwrap_or(now);
        let took = match load.started_at.duration_until(until) {
            time if time.as_secs() < 1 => "less than a second".to_owned(),
            time => span(time),
        };
        let items = number(load.items());
        let (headline, tone) = match load.status {
            Status::Running if load.rests => (
                format!(
                    "Loading: {items} items so far. It was interrupted, and goes on by itself in a moment"
                ),
                "info",
            ),
            Status::Running => (format!("Loading: {items} items so far, {took}"), "info"),
            Status::Complete => (format!("Loaded {items} items in {took}"), "ok"),
            Status::Partial => (format!("Loaded in part, in {took}"), "warn"),
            Status::Failed => ("Nothing could be loaded".to_owned(), "danger"),
            Status::Interrupted => (
                "The last load was interrupted, and did not come to its end. Load items again."
                    .to_owned(),
                "warn",
            ),
            Status::Cancelled => (
                "The last load was cancelled. What was loaded before is as it was.".to_owned(),
                "info",
            ),
        };
        Self {
            running: load.status == Status::Running,
            every: every(load, now),
            retry: load.status == Status::Partial && load.parts.iter().any(can_be_retried),
            headline,
            tone,
            streams: load
                .parts
                .iter()
                .map(|part| line(part, load, name, now))
                .collect(),
            banners: banners(load, name, now),
            arriving: arriving
                .iter()
                .map(|item| Row::new(item, name, now))
                .collect(),
            started: When::new(load.started_at, now),
        }
    }
}

/// Until the first rows are there somebody looks at an empty page; so it asks more often, if not for long.
fn every(load: &Load, now: Timestamp) -> &'static str {
    match load.started_at.duration_until(now).as_millis() {
        _ if load.items() > 0 => "1s",
        ..1_500 => "50ms",
        1_500..10_000 => "250ms",
        _ => "1s",
    }
}

/// Whether it makes sense to try a stream again. What was left out for a permission comes with a reconnect.
fn can_be_retried(part: &Part) -> bool {
    match part.outcome {
        Outcome::Failed(_) | Outcome::Denied(_) => true,
        Outcome::Done => part.missed_in_all > 0,
        Outcome::Running | Outcome::Skipped(_) => false,
    }
}

/// A wait in words, if it is long enough to wonder about.
fn wait(wait: &Wait, name: &str, now: Timestamp) -> Option<String> {
    let seconds = now.duration_until(wait.until).as_secs();
    let time = counted(u64::try_from(seconds).ok()?, "second", "seconds");
    (seconds > 0).then(|| match wait.why {
        Why::Limit => format!("waits {time}: more would be beyond {name}'s limit"),
        Why::Asked => format!("waits {time}, as {name} asked"),
        Why::Failing => format!("{name} failed or did not answer; next try in {time}"),
    })
}

fn line(part: &Part, load: &Load, name: &str, now: Timestamp) -> StreamLine {
    let mut notes = Vec::new();
    if load.status == Status::Running && part.outcome == Outcome::Running {
        notes.extend(part.waits.and_then(|waits| wait(&waits, name, now)));
    }
    if part.retries > 0 {
        notes.push(counted(part.retries, "call repeated", "calls repeated"));
    }
    if part.limited > 0 {
        notes.push(counted(
            part.limited,
            "time asked to wait",
            "times asked to wait",
        ));
    }
    if part.repeated > 0 {
        notes.push(format!("{} came twice", number(part.repeated)));
    }
    match part.kept().map(|(run, _)| run.items).sum() {
        0 => {}
        all if all == part.items => notes.push("items of an earlier load".to_owned()),
        some => notes.push(format!("{} of an earlier load", number(some))),
    }
    StreamLine {
        title: part.title.clone(),
        state: match (&part.outcome, load.status) {
            (Outcome::Running, Status::Running) => "running",
            (_, Status::Cancelled | Status::Interrupted) => "dropped",
            (Outcome::Running | Outcome::Failed(_) | Outcome::Denied(_), _) => "failed",
            (Outcome::Done, _) if part.cut.is_some() => "cut",
            (Outcome::Done, _) if part.missed_in_all > 0 => "part",
            (Outcome::Done, _) => "done",
            (Outcome::Skipped(_), _) => "skipped",
        },
        items: counted(part.items, "item", "items"),
        pages: counted(part.pages, "page", "pages"),
        bar: part.total.map(|total| (part.items, total)),
        note: notes.join(", "),
    }
}
