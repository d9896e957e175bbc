//! `/settings/members/{user}/connections/{provider}/disconnect`: an admin ends somebody's connection.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::view::ConnectionView;
use super::{Admin, PLACE, in_org_of};
use crate::error::{Failure, Kind};
use crate::web::connections::Told;
use crate::web::error::PageError;
use crate::web::frame::Frame;
use crate::web::page::{html, lead_to};
use crate::web::site::Site;

#[derive(Template)]
#[template(path = "settings/members/disconnect.html")]
pub(super) struct DisconnectPage {
    pub(super) frame: Frame,
    pub(super) connection: ConnectionView,
    /// Whether the provider is told.
    pub(super) told: bool,
}

/// `GET`: says what ends, and for whom.
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    admin: Admin,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, PageError> {
    let (user, provider) = path.into_inner();
    let connection = find(&site, &admin, &user, &provider).await?;
    let page = DisconnectPage {
        frame: Frame::new(&site, &admin.0, "settings"),
        told: site.connections.revokes(&provider),
        connection,
    };
    Ok(html(&request, page))
}

/// `POST`
pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    admin: Admin,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, PageError> {
    let (user, provider) = path.into_inner();
    let profile = site.connections.profile(&provider).ok_or_else(gone)?;
    find(&site, &admin, &user, &provider).await?;
    let owner = in_org_of(&admin, &user);
    let by = admin.0.by();
    let done = site.members.disconnect(&owner, &provider, by).await?;
    let told = Told::new(profile, done.revocation, "the access");
    admin.0.visit.say(
        told.tone,
        format!("{} is disconnected", profile.name),
        format!(
            "Tokens and loaded items of {user} are erased here. {}",
            told.text
        ),
        told.link,
    );
    Ok(lead_to(&request, PLACE))
}

/// A connection of somebody in the admin's own org.
async fn find(
    site: &Site,
    admin: &Admin,
    user: &str,
    provider: &str,
) -> Result<ConnectionView, PageError> {
    let members = &site.members;
    let one = members.connections_of(&admin.0.owner.org, user).await?;
    let mut briefs = one.connections.iter();
    let brief = briefs.find(|brief| brief.profile.id == provider);
    let brief = brief.ok_or_else(gone)?;
    let now = site.clock.now();
    Ok(ConnectionView::new(user, one.belonging, brief, now))
}

fn gone() -> Failure {
    let text = "Nobody of this name has such a connection in your org; perhaps it was disconnected already. Nothing was changed.";
    Failure::new(Kind::NotFound, "There is no such connection", text)
        .leading_to("Back to the members", PLACE.to_owned())
}
