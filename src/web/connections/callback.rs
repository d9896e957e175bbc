//! `GET /integrations/{provider}/oauth2callback`: the provider's redirect.

use actix_web::{HttpRequest, HttpResponse, web};

use super::profile;
use super::view::LONGEST_ACCOUNT;
use super::window::{self, WindowPage, confirm, visitor};
use crate::connections::{Completed, End, Refusal, Returned, Visitor};
use crate::identity::Limit;
use crate::outbound::oauth::AuthorizationResponse;
use crate::providers::Profile;
use crate::web::error::PageError;
use crate::web::frame::Frame;
use crate::web::limits;
use crate::web::page::{html, lead_to};
use crate::web::session::{Known, Visit};
use crate::web::site::Site;
use crate::web::words::shortened;

pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    visit: Visit,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let profile = profile(&site, &id)?;
    // Before the state is taken, so that the same address can be opened again when there is room.
    match Known::of(&request) {
        Some(known) => limits::by(&site, Limit::CALLBACK, &known.owner.counted_as()).await?,
        None => limits::by_address(&site, &request, Limit::CALLBACK).await?,
    }
    let visitor = visitor(&request, &visit);
    let response = AuthorizationResponse::read(request.query_string());
    let completed = site
        .connections
        .complete(profile.id, &visitor, response)
        .await
        .map_err(|refusal| refusal.into_failure(profile.name))?;
    match completed {
        Completed::Here { end, return_to } => {
            Ok(lead_to(&request, &go_on(&visit, profile, end, return_to)))
        }
        Completed::ForProgram(returned) => {
            for_program(&request, &site, (&visit, &visitor), profile, returned).await
        }
        Completed::DeniedToProgram => {
            let page = WindowPage::denied(Frame::bare(&site, None), profile);
            Ok(html(&request, page))
        }
    }
}

/// Where a person goes on who began it here; what came of it is told there.
fn go_on(visit: &Visit, profile: &Profile, end: End, return_to: String) -> String {
    match end {
        End::Connected(account) => {
            visit.say_ok(
                format!("Connected as {}", shortened(&account.name, LONGEST_ACCOUNT)),
                match return_to.contains("/contacts") {
                    true => "Go on where you were.",
                    false => "Load its items when you like.",
                },
            );
            return_to
        }
        End::OtherAccount { .. } => format!("/connections/{}/account", profile.id),
        End::Denied => {
            visit.say_info(
                format!("You said no at {}", profile.name),
                "Nothing was stored. You can connect whenever you like.",
            );
            return_to
        }
    }
}

/// Anyone can be anyone in the demo, so that there is nobody to ask for. Elsewhere the person first sees who would get
/// access, at an address without code and state.
async fn for_program(
    request: &HttpRequest,
    site: &Site,
    (visit, visitor): (&Visit, &Visitor),
    profile: &Profile,
    returned: Returned,
) -> Result<HttpResponse, PageError> {
    let refused = |refusal: Refusal| refusal.into_failure(profile.name);
    let connections = &site.connections;
    if site.is_demo() {
        let owner = returned.owner().clone();
        let came = connections.finish(returned, visitor).await;
        let came = came.map_err(refused)?;
        return Ok(window::end(request, site, visit, profile, (owner, came)));
    }
    let browser = visit.bind(|| site.entropy.token());
    let id = connections.ask_to_confirm(returned, &browser).await;
    let place = confirm::place(profile, &id.map_err(refused)?);
    Ok(lead_to(request, &place))
}
