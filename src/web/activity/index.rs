//! `GET /activity`: a page of the trail.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::form::Form;
use super::view::{Row, Who};
use super::{PLACE, filter, sees_all, sight};
use crate::activity::{Filter, Page};
use crate::identity::Limit;
use crate::web::error::PageError;
use crate::web::frame::Frame;
use crate::web::limits;
use crate::web::page::{Wanted, html};
use crate::web::session::SignedIn;
use crate::web::site::Site;

/// Entries of a page.
const PER_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "activity/index.html", blocks = ["trail"])]
pub(super) struct IndexPage {
    pub(super) frame: Frame,
    /// Whether it tells of everybody.
    pub(super) all: bool,
    pub(super) form: Form,
    pub(super) rows: Vec<Row>,
    /// Whether the address asks for less than everything.
    pub(super) narrow: bool,
    /// The same from the newest entry on, where the page begins elsewhere.
    pub(super) newest: Option<String>,
    /// The page behind this one.
    pub(super) older: Option<String>,
    /// All of it as a file.
    pub(super) file: String,
}

impl IndexPage {
    pub(super) fn new(frame: Frame, all: bool, form: Form, filter: &Filter) -> Self {
        let whole = filter.behind(None).to_url();
        Self {
            frame,
            all,
            form,
            rows: Vec::new(),
            narrow: filter.is_narrow(),
            newest: filter.before.map(|_| format!("{PLACE}{whole}")),
            older: None,
            file: format!("{PLACE}.csv{whole}"),
        }
    }

    pub(super) fn with(mut self, rows: Vec<Row>, page: &Page, filter: &Filter) -> Self {
        let older = |place| format!("{PLACE}{}", filter.behind(Some(place)).to_url());
        self.older = page.next.map(older);
        self.rows = rows;
        self
    }
}

/// Parameters `kind`, `provider`, `result`, `q`, `since`, `until`; and `before`, which a page leads to.
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    let filter = filter(&site, request.query_string())?;
    // A search may go through all of it.
    limits::by(&site, Limit::ACTIVITY, &who.owner.counted_as()).await?;
    let (org, sight) = (&who.owner.org, sight(&who));
    let page = site.activity.page(org, &sight, &filter, PER_PAGE).await?;
    let now = site.clock.now();
    let rows = page.entries.iter();
    let rows = rows.map(|noted| Row::new(noted, site.connections.profiles(), now));
    let rows = rows.collect();
    let form = Form::new(&filter, site.connections.profiles());
    let shown = |frame| {
        let shown = IndexPage::new(frame, sees_all(&who), form, &filter);
        shown.with(rows, &page, &filter)
    };
    Ok(match Wanted::of(request.headers()) {
        Wanted::Page => html(&request, shown(Frame::new(&site, &who, "activity"))),
        Wanted::Part => html(&request, shown(Frame::part(&site, &who)).as_trail()),
    })
}
