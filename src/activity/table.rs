//! Entries as a table for spreadsheets.

use super::{Actor, Noted};
use crate::spreadsheet::{BYTE_ORDER_MARK, cell, writer};

/// The columns.
const COLUMNS: [&str; 13] = [
    "time",
    "by",
    "user",
    "key",
    "key_id",
    "action",
    "provider",
    "object",
    "concerns",
    "result",
    "detail",
    "address",
    "request_id",
];

/// Entries cannot be written as a table.
#[derive(Debug, thiserror::Error)]
#[error("entries cannot be written as a table: {0}")]
pub struct Unwritable(String);

/// The rows of these entries, with the headings before the first ones.
pub fn table(entries: &[Noted], first: bool) -> Result<Vec<u8>, Unwritable> {
    let failed = |error: csv::Error| Unwritable(error.to_string());
    let beginning = if first { BYTE_ORDER_MARK } else { &[] };
    let mut rows = writer(beginning.to_vec());
    if first {
        rows.write_record(COLUMNS).map_err(failed)?;
    }
    for noted in entries {
        let cells = cells(noted);
        let cells = cells.each_ref().map(|it| cell(it));
        let cells = cells.iter().map(|cell| cell.as_bytes());
        rows.write_record(cells).map_err(failed)?;
    }
    let rows = rows.into_inner();
    rows.map_err(|error| Unwritable(error.to_string()))
}

fn cells(noted: &Noted) -> [String; COLUMNS.len()] {
    let entry = &noted.entry;
    let (actor, peer) = (&entry.by.actor, &entry.by.peer);
    let (key, key_id) = match actor {
        Actor::Key { id, name, .. } => (name.clone(), id.clone()),
        _ => Default::default(),
    };
    let address = peer.address.map(|address| address.to_string());
    [
        noted.at.to_string(),
        actor.sort().to_owned(),
        actor.user().unwrap_or_default().to_owned(),
        key,
        key_id,
        entry.action.name().to_owned(),
        entry.provider.clone().unwrap_or_default(),
        entry.object.clone(),
        entry.whose.clone().unwrap_or_default(),
        entry.outcome.name().to_owned(),
        entry.detail.clone(),
        address.unwrap_or_default(),
        peer.request.clone().unwrap_or_default(),
    ]
}
