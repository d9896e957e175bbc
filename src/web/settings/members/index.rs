//! `GET /settings/members`: who is a member, who is invited, what is connected.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::Admin;
use super::form::Form;
use super::view::{ConnectionView, InvitationView, MemberView};
use crate::web::error::PageError;
use crate::web::frame::Frame;
use crate::web::page::{html, to_mend};
use crate::web::site::{SignIn, Site};

#[derive(Template)]
#[template(path = "settings/members/index.html")]
pub(super) struct MembersPage {
    pub(super) frame: Frame,
    pub(super) org: String,
    pub(super) members: Vec<MemberView>,
    pub(super) connections: Vec<ConnectionView>,
    /// The open invitations; `None` where people come by single sign-on, and are added or come by themselves.
    pub(super) invitations: Option<Vec<InvitationView>>,
    /// The form for somebody more.
    pub(super) form: Form,
}

/// `GET`
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    admin: Admin,
) -> Result<HttpResponse, PageError> {
    let page = MembersPage::new(&site, &admin, Form::empty(&site)).await?;
    Ok(html(&request, page))
}

impl MembersPage {
    /// The page with a form that is to be mended.
    pub(super) async fn refused(
        request: &HttpRequest,
        site: &Site,
        admin: &Admin,
        form: Form,
    ) -> Result<HttpResponse, PageError> {
        Ok(to_mend(request, Self::new(site, admin, form).await?))
    }

    async fn new(site: &Site, admin: &Admin, form: Form) -> Result<Self, PageError> {
        let now = site.clock.now();
        let owner = &admin.0.owner;
        let people = site.people.of_org(&owner.org).await?;
        let members = people.into_iter().filter(|person| person.is_member());
        let connected = site.members.connected(&owner.org).await?;
        let view = |of: &crate::members::Connected| {
            let views = of
                .connections
                .iter()
                .map(|brief| ConnectionView::new(&of.owner.user, of.belonging, brief, now));
            views.collect::<Vec<_>>()
        };
        Ok(Self {
            frame: Frame::new(site, &admin.0, "settings"),
            org: owner.org.clone(),
            members: members
                .map(|person| MemberView::new(person, &owner.user, site.sign_in, now))
                .collect(),
            connections: connected.iter().flat_map(view).collect(),
            invitations: match site.sign_in {
                SignIn::Local => Some(open(site, &owner.org).await?),
                SignIn::Demo | SignIn::Sso => None,
            },
            form,
        })
    }
}

async fn open(site: &Site, org: &str) -> Result<Vec<InvitationView>, PageError> {
    let now = site.clock.now();
    let open = site.members.open_invitations(org).await?.into_iter();
    let views = open.map(|(invitation, counts)| InvitationView::new(invitation, counts, now));
    Ok(views.collect())
}
