//! `POST /settings/members/invitations`: makes a link by which somebody joins.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use secrecy::{ExposeSecret as _, SecretString};

use super::Admin;
use super::form::Form;
use super::index::MembersPage;
use super::view::InvitationView;
use crate::error::{Failure, Kind};
use crate::identity::{InviteError, Inviting, Role};
use crate::web::assets;
use crate::web::error::PageError;
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::page::html;
use crate::web::site::{SignIn, Site};

#[derive(Template)]
#[template(path = "settings/members/invited.html")]
pub(super) struct InvitedPage {
    pub(super) frame: Frame,
    pub(super) invitation: InvitationView,
    pub(super) link: SecretString,
    pub(super) script: String,
}

/// What a form is answered with that was sent before.
#[derive(Template)]
#[template(path = "settings/members/invited_before.html")]
pub(super) struct InvitedBeforePage {
    pub(super) frame: Frame,
}

/// `POST`: `email` (may be empty), `role`, and the `id` that the form brought along. The link is in this answer alone.
pub async fn create(
    request: HttpRequest,
    site: web::Data<Site>,
    admin: Admin,
    fields: Fields,
) -> Result<HttpResponse, PageError> {
    if site.sign_in != SignIn::Local {
        return Err(Failure::of(Kind::NotFound).into());
    }
    let mut form = Form::read(&site, &fields);
    let Some((email, role)) = form.entered() else {
        return MembersPage::refused(&request, &site, &admin, form).await;
    };
    match invite(&site, &admin, &form.id, email, role).await {
        Ok(page) => Ok(html(&request, page)),
        Err(InviteError::Made) => made_before(&request, &site, &admin),
        Err(error @ InviteError::TooMany) => {
            form.fault = Some(format!("{error}."));
            MembersPage::refused(&request, &site, &admin, form).await
        }
        Err(InviteError::Store(error)) => Err(error.into()),
    }
}

async fn invite(
    site: &Site,
    admin: &Admin,
    id: &str,
    email: Option<String>,
    role: Role,
) -> Result<InvitedPage, InviteError> {
    let owner = &admin.0.owner;
    let inviting = Inviting {
        id: id.to_owned(),
        org: owner.org.clone(),
        role,
        email,
        by: admin.0.by(),
    };
    let (invitation, token) = site.invitations.invite(inviting).await?;
    let link = format!("{}/invitations/{}", site.origin(), token.expose_secret());
    Ok(InvitedPage {
        frame: Frame::new(site, &admin.0, "settings"),
        invitation: InvitationView::new(invitation, true, site.clock.now()),
        link: SecretString::from(link),
        script: assets::address("api-keys.js"),
    })
}

fn made_before(
    request: &HttpRequest,
    site: &Site,
    admin: &Admin,
) -> Result<HttpResponse, PageError> {
    let page = InvitedBeforePage {
        frame: Frame::new(site, &admin.0, "settings"),
    };
    let mut answer = html(request, page);
    *answer.status_mut() = StatusCode::CONFLICT;
    Ok(answer)
}
