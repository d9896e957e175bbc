//! A load, while it runs and when it has ended.

use jiff::Timestamp;

use super::{Banner, Row};
use crate::item::Item;
use crate::load::{Cut, Load, Outcome, Part, Status};
use crate::web::words::{When, counted, listed, number, span};

/// One stream of a load.
pub struct StreamLine {
    pub title: String,
    /// `running`, `done`, `part`, `cut`, `failed` or `skipped`.
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
    pub fn new(load: &Load, name: &str, arriving: &[Item], now: Timestamp) -> Self {
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
            streams: load.parts.iter().map(|part| line(part, load)).collect(),
            banners: banners(load, name, now),
            arriving: arriving.iter().map(|item| Row::new(item, now)).collect(),
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
    match part.kept().map(|(run, _)| run.items).sum() {
        0 => {}
        all if all == part.items => notes.push("items of an earlier load".to_owned()),
        some => notes.push(format!("{} of an earlier load", number(some))),
    }
    StreamLine {
        title: part.title.clone(),
        state: match (&part.outcome, load.status) {
            (Outcome::Running, Status::Running) => "running",
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

/// One banner for each reason, however many streams it concerns.
fn banners(load: &Load, name: &str, now: Timestamp) -> Vec<Banner> {
    let mut reasons: Vec<(Reason, Vec<&Part>)> = Vec::new();
    for part in &load.parts {
        let Some(reason) = Reason::of(part) else {
            continue;
        };
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, parts)) => parts.push(part),
            None => reasons.push((reason, vec![part])),
        }
    }
    let banner = |(reason, parts): &(Reason, Vec<&Part>)| reason.banner(parts, load, name, now);
    let missed = missing(load).into_iter().map(|parts| missed(&parts, now));
    reasons.iter().map(banner).chain(missed).collect()
}

/// The streams of which lists are missing, those together that lack the same.
fn missing(load: &Load) -> Vec<Vec<&Part>> {
    let mut groups: Vec<Vec<&Part>> = Vec::new();
    let parts = load.parts.iter();
    for part in parts.filter(|part| part.missed_in_all > 0 && part.outcome == Outcome::Done) {
        let same = |group: &&mut Vec<&Part>| {
            let first = group.first();
            first.is_some_and(|first| {
                (&first.missed, first.missed_in_all) == (&part.missed, part.missed_in_all)
            })
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(part),
            None => groups.push(vec![part]),
        }
    }
    groups
}

/// What could not be read of streams of many lists, by reason.
fn missed(parts: &[&Part], now: Timestamp) -> Banner {
    let titles: Vec<&str> = parts.iter().map(|part| &part.title[..]).collect();
    let (named, in_all) = parts
        .first()
        .map_or((&[][..], 0), |part| (&part.missed[..], part.missed_in_all));
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for missed in named {
        match reasons.iter_mut().find(|(why, _)| *why == missed.why) {
            Some((_, titles)) => titles.push(&missed.title),
            None => reasons.push((&missed.why, vec![&missed.title])),
        }
    }
    let reasons: Vec<String> = reasons
        .iter()
        .map(|(why, titles)| format!("{}: {why}.", listed(titles)))
        .collect();
    let more = match in_all - named.len() as u64 {
        0 => String::new(),
        more => format!(" And {} more.", number(more)),
    };
    Banner {
        tone: "warn",
        title: format!("{} are not whole", listed(&titles)),
        text: format!("{}{more} {}", reasons.join(" "), what_is_there(parts, now)),
    }
}

/// Why a stream is not whole.
#[derive(PartialEq)]
enum Reason {
    Failed(String),
    Denied(String),
    Skipped(String),
    Cut(Cut),
}

impl Reason {
    fn of(part: &Part) -> Option<Self> {
        match (&part.outcome, part.cut) {
            (Outcome::Failed(why), _) => Some(Self::Failed(why.clone())),
            (Outcome::Denied(why), _) => Some(Self::Denied(why.clone())),
            (Outcome::Skipped(why), _) => Some(Self::Skipped(why.clone())),
            (_, Some(cut)) => Some(Self::Cut(cut)),
            _ => None,
        }
    }

    fn banner(&self, parts: &[&Part], load: &Load, name: &str, now: Timestamp) -> Banner {
        let titles: Vec<&str> = parts.iter().map(|part| &part.title[..]).collect();
        let titles = listed(&titles);
        let rest = what_is_shown(parts, now);
        let items = number(parts.iter().map(|part| part.items).sum());
        let again = match load.status {
            Status::Partial => "'Retry what failed' asks for it once more.",
            _ => "Load items again to retry.",
        };
        let (tone, title, text) = match self {
            Self::Failed(why) => (
                "danger",
                format!("{titles} did not load"),
                format!("{why}. {rest} {again}"),
            ),
            Self::Denied(why) => (
                "danger",
                format!("{titles} did not load"),
                format!("{why}. {rest}"),
            ),
            Self::Skipped(why) => (
                "warn",
                format!("{titles} were left out"),
                format!("Reason: {why}. {rest} Reconnect to grant it."),
            ),
            Self::Cut(Cut::Pages(limit)) => (
                "warn",
                format!(
                    "{titles} were cut at {}, {items} items",
                    counted(*limit, "page", "pages")
                ),
                format!(
                    "{name} has more. The operator limits a load to {} pages a stream (PATCHBAY_LOAD_MAX_PAGES).",
                    number(*limit)
                ),
            ),
            Self::Cut(Cut::Items(limit)) => (
                "warn",
                format!("{titles} were cut at {items} items"),
                format!(
                    "The operator limits a connection to {} items (PATCHBAY_ITEMS_MAX).",
                    number(*limit)
                ),
            ),
        };
        Banner { tone, title, text }
    }
}

/// What there is to see of streams of which lists are missing.
fn what_is_there(parts: &[&Part], now: Timestamp) -> String {
    let kept = parts.iter().flat_map(|part| part.kept());
    match kept.filter_map(|(_, kept)| kept.loaded_at).min() {
        Some(at) => format!(
            "The rest is shown, and what was loaded of them {}.",
            relative(at, now)
        ),
        None => "The rest is shown.".to_owned(),
    }
}

fn what_is_shown(parts: &[&Part], now: Timestamp) -> String {
    let kept = parts.iter().flat_map(|part| part.kept());
    match kept.filter_map(|(_, kept)| kept.loaded_at).min() {
        Some(at) => format!("Still shown are the items loaded {}.", relative(at, now)),
        None if parts.len() == 1 => "There are no items of it to show.".to_owned(),
        None => "There are no items of them to show.".to_owned(),
    }
}

fn relative(at: Timestamp, now: Timestamp) -> String {
    match When::new(at, now).words {
        words if words == "now" => "just before".to_owned(),
        words => words,
    }
}
