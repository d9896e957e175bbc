//! The demo's sign-in: by typing a user and an org, without a password.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::{enter, own_path};
use crate::owner::{Owner, check_id};
use crate::web::form::{Field, Fields};
use crate::web::frame::Frame;
use crate::web::page::{html, to_mend};
use crate::web::session::Visit;
use crate::web::site::Site;
use crate::web::words::listed;

#[derive(Template)]
#[template(path = "sign_in/demo.html")]
pub(super) struct DemoPage {
    pub(super) frame: Frame,
    /// The providers there are: 'A, B and C'.
    pub(super) providers: String,
    pub(super) next: String,
    pub(super) user: Field,
    pub(super) org: Field,
}

impl DemoPage {
    fn new(site: &Site, visit: &Visit, next: &str, user: Field, org: Field) -> Self {
        Self {
            frame: Frame::open(site, visit),
            providers: listed(&site.connections.names()),
            next: next.to_owned(),
            user,
            org,
        }
    }
}

pub(super) fn show(request: &HttpRequest, site: &Site, visit: &Visit, next: &str) -> HttpResponse {
    let empty = (Field::default(), Field::default());
    html(request, DemoPage::new(site, visit, next, empty.0, empty.1))
}

pub(super) async fn submit(
    request: &HttpRequest,
    site: &Site,
    visit: &Visit,
    fields: &Fields,
) -> HttpResponse {
    let next = own_path(fields.get("next"));
    let (user, org) = (read(fields, "user_id"), read(fields, "org_id"));
    if user.error.is_some() || org.error.is_some() {
        return to_mend(request, DemoPage::new(site, visit, next, user, org));
    }
    let owner = Owner {
        org: org.value,
        user: user.value,
    };
    enter(request, site, visit, &owner, site.clock.now(), next).await
}

fn read(fields: &Fields, name: &str) -> Field {
    let typed = fields.get(name);
    Field::checked(typed, check_id(typed), name)
}
