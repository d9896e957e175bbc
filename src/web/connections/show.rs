//! `GET /connections/{provider}`: a connection, its load, its items. The routes of the load and of the items
//! are parts of the same page.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::index::redirect_uri;
use super::view::{Facts, Head, Progress, Renewal};
use super::{overview, profile};
use crate::connections::Overview;
use crate::error::{Failure, Kind};
use crate::items::{BadQuery, Query};
use crate::load::{Load, Status};
use crate::providers::Profile;
use crate::web::error::PageError;
use crate::web::frame::Frame;
use crate::web::headers::LeadsAway;
use crate::web::items::reading::{self, Read};
use crate::web::items::{Picture, Table};
use crate::web::page::{Wanted, html};
use crate::web::session::SignedIn;
use crate::web::site::Site;

/// Rows that a running load shows of what just arrived.
const ARRIVING: usize = 10;
/// Seconds between reloads of a running load's page without script.
const RELOAD: u32 = 2;

#[derive(Template)]
#[template(path = "connections/show.html", blocks = ["top", "live", "load", "items", "pictures", "facts"])]
pub struct ShowPage {
    frame: Frame,
    head: Head,
    facts: Option<Facts>,
    progress: Option<Progress>,
    pub table: Option<Box<Table>>,
    pub picture: Option<Picture>,
    /// Where the items can be had as they are shown.
    items_url: String,
    /// There are no items: they cannot be read.
    pub(super) unreadable_items: bool,
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
pub fn query(request: &HttpRequest, profile: &Profile) -> Result<Query, PageError> {
    let kinds: Vec<&str> = profile.kinds().map(|kind| kind.id).collect();
    Query::parse(request.query_string(), &kinds, &[]).map_err(|bad| bad_query(&bad).into())
}

/// What is wrong with an address, and what is possible.
pub fn bad_query(bad: &BadQuery) -> Failure {
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
    let mut read = table(site, who, &seen, query).await?;
    if matches!(read, Read::Gone) {
        // Most likely a newer load has just taken this one's place.
        seen = overview(site, who, id).await?;
        read = table(site, who, &seen, query).await?;
    }
    let mut page = assemble(site, who, &seen).await?;
    page.items_url = format!("{}{}", page.items_url, query.to_url());
    match read {
        Read::Table(table) => page.table = Some(table),
        Read::None => {}
        Read::Gone | Read::Unreadable => page.unreadable_items = true,
    }
    if wanted == Wanted::Page {
        page.frame = Frame::new(site, who, "connections");
        page.frame.reload_after = page.running.then_some(RELOAD);
        if page.table.is_some() {
            page.picture = picture(site, who, &seen).await;
        }
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

/// What the part with the pictures is taken of.
pub(super) async fn page_with_pictures(
    site: &web::Data<Site>,
    who: &SignedIn,
    id: &str,
) -> Result<ShowPage, PageError> {
    let overview = overview(site, who, id).await?;
    let mut page = assemble(site, who, &overview).await?;
    page.picture = picture(site, who, &overview).await;
    Ok(page)
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
    pub fn new(
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
            items_url: items_url(overview.profile),
            unreadable_items: false,
            never_loaded: overview.snapshot.is_none(),
            running: progress.as_ref().is_some_and(|progress| progress.running),
            progress,
            table: None,
            picture: None,
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

/// The item table of the snapshot, or what keeps it from being read.
async fn table(
    site: &Site,
    who: &SignedIn,
    overview: &Overview,
    query: &Query,
) -> Result<Read, PageError> {
    let shown = reading::shown([overview]);
    let stand = reading::stand(items_url(overview.profile), false, [overview], &shown);
    reading::table(site, who, stand, &shown, query).await
}

/// The pictures of the snapshot; none where there is nothing to draw, or where it cannot be read.
async fn picture(site: &Site, who: &SignedIn, overview: &Overview) -> Option<Picture> {
    let shown = reading::shown([overview]).pop()?;
    let portrait = site.loads.portrait(&who.owner, &shown).await;
    let portrait = portrait
        .inspect_err(|error| tracing::debug!(%error, "a snapshot cannot be drawn"))
        .ok()?;
    Picture::new(overview.profile, &portrait, site.clock.now())
}

fn items_url(profile: &Profile) -> String {
    format!("/connections/{}/items", profile.id)
}
