//! `GET /sign-in/sso/callback`: the identity provider's redirect.

use actix_web::{HttpRequest, HttpResponse, web};

use super::admit::admit;
use super::configured;
use crate::identity::Limit;
use crate::identity::sso::{Callback, Finished, Session};
use crate::web::error::PageError;
use crate::web::limits;
use crate::web::page::lead_to;
use crate::web::session::{Known, Visit, peer};
use crate::web::sign_in::{enter, own_path};
use crate::web::site::Site;

pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    visit: Visit,
) -> Result<HttpResponse, PageError> {
    let sso = configured(&site)?;
    limits::by_address(&site, &request, Limit::CALLBACK).await?;
    let session = Session {
        own: visit.binding(),
        before: visit.forerunner().filter(|_| Known::of(&request).is_some()),
    };
    match sso.finish(&session, read(request.query_string())).await? {
        Finished::Proven { identity, next } => {
            let owner = admit(&site, identity, &peer(&request)).await?;
            let before = visit.binding();
            let answer = enter(
                &request,
                &site,
                &visit,
                &owner,
                site.clock.now(),
                own_path(&next),
            )
            .await;
            visit.succeed(before);
            Ok(answer)
        }
        Finished::SignedInBefore(next) => Ok(lead_to(&request, own_path(&next))),
        Finished::Denied(next) => {
            visit.say_info(
                "You were not signed in",
                "You, or the identity provider for you, said no. You can sign in whenever you like.",
            );
            Ok(lead_to(&request, &back_to(&next)))
        }
    }
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
