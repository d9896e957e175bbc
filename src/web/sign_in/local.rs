//! Signing in by email and password.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use secrecy::SecretString;

use super::{enter, own_path};
use crate::identity::{Limit, SignInError, check_email};
use crate::metrics::{self, Admission};
use crate::web::error::PageError;
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::limits;
use crate::web::page::{html, lead_to, to_mend};
use crate::web::session::{Visit, peer};
use crate::web::site::Site;
use crate::web::words::listed;

#[derive(Template)]
#[template(path = "sign_in/local.html")]
pub(super) struct LocalPage {
    pub(super) frame: Frame,
    /// The providers there are: 'A, B and C'.
    pub(super) providers: String,
    pub(super) next: String,
    pub(super) email: String,
    /// Whether what was sent lets nobody in. Nobody is told what of it is wrong.
    pub(super) wrong: bool,
}

impl LocalPage {
    fn new(site: &Site, visit: &Visit, next: &str) -> Self {
        Self {
            frame: Frame::open(site, visit),
            providers: listed(&site.connections.names()),
            next: next.to_owned(),
            email: String::new(),
            wrong: false,
        }
    }
}

/// The form; where nobody has an account yet, the way to make the first.
pub(super) async fn show(
    request: &HttpRequest,
    site: &Site,
    visit: &Visit,
    next: &str,
) -> Result<HttpResponse, PageError> {
    if !site.people.is_set_up().await? {
        return Ok(lead_to(request, "/setup"));
    }
    Ok(html(request, LocalPage::new(site, visit, next)))
}

pub(super) async fn submit(
    request: &HttpRequest,
    site: &Site,
    visit: &Visit,
    fields: &Fields,
) -> Result<HttpResponse, PageError> {
    let next = own_path(fields.get("next"));
    let typed = fields.get("email");
    let password = SecretString::from(fields.get("password"));
    // What cannot be an email is counted and checked all the same, so that nothing tells it from one that nobody has.
    let email = check_email(typed).unwrap_or_else(|_| typed.to_owned());
    limits::by_address(site, request, Limit::SIGN_IN_ADDRESS).await?;
    limits::by(site, Limit::SIGN_IN_ACCOUNT, &email).await?;
    let at = site.clock.now();
    let entered = site.people.sign_in(&email, &password, &peer(request)).await;
    match entered {
        Ok(person) => Ok(enter(request, site, visit, &person.owner, at, next).await),
        Err(SignInError::Wrong) => {
            metrics::signed_in(site.sign_in.name(), Admission::Refused);
            let page = LocalPage {
                email: typed.to_owned(),
                wrong: true,
                ..LocalPage::new(site, visit, next)
            };
            Ok(to_mend(request, page))
        }
        Err(SignInError::Busy(busy)) => Err(busy.into_failure().into()),
        Err(SignInError::Store(error)) => Err(error.into()),
    }
}
