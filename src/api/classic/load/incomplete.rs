//! What of a list is not whole, in a header: a list itself has no place for it.

use crate::load::{Cut, Load, Outcome, Part};
use crate::providers::{Profile, Stream};

/// Longest text, in characters; some servers refuse heads of more than 8 KiB.
const LONGEST: usize = 2_000;
/// Missed lists of a stream that are named.
const NAMED: usize = 3;

/// What is not whole, in ASCII; `None` where all is.
pub(super) fn words(profile: &Profile, load: &Load) -> Option<String> {
    let of_parts = load.parts.iter().flat_map(of_part);
    let all: Vec<String> = of_parts.chain(left_out(profile, load)).collect();
    (!all.is_empty()).then(|| in_a_header(&all.join("; ")))
}

/// The usual streams that are not chosen for the connection.
fn left_out(profile: &Profile, load: &Load) -> impl Iterator<Item = String> {
    let is_in = |stream: &&Stream| load.parts.iter().any(|part| part.stream == stream.id);
    let usual = profile.streams.iter().filter(|stream| stream.by_default);
    let left_out = usual.filter(move |stream| !is_in(stream));
    left_out.map(|stream| format!("{}: left out, not chosen for this connection", stream.title))
}

fn of_part(part: &Part) -> impl Iterator<Item = String> {
    let said = [skipped(part), missed(part), cut(part)];
    let title = part.title.clone();
    let said = said.into_iter().flatten();
    said.map(move |words| format!("{title}: {words}"))
}

fn skipped(part: &Part) -> Option<String> {
    let Outcome::Skipped(why) = &part.outcome else {
        return None;
    };
    Some(match part.items {
        0 => format!("left out, {why}"),
        _ => format!("those of an earlier load, {why}"),
    })
}

/// The lists of a stream that could not be read.
pub(super) fn missed(part: &Part) -> Option<String> {
    let named = part.missed.iter().take(NAMED);
    let named: Vec<String> = named
        .map(|missed| format!("{} ({})", missed.title, missed.why))
        .collect();
    let in_all = part.missed_in_all;
    let more = match in_all.saturating_sub(named.len() as u64) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let kept = match part.kept().next() {
        Some(_) => ", of which an earlier load's items are given",
        None => "",
    };
    (in_all > 0).then(|| format!("not read to the end: {}{more}{kept}", named.join(", ")))
}

fn cut(part: &Part) -> Option<String> {
    Some(match part.cut? {
        Cut::Pages(limit) => format!("cut at {limit} pages (PATCHBAY_LOAD_MAX_PAGES)"),
        Cut::Items(limit) => format!("cut at {limit} items in all (PATCHBAY_ITEMS_MAX)"),
    })
}

/// What can stand in a header: names of lists are people's own, in any letters.
fn in_a_header(text: &str) -> String {
    let plain = |c: char| match c {
        ' '..='~' => c,
        _ => '?',
    };
    let mut plain: String = text.chars().map(plain).take(LONGEST + 1).collect();
    if plain.len() > LONGEST {
        plain.truncate(LONGEST - 3);
        plain.push_str("...");
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_holds_no_line_ends_and_not_too_much() {
        assert_eq!(in_a_header("Käse\r\nX: y"), "K?se??X: y");
        let long = in_a_header(&"é".repeat(5_000));
        assert_eq!(long.len(), LONGEST);
        assert!(long.ends_with("?..."));
        assert_eq!(in_a_header(&"x".repeat(LONGEST)), "x".repeat(LONGEST));
    }
}
