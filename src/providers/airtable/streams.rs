//! The three streams: the list of bases, the tables of each, the records of each table.
//!
//! Tables and records of a base count against that base's limit, so they are a lane of their own.

use super::super::{Fetch, FetchError, Fetched, Kind, Stream};
use super::items::{NAMELESS, base_item, named, note, record_item, table_item};
use super::{BASE, oauth, wire};
use crate::outbound::{Call, CallError, Request};

const BASES: &str = "bases";
const TABLES: &str = "tables";
const RECORDS: &str = "records";

pub(super) static STREAMS: &[Stream] = &[
    Stream {
        id: BASES,
        title: "Bases",
        kinds: &[Kind {
            id: "Base",
            title: "Bases",
        }],
        scopes: &[oauth::SCHEMA],
        source: None,
        by_default: true,
        hint: None,
    },
    Stream {
        id: TABLES,
        title: "Tables",
        kinds: &[Kind {
            id: "Table",
            title: "Tables",
        }],
        scopes: &[oauth::SCHEMA],
        source: Some(BASES),
        by_default: true,
        hint: None,
    },
    Stream {
        id: RECORDS,
        title: "Records",
        kinds: &[Kind {
            id: "Record",
            title: "Records",
        }],
        scopes: &[oauth::SCHEMA, oauth::RECORDS],
        source: Some(TABLES),
        by_default: false,
        hint: Some("One call for 100 records; some plans count calls."),
    },
];

/// The most records that a page gives.
const PAGE_SIZE: &str = "100";

pub(super) async fn fetch(call: &Call, step: &Fetch) -> Result<Fetched, FetchError> {
    match &step.stream[..] {
        BASES => bases(call, step).await,
        TABLES => tables(call, step).await,
        RECORDS => records(call, step).await,
        other => Err(CallError::Broken(format!("Airtable has no stream {other}")).into()),
    }
}

async fn bases(call: &Call, step: &Fetch) -> Result<Fetched, FetchError> {
    let mut request = Request::get("/v0/meta/bases");
    if let Some(offset) = &step.cursor {
        request = request.with("offset", offset);
    }
    let found: wire::Bases = call.read(&request).await.map_err(explain)?;
    let mut next = next_page(step, found.offset);
    next.extend(found.bases.iter().map(tables_of));
    Ok(Fetched {
        items: found.bases.into_iter().map(base_item).collect(),
        next,
        ..Fetched::default()
    })
}

/// The step that reads the tables of a base. Whether they may be read shows only then: what a level of
/// access is worth is not documented for all.
pub(super) fn tables_of(base: &wire::Base) -> Fetch {
    Fetch {
        list: base.id.clone(),
        title: Some(named(&base.name)),
        lane: base.id.clone(),
        ..Fetch::first(TABLES)
    }
}

async fn tables(call: &Call, step: &Fetch) -> Result<Fetched, FetchError> {
    let base = &step.list;
    let request = Request::get("/v0/meta/bases").at(base).at("tables");
    let found = call.read(&request.within(BASE, base)).await;
    let found: wire::Tables = found.map_err(explain)?;
    let base_name = step.title.as_deref().unwrap_or(NAMELESS);
    Ok(Fetched {
        next: found
            .tables
            .iter()
            .map(|table| records_of(base, base_name, table))
            .collect(),
        items: found
            .tables
            .into_iter()
            .map(|table| table_item(base, base_name, table))
            .collect(),
        ..Fetched::default()
    })
}

fn records_of(base: &str, base_name: &str, table: &wire::Table) -> Fetch {
    let table_name = named(&table.name);
    let notes = [
        (note::BASE, base.to_owned()),
        (note::BASE_NAME, base_name.to_owned()),
        (note::TABLE, table.id.clone()),
        (note::PRIMARY_FIELD, table.primary_field_id.clone()),
        (note::TABLE_NAME, table_name.clone()),
    ];
    Fetch {
        // Copies of a base may keep the ids of its tables.
        list: format!("{base}/{}", table.id),
        title: Some(format!("{base_name} / {table_name}")),
        lane: base.to_owned(),
        notes: notes.map(|(name, text)| (name.to_owned(), text)).into(),
        ..Fetch::first(RECORDS)
    }
}

/// Asks for the primary field alone: that is what a record is called by, and answers stay small.
async fn records(call: &Call, step: &Fetch) -> Result<Fetched, FetchError> {
    let (base, table) = (step.note(note::BASE), step.note(note::TABLE));
    let mut request = Request::get("/v0")
        .at(base)
        .at(table)
        .within(BASE, base)
        .with("pageSize", PAGE_SIZE)
        .with("returnFieldsByFieldId", "true");
    let primary = step.note(note::PRIMARY_FIELD);
    if !primary.is_empty() {
        request = request.with("fields[]", primary);
    }
    if let Some(offset) = &step.cursor {
        request = request.with("offset", offset);
    }
    let found: wire::Records = call.read(&request).await.map_err(explain)?;
    let items = found.records.into_iter();
    Ok(Fetched {
        items: items
            .map(|record| record_item(step, table, record))
            .collect(),
        next: next_page(step, found.offset),
        ..Fetched::default()
    })
}

fn next_page(step: &Fetch, offset: Option<String>) -> Vec<Fetch> {
    let offset = offset.filter(|offset| !offset.is_empty());
    offset.into_iter().map(|at| step.page_at(at)).collect()
}

/// A base or table that may not be read is not a reason to disconnect, nor to stop reading the others.
fn explain(error: CallError) -> FetchError {
    let CallError::Status { status, body } = &error else {
        return error.into();
    };
    match (status, wire::error_type(&body.0).as_deref()) {
        // The list's place at Airtable is gone after a pause or a restart there.
        (422, Some("LIST_RECORDS_ITERATOR_NOT_AVAILABLE" | "INVALID_OFFSET_VALUE")) => {
            FetchError::CursorDied
        }
        (403, _) => FetchError::Unreadable("lists it, but does not let you read it".to_owned()),
        (404, _) => FetchError::Unreadable("does not have it any more".to_owned()),
        _ => error.into(),
    }
}
