//! `GET /connections`: one card a provider.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::view::Head;
use crate::web::error::PageError;
use crate::web::frame::Frame;
use crate::web::headers::LeadsAway;
use crate::web::page::html;
use crate::web::session::SignedIn;
use crate::web::site::Site;

#[derive(Template)]
#[template(path = "connections/index.html")]
pub(super) struct IndexPage {
    frame: Frame,
    cards: Vec<Head>,
    first_visit: bool,
}

impl IndexPage {
    pub(super) fn new(frame: Frame, cards: Vec<Head>) -> Self {
        Self {
            frame,
            first_visit: cards.iter().all(|card| !card.connected),
            cards,
        }
    }
}

pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    let now = site.clock.now();
    let overviews = site.connections.overviews(&who.owner).await?;
    let cards: Vec<Head> = overviews
        .iter()
        .map(|overview| Head::new(overview, redirect_uri(&site, overview.profile.id), now))
        .collect();
    let page = IndexPage::new(Frame::new(&site, &who, "connections"), cards);
    let mut answer = html(&request, page);
    answer.extensions_mut().insert(LeadsAway);
    Ok(answer)
}

/// The redirect URI to register at a provider.
pub fn redirect_uri(site: &Site, provider: &str) -> String {
    site.redirect_uris
        .get(provider)
        .map(ToString::to_string)
        .unwrap_or_default()
}
