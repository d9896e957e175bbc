//! What a load did not bring, and why, as banners.

use jiff::Timestamp;

use super::Banner;
use crate::load::{Cut, Load, Outcome, Part, Status};
use crate::web::words::{When, counted, listed, number};

/// One banner for each reason, however many streams it concerns.
pub(super) fn banners(load: &Load, name: &str, now: Timestamp) -> Vec<Banner> {
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

/// The same as a short sentence each: what is not whole, and by how much.
pub fn shortfalls(load: &Load, name: &str, now: Timestamp) -> Vec<String> {
    let banners = banners(load, name, now).into_iter();
    banners.map(|banner| format!("{}.", banner.title)).collect()
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
