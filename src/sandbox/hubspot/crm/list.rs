//! `GET …/{type}`: pages of records, by id ascending, without a total.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web::Data};
use serde::Serialize;
use url::form_urlencoded;

use super::{
    cursor,
    record::{Record, Wanted},
};
use crate::sandbox::{
    clock,
    hubspot::{answer, failure::Failure, guard, limits::Lane, state::State, view::View},
    params::Params,
    traffic::wants_empty_page,
};

/// HubSpot documents these limits of a page.
const DEFAULT_LIMIT: usize = 10;
const MAX_LIMIT: usize = 100;
const MAX_LIMIT_WITH_HISTORY: usize = 50;

/// A page. Recorded last pages have no `paging` at all.
#[derive(Debug, Serialize)]
pub struct Page {
    pub results: Vec<Record>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paging: Option<Paging>,
}

#[derive(Debug, Serialize)]
pub struct Paging {
    pub next: Next,
}

#[derive(Debug, Serialize)]
pub struct Next {
    pub after: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// What a page is asked for with.
#[derive(Debug)]
pub struct Ask {
    pub limit: usize,
    pub from: u64,
    pub archived: bool,
    pub wanted: Wanted,
}

/// Answers with a page.
pub async fn list(request: HttpRequest, state: Data<State>) -> Result<HttpResponse, Failure> {
    let view = guard::reader(&request, &state, Lane::Burst, clock::now())?;
    let params = Params::parse(request.query_string().as_bytes());
    let ask = Ask::read(&params, &view)?;
    let mut page = if wants_empty_page(&request) {
        Page {
            results: Vec::new(),
            paging: Some(Paging::at(cursor::write(ask.from))),
        }
    } else {
        ask.page(&view)
    };
    if let Some(paging) = &mut page.paging {
        paging.next.link = Some(link(&request, &params, &paging.next.after));
    }
    Ok(answer::json(StatusCode::OK, &page))
}

impl Paging {
    pub fn at(after: String) -> Self {
        Self {
            next: Next { after, link: None },
        }
    }
}

impl Ask {
    /// Reads the query.
    ///
    /// # Errors
    ///
    /// 400 for a limit out of range or a cursor that is not ours.
    pub fn read(params: &Params, view: &View) -> Result<Self, Failure> {
        let wanted = Wanted::of_query(view.kind, params);
        let most = if wanted.history.is_empty() {
            MAX_LIMIT
        } else {
            MAX_LIMIT_WITH_HISTORY
        };
        let limit = match params.get("limit") {
            Some(text) => text.parse().ok().filter(|limit| (1..=most).contains(limit)),
            None => Some(DEFAULT_LIMIT),
        };
        let limit =
            limit.ok_or_else(|| Failure::bad(format!("The limit must be from 1 to {most}.")))?;
        let from = params.get("after").map_or(Some(0), cursor::read);
        let from =
            from.ok_or_else(|| Failure::bad("The 'after' parameter is not a valid cursor."))?;
        let archived = flag(params.get("archived"))?;
        Ok(Self {
            limit,
            from,
            archived,
            wanted,
        })
    }

    /// The page. There is a cursor only if a record follows.
    pub fn page(&self, view: &View) -> Page {
        let rows: Box<dyn Iterator<Item = _>> = if self.archived {
            Box::new(view.archived_from(self.from))
        } else {
            Box::new(view.live_from(self.from))
        };
        let mut rows: Vec<_> = rows.take(self.limit + 1).collect();
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let next = rows
            .last()
            .filter(|_| more)
            .map(|row| cursor::write(row.id + 1));
        let results = rows
            .iter()
            .map(|row| Record::of(row, &self.wanted, view.portal))
            .collect();
        Page {
            results,
            paging: next.map(Paging::at),
        }
    }
}

/// A boolean of a query string.
pub fn flag(value: Option<&str>) -> Result<bool, Failure> {
    match value {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(other) => Err(Failure::bad(format!("'{other}' is not a boolean."))),
    }
}

/// The link to the next page. It names HubSpot's own host, as in recorded answers, not ours: a client that follows
/// it would leave the host it was told to use, with the token in its hand.
fn link(request: &HttpRequest, params: &Params, after: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(params.iter().filter(|(name, _)| *name != "after"));
    query.append_pair("after", after);
    format!(
        "https://api.hubapi.com{}?{}",
        request.path(),
        query.finish()
    )
}
