//! `/settings/members/invitations/{id}/revoke`: asks first, then ends an invitation.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::view::InvitationView;
use super::{Admin, PLACE};
use crate::error::{Failure, Kind};
use crate::web::error::PageError;
use crate::web::frame::Frame;
use crate::web::page::{html, lead_to};
use crate::web::site::Site;

#[derive(Template)]
#[template(path = "settings/members/revoke.html")]
pub(super) struct RevokePage {
    pub(super) frame: Frame,
    pub(super) invitation: InvitationView,
}

/// `GET`: says whose it is.
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    admin: Admin,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let open = site.members.open_invitations(&admin.0.owner.org).await?;
    let found = open
        .into_iter()
        .find(|(invitation, _)| invitation.id == *id);
    let (invitation, counts) = found.ok_or_else(gone)?;
    let page = RevokePage {
        frame: Frame::new(&site, &admin.0, "settings"),
        invitation: InvitationView::new(invitation, counts, site.clock.now()),
    };
    Ok(html(&request, page))
}

/// `POST`: its link leads nowhere any more.
pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    admin: Admin,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let (org, by) = (&admin.0.owner.org, admin.0.by());
    let revoked = site.invitations.revoke(org, &id, &by).await?;
    revoked.ok_or_else(gone)?;
    admin.0.visit.say_ok(
        "The invitation is revoked",
        "Its link leads nowhere any more.",
    );
    Ok(lead_to(&request, PLACE))
}

fn gone() -> Failure {
    let text = "It was used, it has ended, or another admin revoked it. Nothing was changed.";
    Failure::new(Kind::NotFound, "There is no such invitation", text)
        .leading_to("Back to the members", PLACE.to_owned())
}
