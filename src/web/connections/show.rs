//! `GET /connections/{provider}`: a connection, its load, its items. The routes of the load and of the items
//! are parts of the same page.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::index::redirect_uri;
use super::view::{Facts, Head, Progress, Renewal, Table};
use super::{overview, profile};
use crate::connections::Overview;
use crate::error::{Failure, Kind};
use crate::items::{BadQuery, Query};
use crate::load::{Load, LoadError, Shown, Status};
use crate::providers::Profile;
use crate::web::error::PageError;
use crate::web::frame::Frame;
use crate::web::headers::LeadsAway;
use crate::web::page::{Wanted, html};
use crate::web::session::SignedIn;
use crate::web::site::Site;

/// Rows that a running load shows of what just arrived.
const ARRIVING: usize = 10;
/// Seconds between reloads of a running load's page without script.
const RELOAD: u32 = 2;

#[derive(Template)]
#[template(path = "connections/show.html", blocks = ["top", "live", "load", "items", "facts"])]
pub(super) struct ShowPage {
    frame: Frame,
    head: Head,
    facts: Option<Facts>,
    progress: Option<Progress>,
    table: Option<Table>,
    /// Where the items can be had as they are shown.
    items_url: String,
    /// There are no items: they cannot be read.
    unreadable_items: bool,
    /// There are no items: the reason is that nothing was loaded yet.
    never_loaded: bool,
    /// A load runs.
    pub(super) running: bool,
}

pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let query = query(&request, profile(&site, &id)?)?;
    let page = page(&site, &who, &id, &query, Wanted::Page).await?;
    Ok(answer(&request, page))
}

/// The page as an answer; it has a Connect button.
pub(super) fn answer(request: &HttpRequest, page: ShowPage) -> HttpResponse {
    let mut answer = html(request, page);
    answer.extensions_mut().insert(LeadsAway);
    answer
}

/// The selection that the address asks for.
pub(super) fn query(request: &HttpRequest, profile: &Profile) -> Result<Query, PageError> {
    let kinds: Vec<&str> = profile.kinds().map(|kind| kind.id).collect();
    Query::parse(request.query_string(), &kinds, &[]).map_err(|bad| bad_query(&bad).into())
}

fn bad_query(bad: &BadQuery) -> Failure {
    Failure::new(
        Kind::BadRequest,
        "This address asks for something that cannot be",
        format!("{bad}."),
    )
}

/// The whole page, or all that parts are taken of.
pub(super) async fn page(
    site: &web::Data<Site>,
    who: &SignedIn,
    id: &str,
    query: &Query,
    wanted: Wanted,
) -> Result<ShowPage, PageError> {
    let mut seen = overview(site, who, id).await?;
    let mut items = items(site, who, &seen, query).await?;
    if matches!(items, Items::Gone) {
        // Most likely a newer load has just taken this one's place.
        seen = overview(site, who, id).await?;
        items = self::items(site, who, &seen, query).await?;
    }
    let mut page = assemble(site, who, &seen).await?;
    page.items_url = format!("{}{}", page.items_url, query.to_url());
    match items {
        Items::Table(table) => page.table = Some(*table),
        Items::None => {}
        Items::Gone | Items::Unreadable => page.unreadable_items = true,
    }
    if wanted == Wanted::Page {
        page.frame = Frame::new(site, who, "connections");
        page.frame.reload_after = page.running.then_some(RELOAD);
    }
    Ok(page)
}

/// What parts are taken of that do not show the items, which are much to read.
pub(super) async fn page_without_items(
    site: &web::Data<Site>,
    who: &SignedIn,
    id: &str,
) -> Result<ShowPage, PageError> {
    let overview = overview(site, who, id).await?;
    assemble(site, who, &overview).await
}

async fn assemble(
    site: &web::Data<Site>,
    who: &SignedIn,
    overview: &Overview,
) -> Result<ShowPage, PageError> {
    let profile = overview.profile;
    let progress = match &overview.load {
        Some(load) => Some(progress(site, who, profile, load).await),
        None => None,
    };
    let now = site.clock.now();
    let head = Head::new(overview, redirect_uri(site, profile.id), now);
    let facts = Facts::new(overview, &who.owner.user, now);
    let frame = Frame::part(site, who);
    Ok(ShowPage::new(frame, overview, head, facts, progress))
}

impl ShowPage {
    /// Without the items, which are read apart.
    pub(super) fn new(
        frame: Frame,
        overview: &Overview,
        head: Head,
        facts: Option<Facts>,
        progress: Option<Progress>,
    ) -> Self {
        Self {
            frame,
            head,
            facts,
            items_url: format!("/connections/{}/items", overview.profile.id),
            unreadable_items: false,
            never_loaded: overview.snapshot.is_none(),
            running: progress.as_ref().is_some_and(|progress| progress.running),
            progress,
            table: None,
        }
    }
}

async fn progress(
    site: &web::Data<Site>,
    who: &SignedIn,
    profile: &Profile,
    load: &Load,
) -> Progress {
    let arriving = match load.status {
        Status::Running => {
            let loads = &site.loads;
            loads.arriving(&who.owner, profile.id, load, ARRIVING).await
        }
        _ => Vec::new(),
    };
    Progress::new(load, profile.name, &arriving, site.clock.now())
}

/// The items of the snapshot, or what keeps them from being read.
async fn items(
    site: &web::Data<Site>,
    who: &SignedIn,
    overview: &Overview,
    query: &Query,
) -> Result<Items, PageError> {
    let id = overview.profile.id;
    let Some(snapshot) = &overview.snapshot else {
        return Ok(Items::None);
    };
    if let Err(error) = site.loads.keep(&who.owner, id, snapshot).await {
        // A Redis that takes no writes still has what was loaded.
        tracing::debug!(%error, "a look at a snapshot could not be noted");
    }
    let shown = Shown {
        provider: id.to_owned(),
        load: snapshot.clone(),
    };
    let selected = site.loads.select(&who.owner, &[shown], query).await;
    match selected {
        Ok(selection) => {
            let now = site.clock.now();
            let table = Table::new(overview.profile, snapshot, query, &selection, now);
            Ok(Items::Table(Box::new(table)))
        }
        Err(LoadError::Store(error)) => Err(error.into()),
        Err(LoadError::Gone) => Ok(Items::Gone),
        Err(error) => {
            tracing::error!(provider = id, %error, "a snapshot cannot be read");
            Ok(Items::Unreadable)
        }
    }
}

enum Items {
    /// Nothing was loaded.
    None,
    Table(Box<Table>),
    /// Some page is gone: a newer load has taken this one's place, or time did.
    Gone,
    /// Some page cannot be opened: its key is not in the key ring.
    Unreadable,
}
