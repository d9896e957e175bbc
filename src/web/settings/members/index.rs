//! `GET /settings/members`: who is a member, who is invited, what is connected.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::Admin;
use super::invitations::Form;
use super::view::{ConnectionView, InvitationView, MemberView};
use crate::web::assets;
use crate::web::error::PageError;
use crate::web::frame::Frame;
use crate::web::page::html;
use crate::web::site::{SignIn, Site};

#[derive(Template)]
#[template(path = "settings/members/index.html")]
pub(super) struct MembersPage {
    pub(super) frame: Frame,
    pub(super) org: String,
    pub(super) members: Vec<MemberView>,
    pub(super) connections: Vec<ConnectionView>,
    /// `None` where people come by single sign-on, and need no invitation.
    pub(super) inviting: Option<Inviting>,
    pub(super) script: String,
}

/// Open invitations, and the form for another.
pub(super) struct Inviting {
    pub(super) open: Vec<InvitationView>,
    pub(super) form: Form,
}

/// `GET`
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    admin: Admin,
) -> Result<HttpResponse, PageError> {
    let page = MembersPage::new(&site, &admin, Form::default()).await?;
    Ok(html(&request, page))
}

impl MembersPage {
    pub(super) async fn new(site: &Site, admin: &Admin, form: Form) -> Result<Self, PageError> {
        let now = site.clock.now();
        let owner = &admin.0.owner;
        let people = site.people.of_org(&owner.org).await?;
        let members = people.into_iter().filter(|person| person.is_member());
        let connected = site.members.connected(&owner.org).await?;
        let view = |of: &crate::members::Connected| {
            let views = of
                .connections
                .iter()
                .map(|brief| ConnectionView::new(&of.owner.user, of.is_member, brief, now));
            views.collect::<Vec<_>>()
        };
        Ok(Self {
            frame: Frame::new(site, &admin.0, "settings"),
            org: owner.org.clone(),
            members: members
                .map(|person| MemberView::new(person, &owner.user, now))
                .collect(),
            connections: connected.iter().flat_map(view).collect(),
            inviting: match site.sign_in {
                SignIn::Local => Some(Inviting {
                    open: open(site, &owner.org).await?,
                    form,
                }),
                _ => None,
            },
            script: assets::address("once.js"),
        })
    }
}

async fn open(site: &Site, org: &str) -> Result<Vec<InvitationView>, PageError> {
    let now = site.clock.now();
    let open = site.invitations.of(org).await?;
    let views = open.into_iter().map(|it| InvitationView::new(it, now));
    Ok(views.collect())
}
