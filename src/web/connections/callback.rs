//! `GET /integrations/{provider}/oauth2callback`: the provider's redirect.

use actix_web::{HttpRequest, HttpResponse, web};

use super::profile;
use super::view::LONGEST_ACCOUNT;
use crate::connections::{Callback, Completed};
use crate::web::error::PageError;
use crate::web::page::lead_to;
use crate::web::session::Visit;
use crate::web::site::Site;
use crate::web::words::shortened;

pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    visit: Visit,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let profile = profile(&site, &id)?;
    let name = profile.name;
    let signed_in = visit.owner(site.clock.now(), site.session_max).is_some();
    let binding = visit.binding().filter(|_| signed_in);
    let callback = read(request.query_string());
    let completed = site
        .connections
        .complete(profile.id, binding.as_deref(), callback)
        .await
        .map_err(|refusal| refusal.into_failure(name))?;
    let return_to = match completed {
        Completed::Connected { account, return_to } => {
            visit.say_ok(
                format!("Connected as {}", shortened(&account.name, LONGEST_ACCOUNT)),
                match return_to.contains("/contacts") {
                    true => "Go on where you were.",
                    false => "Load its items when you like.",
                },
            );
            return_to
        }
        Completed::OtherAccount => format!("/connections/{}/account", profile.id),
        Completed::Denied { return_to } => {
            visit.say_info(
                format!("You said no at {name}"),
                "Nothing was stored. You can connect whenever you like.",
            );
            return_to
        }
    };
    Ok(lead_to(&request, &return_to))
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
