//! `GET /connections/{provider}`: a connection, its load, its items. The routes of the load and of the items
//! are parts of the same page.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::index::redirect_uri;
use super::view::{Banner, Facts, Head, Progress, Table, state_banner};
use super::{overview, profile};
use crate::connections::Overview;
use crate::error::{Failure, Kind};
use crate::item::Item;
use crate::items::{BadQuery, Query, Selector};
use crate::load::{Load, LoadError, Status};
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
#[template(path = "connections/show.html", blocks = ["top", "load", "items", "facts"])]
pub(super) struct ShowPage {
    frame: Frame,
    head: Head,
    banner: Option<Banner>,
    facts: Option<Facts>,
    progress: Option<Progress>,
    table: Option<Table>,
    /// Where the items can be had as they are shown.
    items_url: String,
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
    let kinds: Vec<&str> = profile.streams.iter().map(|stream| stream.kind).collect();
    Query::parse(request.query_string(), &kinds).map_err(|bad| bad_query(&bad).into())
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
    let overview = overview(site, who, id).await?;
    let table = table(site, who, &overview, query).await?;
    let mut page = assemble(site, who, &overview).await?;
    page.items_url = format!("{}{}", page.items_url, query.to_url());
    page.table = table;
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
    let progress = progress(site, who, profile).await?;
    let now = site.clock.now();
    Ok(ShowPage {
        frame: Frame::part(site, who),
        head: Head::new(overview, redirect_uri(site, profile.id), now),
        banner: state_banner(overview, now),
        facts: Facts::new(overview, &who.owner.user, now),
        items_url: format!("/connections/{}/items", profile.id),
        never_loaded: overview.snapshot.is_none(),
        running: progress.as_ref().is_some_and(|progress| progress.running),
        progress,
        table: None,
    })
}

async fn progress(
    site: &web::Data<Site>,
    who: &SignedIn,
    profile: &Profile,
) -> Result<Option<Progress>, PageError> {
    let Some(load) = site.loads.latest(&who.owner, profile.id).await? else {
        return Ok(None);
    };
    let arriving = match load.status {
        Status::Running => arriving(site, who, profile.id, &load).await,
        _ => Vec::new(),
    };
    Ok(Some(Progress::new(
        &load,
        profile.name,
        &arriving,
        site.clock.now(),
    )))
}

/// Some of the rows that arrived last, of each stream.
async fn arriving(site: &web::Data<Site>, who: &SignedIn, id: &str, load: &Load) -> Vec<Item> {
    let reader = site.loads.reader(&who.owner, id, &load.parts);
    let parts = load.parts.iter().filter(|part| part.pages > 0);
    let last = parts.map(|part| reader.page(part, part.pages - 1));
    let pages: Vec<Vec<Item>> = futures_util::future::join_all(last)
        .await
        .into_iter()
        .filter_map(Result::ok)
        .collect();
    let each = ARRIVING.div_ceil(pages.len().max(1));
    let rows = pages
        .into_iter()
        .flat_map(|page| page.into_iter().rev().take(each));
    rows.take(ARRIVING).collect()
}

async fn table(
    site: &web::Data<Site>,
    who: &SignedIn,
    overview: &Overview,
    query: &Query,
) -> Result<Option<Table>, PageError> {
    let id = overview.profile.id;
    let Some(snapshot) = &overview.snapshot else {
        return Ok(None);
    };
    site.loads.keep(&who.owner, id, snapshot).await?;
    let mut reader = site.loads.reader(&who.owner, id, &snapshot.parts);
    let selection = match Selector::new(query).run(&mut reader).await {
        // A new load may have taken this one's place while it was read.
        Err(LoadError::Gone) => {
            let Some(newer) = site.loads.snapshot(&who.owner, id).await? else {
                return Ok(None);
            };
            let mut reader = site.loads.reader(&who.owner, id, &newer.parts);
            Selector::new(query).run(&mut reader).await?
        }
        selection => selection?,
    };
    Ok(Some(Table::new(
        overview.profile,
        query,
        &selection,
        site.clock.now(),
    )))
}
