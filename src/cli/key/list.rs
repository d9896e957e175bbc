//! `patchbay key list`

use std::io::Write as _;
use std::process::ExitCode;

use jiff::Timestamp;
use serde::Serialize;

use super::whose::Whose;
use super::with_keys;
use crate::cli::{Outcome, refuse, say};
use crate::clock::Clock;
use crate::identity::{ApiKey, Scope};

const HEADS: [&str; 9] = [
    "ID",
    "BEGINS",
    "ORG",
    "USER",
    "NAME",
    "SCOPES",
    "CREATED",
    "LAST USED",
    "EXPIRES",
];

#[derive(clap::Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    whose: Whose,
    /// As a JSON list, for programs.
    #[arg(long)]
    json: bool,
}

/// A key in the JSON list.
#[derive(Serialize)]
struct Listed<'a> {
    id: &'a str,
    beginning: &'a str,
    org: &'a str,
    user: &'a str,
    name: &'a str,
    scopes: &'a [Scope],
    created_at: Timestamp,
    used_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    expired: bool,
}

pub(super) async fn run(arguments: Arguments) -> Outcome {
    let mut problems = Vec::new();
    let whose = arguments.whose.checked(&mut problems);
    refuse(problems)?;
    let mut keys = with_keys(async |keys| keys.all().await).await??;
    keys.retain(|key| whose.includes(key));
    keys.sort_by(|one, other| {
        let newest_first = other.created_at.cmp(&one.created_at);
        one.owner.cmp(&other.owner).then(newest_first)
    });
    let now = Clock::system().now();
    let text = match arguments.json {
        true => json(&keys, now)?,
        false => table(&keys, now),
    };
    if keys.is_empty() {
        say("There are no API keys.");
    }
    // That nobody reads it any more is no failure.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
    Ok(ExitCode::SUCCESS)
}

fn json(keys: &[ApiKey], now: Timestamp) -> serde_json::Result<String> {
    let listed: Vec<Listed<'_>> = keys.iter().map(|key| listed(key, now)).collect();
    Ok(serde_json::to_string_pretty(&listed)? + "\n")
}

fn listed(key: &ApiKey, now: Timestamp) -> Listed<'_> {
    Listed {
        id: &key.id,
        beginning: &key.beginning,
        org: &key.owner.org,
        user: &key.owner.user,
        name: &key.name,
        scopes: &key.scopes,
        created_at: key.created_at,
        used_at: key.used_at,
        expires_at: key.expires_at,
        expired: key.is_expired(now),
    }
}

/// The keys in columns; nothing where there are none.
fn table(keys: &[ApiKey], now: Timestamp) -> String {
    if keys.is_empty() {
        return String::new();
    }
    let heads = HEADS.map(str::to_owned);
    let rows: Vec<_> = std::iter::once(heads)
        .chain(keys.iter().map(|key| row(key, now)))
        .collect();
    let widths: Vec<usize> = (0..HEADS.len())
        .map(|column| rows.iter().map(|row| width(&row[column])).max())
        .map(Option::unwrap_or_default)
        .collect();
    let lines = rows.iter().map(|row| line(row, &widths));
    lines.collect()
}

fn row(key: &ApiKey, now: Timestamp) -> [String; HEADS.len()] {
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.name()).collect();
    let or_never = |moment: Option<Timestamp>| moment.map_or("never".to_owned(), short);
    let mut expires = or_never(key.expires_at);
    if key.is_expired(now) {
        expires.push_str(" (expired)");
    }
    [
        key.id.clone(),
        key.beginning.clone(),
        key.owner.org.clone(),
        key.owner.user.clone(),
        key.name.clone(),
        scopes.join(","),
        short(key.created_at),
        or_never(key.used_at),
        expires,
    ]
}

fn short(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn line(row: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, wide) in row.iter().zip(widths) {
        let gap = wide.saturating_sub(width(cell)) + 2;
        line.push_str(cell);
        line.push_str(&" ".repeat(gap));
    }
    line.truncate(line.trim_end().len());
    line + "\n"
}

fn width(text: &str) -> usize {
    text.chars().count()
}
