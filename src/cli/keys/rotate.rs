//! `patchbay keys rotate`

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::app;
use crate::cli::{Outcome, load, signals};
use crate::config::Sources;
use crate::vault::rotate::{Event, Figures, Mode, Total};

/// How often the progress is printed.
const EVERY: Duration = Duration::from_secs(1);

pub(super) async fn run(mode: Mode) -> Outcome {
    let sources = Sources::from_process().map_err(|problems| problems.to_string())?;
    let config = load(&sources)?;
    let stop = signals::stop()?;
    let mut told = Instant::now();
    let tell = |event: Event<'_>| match event {
        Event::Unreadable(record) => say(&record.to_string()),
        Event::Progress(figures) if told.elapsed() >= EVERY => {
            told = Instant::now();
            say(&format!("… {}", line(figures, mode)));
        }
        Event::Progress(_) => {}
    };
    let all = app::rotate(config, mode, stop.token(), tell).await?;
    for figures in &all {
        say(&line(figures, mode));
    }
    let total = Figures::total(&all);
    say_keys(&total, mode);
    say(&last_line(&total, mode));
    Ok(match total.unreadable {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// Prints a line at once. That nobody reads it any more does not stop the work.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// What is done to a record of an older key.
fn done(mode: Mode) -> &'static str {
    match mode {
        Mode::Rotate => "re-encrypted",
        Mode::DryRun => "to re-encrypt",
    }
}

fn line(figures: &Figures, mode: Mode) -> String {
    let by_key: Vec<String> = figures
        .old
        .iter()
        .map(|(id, count)| format!("{id}: {count}"))
        .collect();
    let by_key = match by_key.as_slice() {
        [] => String::new(),
        keys => format!(" ({})", keys.join(", ")),
    };
    format!(
        "{}: {} found, {} {}{by_key}, {} already new, {} not openable",
        figures.title,
        figures.found(),
        figures.olds(),
        done(mode),
        figures.new,
        figures.unreadable(),
    )
}

/// Which keys must be kept, and which are wanted back.
fn say_keys(total: &Total, mode: Mode) {
    if mode == Mode::DryRun {
        match (total.needed.is_empty(), total.unreadable) {
            (true, 0) => say("Only the first key is needed: the others can be dropped."),
            (true, _) => say("What can be opened needs the first key only."),
            (false, _) => say(&format!("Still needed: {}.", list(&total.needed))),
        }
    }
    if !total.missing.is_empty() {
        say(&format!(
            "Not in the key ring, and needed: {}. Put it back and run this again.",
            list(&total.missing)
        ));
    }
}

fn list(ids: &BTreeSet<String>) -> String {
    ids.iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}

fn last_line(total: &Total, mode: Mode) -> String {
    format!(
        "In all: {} found, {} {}, {} already new, {} not openable",
        total.found(),
        total.old,
        done(mode),
        total.new,
        total.unreadable,
    )
}
