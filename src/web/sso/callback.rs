//! `GET /sign-in/sso/callback`: the identity provider's redirect.

use actix_web::{HttpRequest, HttpResponse, web};

use super::admit::admit;
use super::configured;
use crate::activity::{Action, By, Entry};
use crate::identity::Limit;
use crate::identity::sso::{Finished, Refusal, Sso, Ties};
use crate::metrics::{self, Admission};
use crate::outbound::oauth::AuthorizationResponse;
use crate::peer::Peer;
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
    let ties = Ties {
        own: visit.binding(),
        before: visit.forerunner().filter(|_| Known::of(&request).is_some()),
    };
    let response = AuthorizationResponse::read(request.query_string());
    let finished = sso.finish(&ties, response).await;
    if let Err(refusal) = &finished {
        metrics::signed_in(site.sign_in.name(), Admission::Refused);
        note(&site, sso, refusal, peer(&request)).await;
    }
    match finished? {
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

/// Tells the trail of a refused sign-in, where all people belong to one org; elsewhere nobody knows to which.
async fn note(site: &Site, sso: &Sso, refusal: &Refusal, peer: Peer) {
    let Some(org) = sso.org().filter(|_| refusal.is_of_somebody()) else {
        return;
    };
    let who = peer.counted_as();
    let entry = Entry::new(&By::unknown(peer), org, Action::SignInFailed);
    let entry = entry.saying(&refusal.to_string());
    site.refusals.note(&who, &entry).await;
}

/// The sign-in page, from which one still gets to where one wanted to go.
fn back_to(next: &str) -> String {
    let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("/sign-in?next={next}")
}
