//! `GET /items`: everything that was loaded from all providers, in one table.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use jiff::Timestamp;

use super::reading::{self, Read};
use super::table::Table;
use super::told::Told;
use crate::connections::Overview;
use crate::items::Query;
use crate::load::Shown;
use crate::web::connections::bad_query;
use crate::web::error::PageError;
use crate::web::frame::Frame;
use crate::web::page::{Wanted, html};
use crate::web::session::SignedIn;
use crate::web::site::Site;

/// The address of the table.
const PLACE: &str = "/items";

#[derive(Template)]
#[template(path = "items/index.html", blocks = ["items"])]
pub(super) struct IndexPage {
    frame: Frame,
    told: Vec<Told>,
    table: Option<Box<Table>>,
    /// Nothing is connected.
    unconnected: bool,
}

impl IndexPage {
    /// `shown` are the snapshots that can be read.
    pub(super) fn new(
        frame: Frame,
        overviews: &[Overview],
        shown: &[Shown],
        table: Option<Box<Table>>,
        now: Timestamp,
    ) -> Self {
        let told = |overview: &Overview| {
            let of = |one: &Shown| one.provider == overview.profile.id;
            Told::of(overview, shown.iter().any(of), now)
        };
        let connected =
            |overview: &Overview| overview.stored.is_some() || overview.unreadable.is_some();
        Self {
            frame,
            told: overviews.iter().filter_map(told).collect(),
            table,
            unconnected: !overviews.iter().any(connected),
        }
    }

    /// Says nothing of the providers that the table leaves out.
    fn narrowed(mut self, query: &Query) -> Self {
        if let Some(provider) = &query.provider {
            self.told.retain(|told| told.id == provider);
        }
        self
    }
}

pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    let query = query(&request, &site)?;
    let (overviews, shown, table) = read(&site, &who, &query).await?;
    let now = site.clock.now();
    match Wanted::of(request.headers()) {
        Wanted::Page => {
            let frame = Frame::new(&site, &who, "items");
            let page = IndexPage::new(frame, &overviews, &shown, table, now);
            Ok(html(&request, page.narrowed(&query)))
        }
        Wanted::Part => {
            let frame = Frame::part(&site, &who);
            let page = IndexPage::new(frame, &overviews, &shown, table, now);
            Ok(html(&request, page.as_items()))
        }
    }
}

/// The selection that the address asks for, over all providers.
pub(super) fn query(request: &HttpRequest, site: &Site) -> Result<Query, PageError> {
    let profiles = || site.connections.profiles();
    let providers: Vec<&str> = profiles().map(|profile| profile.id).collect();
    let kinds = profiles().flat_map(|profile| profile.kinds());
    let kinds: Vec<&str> = kinds.map(|kind| kind.id).collect();
    Query::parse(request.query_string(), &kinds, &providers).map_err(|bad| bad_query(&bad).into())
}

/// All providers, those snapshots of theirs that can be read, and the table of these.
async fn read(
    site: &Site,
    who: &SignedIn,
    query: &Query,
) -> Result<(Vec<Overview>, Vec<Shown>, Option<Box<Table>>), PageError> {
    let overviews = site.connections.overviews(&who.owner).await?;
    let shown = reading::shown(&overviews);
    if let Some(table) = table(site, who, &overviews, &shown, query).await? {
        return Ok((overviews, shown, Some(table)));
    }
    // Most likely a newer load has just taken a snapshot's place.
    let overviews = site.connections.overviews(&who.owner).await?;
    let mut shown = reading::shown(&overviews);
    let mut read = table(site, who, &overviews, &shown, query).await?;
    if read.is_none() {
        shown = reading::readable(site, who, &shown).await?;
        read = table(site, who, &overviews, &shown, query).await?;
    }
    Ok((overviews, shown, read))
}

/// The table; `None` where it cannot be read, or where there is nothing to read.
async fn table(
    site: &Site,
    who: &SignedIn,
    overviews: &[Overview],
    shown: &[Shown],
    query: &Query,
) -> Result<Option<Box<Table>>, PageError> {
    let stand = reading::stand(PLACE.to_owned(), true, overviews, shown);
    match reading::table(site, who, stand, shown, query).await? {
        Read::Table(table) => Ok(Some(table)),
        Read::None | Read::Gone | Read::Unreadable => Ok(None),
    }
}
