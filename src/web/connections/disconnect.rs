//! `/connections/{provider}/disconnect`: asks first, then erases.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::index::redirect_uri;
use super::told::Told;
use super::view::Head;
use super::{overview, profile};
use crate::connections::Revocation;
use crate::providers::Profile;
use crate::web::error::PageError;
use crate::web::frame::Frame;
use crate::web::page::{html, lead_to};
use crate::web::session::SignedIn;
use crate::web::site::Site;

#[derive(Template)]
#[template(path = "connections/disconnect.html")]
pub(super) struct DisconnectPage {
    frame: Frame,
    head: Head,
    /// Whether the provider is told.
    told: bool,
    apps_url: &'static str,
}

impl DisconnectPage {
    pub(super) fn new(frame: Frame, head: Head, profile: &Profile, revokes: bool) -> Self {
        Self {
            frame,
            told: head.readable && revokes,
            head,
            apps_url: profile.apps_url,
        }
    }
}

/// `GET`: says what will be erased and what stays.
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let overview = overview(&site, &who, &id).await?;
    let head = Head::new(
        &overview,
        redirect_uri(&site, overview.profile.id),
        site.clock.now(),
    );
    if !head.connected {
        return Ok(lead_to(&request, &format!("/connections/{}", head.id)));
    }
    let frame = Frame::new(&site, &who, "connections");
    let revokes = site.connections.revokes(overview.profile.id);
    let page = DisconnectPage::new(frame, head, overview.profile, revokes);
    Ok(html(&request, page))
}

/// `POST`: erases, and says how it went.
pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let profile = profile(&site, &id)?;
    let connections = &site.connections;
    let done = connections.disconnect(&who.owner, profile.id, who.by());
    let done = done.await?;
    if done.was_connected {
        tell(&who, profile, done.revocation);
    }
    Ok(lead_to(&request, "/connections"))
}

fn tell(who: &SignedIn, profile: &Profile, revocation: Revocation) {
    let told = Told::new(profile, revocation, "the access");
    who.visit.say(
        told.tone,
        format!("{} is disconnected", profile.name),
        format!("Tokens and loaded items are erased here. {}", told.text),
        told.link,
    );
}
