//! The authorize address: what an app asks for, and the pages that refuse it.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::Data,
};
use url::Url;

use super::{
    portals::{self, PORTALS, Portal},
    scopes,
    state::State,
};
use crate::sandbox::{App, page, params::Params};

/// What an app asks for, checked.
#[derive(Debug)]
pub struct Asked {
    pub redirect_uri: Url,
    /// The redirect address letter by letter: the token call must repeat it.
    pub redirect_text: String,
    pub scopes: Vec<String>,
    pub state: Option<String>,
    pub challenge: Option<String>,
    /// The account that is preselected.
    pub portal: &'static Portal,
}

/// `GET /oauth/authorize` and `GET /oauth/{hubId}/authorize` on the first host: moves the browser to the regional
/// host and keeps the query, as HubSpot does.
pub async fn begin(request: HttpRequest, state: Data<State>) -> HttpResponse {
    state.count("authorize");
    let query = request.query_string();
    match read(
        &Params::parse(query.as_bytes()),
        hub_of(&request),
        &state.app,
    ) {
        Ok(asked) => {
            let host = &state.endpoints.consent_origin;
            let target = format!("{host}/oauth/{}/authorize?{query}", asked.portal.hub_id);
            HttpResponse::Found()
                .insert_header((header::LOCATION, target))
                .finish()
        }
        Err(problem) => refusal(&problem),
    }
}

/// The account id in the path, if there is one.
pub fn hub_of(request: &HttpRequest) -> Option<i64> {
    request
        .match_info()
        .get("hub")
        .map(|hub| hub.parse().unwrap_or_default())
}

/// Checks what an app asks for.
///
/// # Errors
///
/// The sentence for the error page. HubSpot documents that a wrong client id, redirect address or scope is
/// never reported to the app by a redirect.
pub fn read(params: &Params, hub_id: Option<i64>, app: &App) -> Result<Asked, String> {
    if params.text("client_id") != app.client_id {
        return Err("We couldn't find an app with this client ID.".to_owned());
    }
    let redirect_text = params.text("redirect_uri").to_owned();
    let redirect_uri = redirect(&redirect_text, app)?;
    let portal = match hub_id {
        Some(hub_id) => portals::find(hub_id).ok_or("You don't have access to this account.")?,
        None => &PORTALS[0],
    };
    let mut scopes = asked_scopes(params.text("scope"))?;
    let optional = scopes::split(params.text("optional_scope"));
    known(&optional)?;
    scopes.extend(optional.into_iter().filter(|scope| scope != "oauth"));
    let scopes = scopes::split(&scopes.join(" "));
    let challenge = challenge(params)?;
    let state = params.get("state").map(str::to_owned);
    Ok(Asked {
        redirect_uri,
        redirect_text,
        scopes,
        state,
        challenge,
        portal,
    })
}

fn redirect(text: &str, app: &App) -> Result<Url, String> {
    let mismatch = "The redirect URL in the link doesn't match a redirect URL of the app.";
    if !app
        .redirect_uris
        .iter()
        .any(|registered| registered == text)
    {
        return Err(mismatch.to_owned());
    }
    let url = Url::parse(text).map_err(|_| mismatch.to_owned())?;
    // HubSpot documents https for all but localhost, and refuses bare IP addresses.
    let is_local = url.scheme() == "http" && url.host_str() == Some("localhost");
    let is_named = url.scheme() == "https" && url.domain().is_some();
    if is_local || is_named {
        Ok(url)
    } else {
        Err(
            "A redirect URL must use https and a host name. Only http://localhost may do without."
                .to_owned(),
        )
    }
}

fn asked_scopes(list: &str) -> Result<Vec<String>, String> {
    let scopes = scopes::split(list);
    known(&scopes)?;
    let missing = scopes::missing(&scopes);
    if missing.is_empty() {
        Ok(scopes)
    } else {
        let missing = missing.join(", ");
        Err(format!(
            "The scopes in the link don't match the required scopes of the app. Missing: {missing}."
        ))
    }
}

fn known(scopes: &[String]) -> Result<(), String> {
    let unknown = scopes::unknown(scopes);
    if unknown.is_empty() {
        Ok(())
    } else {
        Err(format!("Unknown scopes: {}.", unknown.join(", ")))
    }
}

/// PKCE is not documented for ordinary apps, so a request without it is fine; one with it must be sound.
fn challenge(params: &Params) -> Result<Option<String>, String> {
    let Some(challenge) = params.get("code_challenge") else {
        return Ok(None);
    };
    if params.text("code_challenge_method") == "S256" {
        Ok(Some(challenge.to_owned()))
    } else {
        Err("Only the code challenge method S256 is supported.".to_owned())
    }
}

/// The error page. Its status is 200: HubSpot's authorize page is a single-page app that answers so to anything.
pub fn refusal(problem: &str) -> HttpResponse {
    page::refusal("HubSpot", StatusCode::OK, problem)
}
