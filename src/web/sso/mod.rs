//! Single sign-on: to the identity provider and back. Its part of the sign-in page is here too.

mod admit;
mod begin;
mod callback;

use actix_web::web::{self, ServiceConfig, post, resource};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::error::PageError;
use super::frame::Frame;
use super::headers::LeadsAway;
use super::page::html;
use super::session::Visit;
use super::site::Site;
use super::words::listed;
use crate::error::{Failure, Kind};
use crate::identity::sso::Sso;

/// Where the identity provider sends people back to, below the public URL.
pub const CALLBACK: &str = "/sign-in/sso/callback";

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(resource("/sign-in/sso").route(post().to(begin::submit)))
        // Its GET changes something, so that HEAD may not ask about it.
        .service(resource(CALLBACK).route(web::get().to(callback::show)));
}

#[derive(Template)]
#[template(path = "sso.html")]
struct SsoPage {
    frame: Frame,
    /// The providers there are: 'A, B and C'.
    providers: String,
    /// Where people are led to.
    host: String,
    away: bool,
    next: String,
}

/// The sign-in page: one button. It says so where the identity provider does not answer.
pub(super) async fn show(
    request: &HttpRequest,
    site: &Site,
    visit: &Visit,
    next: &str,
) -> Result<HttpResponse, PageError> {
    let sso = configured(site)?;
    let page = SsoPage {
        away: sso.is_away().await,
        frame: Frame::open(site, visit),
        providers: listed(&site.connections.names()),
        host: sso.host().to_owned(),
        next: next.to_owned(),
    };
    let mut answer = html(request, page);
    answer.extensions_mut().insert(LeadsAway);
    Ok(answer)
}

/// The refusal of a form that no page of single sign-on has.
pub(super) fn nothing_is_typed() -> Failure {
    let text = "People sign in at the identity provider here. The sign-in page leads to it.";
    let failure = Failure::new(Kind::Forbidden, "Nobody signs in by a form here", text);
    failure.leading_to("Go to the sign-in page", "/sign-in".to_owned())
}

/// Single sign-on, where people sign in by it.
fn configured(site: &Site) -> Result<&Sso, Failure> {
    site.sso.as_ref().ok_or_else(|| Failure::of(Kind::NotFound))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{frame, full_frame, keep};

    #[test]
    fn samples_of_single_sign_on_render() {
        for (name, mut frame, away) in [("there", frame(""), false), ("away", full_frame(""), true)]
        {
            frame.owner = None;
            let page = SsoPage {
                frame,
                providers: listed(&["A", "B"]),
                host: "id.example.com".to_owned(),
                away,
                next: "/connections".to_owned(),
            };
            keep(
                &format!("sign-in sso {name}"),
                &page.render().expect("a page"),
            );
        }
    }
}
