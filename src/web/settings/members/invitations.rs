//! `/settings/members/invitations`: making links by which others join, and ending them.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use secrecy::{ExposeSecret as _, SecretString};

use super::index::MembersPage;
use super::view::InvitationView;
use super::{Admin, PLACE};
use crate::error::{Failure, Kind};
use crate::identity::{InviteError, Inviting, Role, check_email};
use crate::web::assets;
use crate::web::error::PageError;
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::page::{html, lead_to};
use crate::web::site::{SignIn, Site};

/// What was entered into the form, and what is wrong with it.
#[derive(Default)]
pub struct Form {
    pub(super) email: String,
    pub(super) admin: bool,
    pub(super) email_fault: Option<String>,
    pub(super) fault: Option<String>,
}

#[derive(Template)]
#[template(path = "settings/members/invited.html")]
pub(super) struct InvitedPage {
    pub(super) frame: Frame,
    pub(super) invitation: InvitationView,
    pub(super) link: SecretString,
    pub(super) script: String,
}

/// `POST`: `email` (may be empty), `role`. The link is in this answer alone.
pub async fn create(
    request: HttpRequest,
    site: web::Data<Site>,
    admin: Admin,
    fields: Fields,
) -> Result<HttpResponse, PageError> {
    if site.sign_in != SignIn::Local {
        return Err(Failure::of(Kind::NotFound).into());
    }
    let role = Role::named(fields.get("role"));
    let mut form = Form {
        email: fields.get("email").trim().to_owned(),
        admin: role == Some(Role::Admin),
        ..Form::default()
    };
    let email = match form.email.is_empty() {
        true => Ok(None),
        false => check_email(&form.email).map(Some),
    };
    match (email, role) {
        (Err(bad), _) => form.email_fault = Some(format!("The email {bad}.")),
        (_, None) => form.fault = Some("Choose what they may do: member or admin.".to_owned()),
        (Ok(email), Some(role)) => match invite(&site, &admin, email, role).await {
            Ok(page) => return Ok(html(&request, page)),
            Err(InviteError::TooMany) => form.fault = Some(format!("{}.", InviteError::TooMany)),
            Err(InviteError::Store(error)) => return Err(error.into()),
        },
    }
    let mut answer = html(&request, MembersPage::new(&site, &admin, form).await?);
    *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(answer)
}

async fn invite(
    site: &Site,
    admin: &Admin,
    email: Option<String>,
    role: Role,
) -> Result<InvitedPage, InviteError> {
    let owner = &admin.0.owner;
    let inviting = Inviting {
        org: owner.org.clone(),
        role,
        email,
        by: admin.0.by(),
    };
    let (invitation, token) = site.invitations.invite(inviting).await?;
    let link = format!("{}/invitations/{}", site.origin(), token.expose_secret());
    Ok(InvitedPage {
        frame: Frame::new(site, &admin.0, "settings"),
        invitation: InvitationView::new(invitation, site.clock.now()),
        link: SecretString::from(link),
        script: assets::address("api-keys.js"),
    })
}

/// `POST …/{id}/revoke`: the link leads nowhere any more.
pub async fn revoke(
    request: HttpRequest,
    site: web::Data<Site>,
    admin: Admin,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let revoked = site
        .invitations
        .revoke(&admin.0.owner.org, &id, &admin.0.by())
        .await?;
    if revoked.is_none() {
        let text = "It was used, it has ended, or another admin revoked it. Nothing was changed.";
        return Err(
            Failure::new(Kind::NotFound, "There is no such invitation", text)
                .leading_to("Back to the members", PLACE.to_owned())
                .into(),
        );
    }
    let visit = &admin.0.visit;
    visit.say_ok(
        "The invitation is revoked",
        "Its link leads nowhere any more.",
    );
    Ok(lead_to(&request, PLACE))
}
