//! `/integrations/{provider}/confirm/{id}`: whether somebody is to get access, before the code is exchanged.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{WindowPage, end, refuse_who_left, visitor};
use crate::connections::Unconfirmed;
use crate::owner::Owner;
use crate::providers::Profile;
use crate::web::connections::profile;
use crate::web::connections::question::no_choice;
use crate::web::error::PageError;
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::page::html;
use crate::web::session::Visit;
use crate::web::site::Site;
use crate::web::words::When;

#[derive(Template)]
#[template(path = "connections/confirm.html")]
pub(in crate::web::connections) struct ConfirmPage {
    pub frame: Frame,
    pub name: &'static str,
    /// Who would get access.
    pub owner: Owner,
    /// What it would let them do.
    pub permissions: Vec<&'static str>,
    pub until: When,
    /// Where the answer goes.
    pub action: String,
}

impl ConfirmPage {
    fn new(site: &Site, visit: &Visit, profile: &Profile, id: &str, asked: Unconfirmed) -> Self {
        let scopes = profile.scopes.iter();
        let scopes = scopes.filter(|scope| site.connections.asks_for(profile, scope.id));
        Self {
            frame: Frame::window(site, visit),
            name: profile.name,
            owner: asked.owner,
            permissions: scopes.map(|scope| scope.words).collect(),
            until: When::new(asked.until, site.clock.now()),
            action: place(profile, id),
        }
    }
}

/// The page's address, which says nothing of the code.
pub fn place(profile: &Profile, id: &str) -> String {
    format!("/integrations/{}/confirm/{id}", profile.id)
}

/// `GET`: the question.
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    visit: Visit,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, PageError> {
    let (provider, id) = path.into_inner();
    let profile = profile(&site, &provider)?;
    let browser = visit.binding();
    let asked = site
        .connections
        .unconfirmed(profile.id, browser.as_deref(), &id)
        .await
        .map_err(|refusal| refusal.into_failure(profile.name))?;
    let page = ConfirmPage::new(&site, &visit, profile, &id, asked);
    Ok(html(&request, page))
}

/// `POST`: exchanges the code, or drops it.
pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    visit: Visit,
    path: web::Path<(String, String)>,
    form: Fields,
) -> Result<HttpResponse, PageError> {
    let (provider, id) = path.into_inner();
    let profile = profile(&site, &provider)?;
    let agreed = match form.get("choice") {
        "connect" => true,
        "no" => false,
        _ => return Err(no_choice("connect, no").into()),
    };
    let (browser, visitor) = (visit.binding(), visitor(&request, &visit));
    let refused = |refusal: crate::connections::Refusal| refusal.into_failure(profile.name);
    let connections = &site.connections;
    let returned = connections
        .take_unconfirmed(profile.id, browser.as_deref(), &id, &visitor)
        .await
        .map_err(refused)?;
    if !agreed {
        let page = WindowPage::dropped(Frame::bare(&site, None), profile);
        return Ok(html(&request, page));
    }
    let owner = returned.owner().clone();
    refuse_who_left(&site, &owner).await?;
    let came = connections.finish(returned, &visitor).await;
    let came = came.map_err(refused)?;
    Ok(end(&request, &site, &visit, profile, (owner, came)))
}
