//! A load, while it runs and when it has ended.

use jiff::Timestamp;

use super::{Banner, Row};
use crate::item::Item;
use crate::load::{Cut, Load, Outcome, Part, Status};
use crate::web::words::{When, counted, number, span};

/// One stream of a load.
pub struct StreamLine {
    pub title: String,
    /// `running`, `done`, `cut`, `failed` or `skipped`.
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
    pub headline: String,
    pub tone: &'static str,
    pub streams: Vec<StreamLine>,
    pub banners: Vec<Banner>,
    /// Rows that just arrived.
    pub arriving: Vec<Row>,
    pub started: When,
}

impl Progress {
    pub fn new(load: &Load, name: &str, arriving: &[Item], now: Timestamp) -> Self {
        let until = load.ended_at.unwrap_or(now);
        let took = match load.started_at.duration_until(until) {
            time if time.as_secs() < 1 => "less than a second".to_owned(),
            time => span(time),
        };
        let items = number(load.items());
        let (headline, tone) = match load.status {
            Status::Running => (format!("Loading: {items} items so far, {took}"), "info"),
            Status::Complete => (format!("Loaded {items} items in {took}"), "ok"),
            Status::Partial => (format!("Loaded in part, in {took}"), "warn"),
            Status::Failed => ("Nothing could be loaded".to_owned(), "danger"),
            Status::Interrupted => (
                "The last load was interrupted: Patchbay stopped while it ran. Load items again."
                    .to_owned(),
                "warn",
            ),
        };
        Self {
            running: load.status == Status::Running,
            headline,
            tone,
            streams: load.parts.iter().map(|part| line(part, load)).collect(),
            banners: load
                .parts
                .iter()
                .filter_map(|part| part_banner(part, load, name, now))
                .collect(),
            arriving: arriving.iter().map(|item| Row::new(item, now)).collect(),
            started: When::new(load.started_at, now),
        }
    }
}

fn line(part: &Part, load: &Load) -> StreamLine {
    let mut notes = Vec::new();
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
    if part.is_old(load) {
        notes.push("items of an earlier load".to_owned());
    }
    StreamLine {
        title: part.title.clone(),
        state: match (&part.outcome, load.status) {
            (Outcome::Running, Status::Running) => "running",
            (Outcome::Running | Outcome::Failed(_), _) => "failed",
            (Outcome::Done, _) if part.cut.is_some() => "cut",
            (Outcome::Done, _) => "done",
            (Outcome::Skipped(_), _) => "skipped",
        },
        items: number(part.items),
        pages: number(part.pages.into()),
        bar: part.total.map(|total| (part.items, total)),
        note: notes.join(", "),
    }
}

fn part_banner(part: &Part, load: &Load, name: &str, now: Timestamp) -> Option<Banner> {
    let title = &part.title;
    let old = part
        .loaded_at
        .filter(|_| part.is_old(load))
        .map(|at| When::new(at, now).words);
    let rest = match old {
        Some(old) => format!("Shown are its items of the load {old}."),
        None => "There are no items of it to show.".to_owned(),
    };
    let banner = |tone, title, text| Some(Banner { tone, title, text });
    match (&part.outcome, part.cut) {
        (Outcome::Failed(why), _) => banner(
            "danger",
            format!("{title} did not load"),
            format!("{why}. {rest} Load items again to retry."),
        ),
        (Outcome::Skipped(why), _) => banner(
            "warn",
            format!("{title} were left out"),
            format!("Reason: {why}. {rest} Reconnect to grant it."),
        ),
        (_, Some(Cut::Pages(limit))) => banner(
            "warn",
            format!(
                "{title} were cut at {} pages, {} items",
                number(limit),
                number(part.items)
            ),
            format!(
                "{name} has more. The operator limits a load to {} pages a stream (PATCHBAY_LOAD_MAX_PAGES).",
                number(limit)
            ),
        ),
        (_, Some(Cut::Items(limit))) => banner(
            "warn",
            format!("{title} were cut at {} items", number(part.items)),
            format!(
                "The operator limits a connection to {} items (PATCHBAY_ITEMS_MAX).",
                number(limit)
            ),
        ),
        _ => None,
    }
}
