//! `/connections/{provider}/disconnect`: asks first, then erases.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::index::redirect_uri;
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
struct DisconnectPage {
    frame: Frame,
    head: Head,
    revokes: bool,
    apps_url: &'static str,
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
    let page = DisconnectPage {
        frame: Frame::new(&site, &who, "connections"),
        head,
        revokes: site.connections.revokes(overview.profile.id),
        apps_url: overview.profile.apps_url,
    };
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
    let done = site.connections.disconnect(&who.owner, profile.id).await?;
    if done.was_connected {
        tell(&who, profile, done.revocation);
    }
    Ok(lead_to(&request, "/connections"))
}

fn tell(who: &SignedIn, profile: &Profile, revocation: Revocation) {
    let name = profile.name;
    let title = format!("{name} is disconnected");
    let erased = "Tokens and loaded items are erased here.";
    match revocation {
        Revocation::Done => {
            who.visit.say_ok(
                title,
                format!("{erased} {name} confirmed that the access is ended."),
            );
        }
        Revocation::Failed => who.visit.say_warn(
            title,
            format!(
                "{erased} {name} could not be told; end the access there yourself: {}",
                profile.apps_url
            ),
        ),
        Revocation::Impossible => who.visit.say_info(
            title,
            format!(
                "{erased} To end the access at {name} as well, see {}",
                profile.apps_url
            ),
        ),
    }
}
