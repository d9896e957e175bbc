//! `POST …/{type}/search`: filtered and sorted records with a total. It lags behind writes and shows no archived ones.

use std::cmp::Ordering;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Bytes, Data},
};
use serde::Serialize;

use super::{
    filter::date,
    list::{Page, Paging},
    record::Record,
    search_request::Search,
};
use crate::sandbox::{
    clock,
    hubspot::{
        answer,
        data::Type,
        failure::Failure,
        guard,
        limits::Lane,
        state::State,
        view::{Row, View},
    },
    traffic::wants_empty_page,
};

/// A page of a search. Recorded ones have no `link` beside the cursor.
#[derive(Debug, Serialize)]
pub struct Found {
    pub total: usize,
    #[serde(flatten)]
    pub page: Page,
}

/// Answers with a page.
pub async fn search(
    request: HttpRequest,
    bytes: Bytes,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let now = clock::now();
    let mut view = guard::reader(&request, &state, Lane::Search, now)?;
    let delay = state.with(|inner| inner.saved.controls.search_delay_ms);
    view.horizon = clock::plus_ms(now, -delay);
    let search = Search::read(&bytes, view.kind)?;
    let offset = search.offset;
    // A large account takes a while to go through: not on the thread that serves the others.
    let mut found = web::block(move || run(&search, &view))
        .await
        .map_err(|_| Failure::internal())?;
    if wants_empty_page(&request) {
        found.page = Page {
            results: Vec::new(),
            paging: Some(Paging::at(offset.to_string())),
        };
    }
    Ok(answer::json(StatusCode::OK, &found))
}

/// Runs a search over all records.
pub fn run(search: &Search, view: &View) -> Found {
    let matches = view.live_from(0).filter(|row| is_match(search, row));
    let (total, rows) = match search.sort {
        None | Some(("hs_object_id", false)) => window(matches, search.offset, search.limit),
        Some((name, falling)) => sorted(matches, (name, falling), search, view),
    };
    let end = search.offset.saturating_add(search.limit);
    let results = rows
        .iter()
        .map(|row| Record::of(row, &search.wanted, view.portal))
        .collect();
    let paging = (end < total).then(|| Paging::at(end.to_string()));
    Found {
        total,
        page: Page { results, paging },
    }
}

/// Counts all and keeps those of one page.
fn window<'a>(
    rows: impl Iterator<Item = Row<'a>>,
    offset: usize,
    limit: usize,
) -> (usize, Vec<Row<'a>>) {
    let mut kept = Vec::with_capacity(limit);
    let mut total = 0;
    for row in rows {
        if total >= offset && kept.len() < limit {
            kept.push(row);
        }
        total += 1;
    }
    (total, kept)
}

fn sorted<'a>(
    rows: impl Iterator<Item = Row<'a>>,
    (name, falling): (&'static str, bool),
    search: &Search,
    view: &View,
) -> (usize, Vec<Row<'a>>) {
    let kind = view.kind.type_of(name);
    let mut keyed: Vec<(Key, Row<'a>)> = rows
        .map(|row| (Key::of(row.value(name).as_deref(), kind), row))
        .collect();
    keyed.sort_by(|(a, row_a), (b, row_b)| {
        let order = a.order(b);
        // Equal keys stay in the order of their ids, or pages would overlap.
        (if falling { order.reverse() } else { order }).then(row_a.id.cmp(&row_b.id))
    });
    let total = keyed.len();
    let page = keyed
        .into_iter()
        .skip(search.offset)
        .take(search.limit)
        .map(|(_, row)| row)
        .collect();
    (total, page)
}

/// What a record is sorted by. Those without a value come first.
enum Key {
    Missing,
    Number(f64),
    Text(String),
}

impl Key {
    fn of(value: Option<&str>, kind: Type) -> Self {
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            return Self::Missing;
        };
        match kind {
            Type::Number => value.parse().map_or(Self::Missing, Self::Number),
            #[allow(clippy::cast_precision_loss)] // Milliseconds of this era fit.
            Type::Date => date(value).map_or(Self::Missing, |ms| Self::Number(ms as f64)),
            Type::Text | Type::Enumeration => Self::Text(value.to_lowercase()),
        }
    }

    fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (a, b) => a.rank().cmp(&b.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Missing => 0,
            Self::Number(_) => 1,
            Self::Text(_) => 2,
        }
    }
}

fn is_match(search: &Search, row: &Row<'_>) -> bool {
    let in_groups = search.groups.is_empty()
        || search
            .groups
            .iter()
            .any(|group| group.iter().all(|condition| condition.holds(row)));
    in_groups
        && search
            .query
            .as_deref()
            .is_none_or(|query| mentions(row, query))
}

fn mentions(row: &Row<'_>, query: &str) -> bool {
    let held = row
        .kind
        .searched()
        .iter()
        .filter_map(|name| row.value(name));
    held.into_iter()
        .any(|value| value.to_lowercase().contains(query))
}
