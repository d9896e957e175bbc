//! `GET /sign-in/sso/callback`: the identity provider's redirect.

use actix_web::{HttpRequest, HttpResponse, web};

use super::admit::admit;
use super::configured;
use crate::identity::sso::{Callback, Finished, Identity, Session};
use crate::web::error::PageError;
use crate::web::page::lead_to;
use crate::web::session::Visit;
use crate::web::sign_in::own_path;
use crate::web::site::Site;

pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    visit: Visit,
) -> Result<HttpResponse, PageError> {
    let sso = configured(&site)?;
    let signed_in = visit.owner(site.clock.now(), site.session_max).is_some();
    let session = Session {
        own: visit.binding(),
        before: visit.forerunner().filter(|_| signed_in),
    };
    let next = match sso.finish(&session, read(request.query_string())).await? {
        Finished::Proven { identity, next } => {
            sign_in(&site, &visit, &identity).await?;
            own_path(&next).to_owned()
        }
        Finished::SignedInBefore(next) => own_path(&next).to_owned(),
        Finished::Denied(next) => {
            visit.say_info(
                "You were not signed in",
                "You, or the identity provider for you, said no. You can sign in whenever you like.",
            );
            back_to(&next)
        }
    };
    Ok(lead_to(&request, &next))
}

async fn sign_in(site: &Site, visit: &Visit, identity: &Identity) -> Result<(), PageError> {
    let owner = admit(site, identity).await?;
    let before = visit.binding();
    visit.sign_in(&owner, site.clock.now(), site.entropy.token());
    visit.succeed(before);
    tracing::info!("somebody signed in by single sign-on");
    Ok(())
}

/// The sign-in page, from which one still gets to where one wanted to go.
fn back_to(next: &str) -> String {
    let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("/sign-in?next={next}")
}

/// Reads the query by hand: whatever it holds, none of it may end up in an error text.
fn read(query: &str) -> Callback {
    let mut callback = Callback::default();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if value.is_empty() {
            continue;
        }
        match name.as_ref() {
            "state" => callback.state = Some(value.into_owned()),
            "code" => callback.code = Some(value.into_owned().into()),
            "error" => callback.error = Some(value.into_owned()),
            "iss" => callback.iss = Some(value.into_owned()),
            _ => {}
        }
    }
    callback
}
