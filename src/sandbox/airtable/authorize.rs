//! The authorize address: what an app asks for, and in which order it is checked.

use actix_web::{HttpResponse, http::StatusCode};
use url::Url;

use super::{redirect, scopes};
use crate::sandbox::{App, page, params::Params};

/// Every parameter of the address. Airtable's reference marks none of them optional.
pub const PARAMETERS: [&str; 7] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
];

/// What an app asks for, checked.
#[derive(Debug)]
pub struct Asked {
    pub redirect_uri: Url,
    /// The redirect address letter by letter: the token call must repeat it.
    pub redirect_text: String,
    pub scopes: Vec<String>,
    pub state: String,
    pub challenge: String,
}

/// Why a request was refused.
#[derive(Debug)]
pub enum Refused {
    /// The app cannot be trusted with the answer: the person stays on a page.
    Page(&'static str),
    /// The app is told.
    Back(Box<Told>),
}

/// What the app is told.
#[derive(Debug)]
pub struct Told {
    pub redirect_uri: Url,
    pub error: &'static str,
    pub description: String,
    pub state: Option<String>,
}

/// An error code with its description.
type Problem = (&'static str, String);

/// Checks what an app asks for: first who asks, which is never reported by a redirect, then the rest.
///
/// # Errors
///
/// The first problem that is found.
pub fn read(params: &Params, app: &App) -> Result<Asked, Refused> {
    if only(params, "client_id") != Some(app.client_id.as_str()) {
        return Err(Refused::Page(
            "There is no integration with this client ID.",
        ));
    }
    let redirect_text = only(params, "redirect_uri").unwrap_or_default().to_owned();
    let Some(redirect_uri) = redirect::checked(&redirect_text, &app.redirect_uris) else {
        let text = "The redirect URI does not match one that is registered for the integration.";
        return Err(Refused::Page(text));
    };
    match rest(params) {
        Ok((scopes, state, challenge)) => Ok(Asked {
            redirect_uri,
            redirect_text,
            scopes,
            state,
            challenge,
        }),
        Err((error, description)) => Err(Refused::Back(Box::new(Told {
            redirect_uri,
            error,
            description,
            state: params.get("state").map(str::to_owned),
        }))),
    }
}

/// Scopes, state and challenge.
fn rest(params: &Params) -> Result<(Vec<String>, String, String), Problem> {
    if let Some(name) = PARAMETERS.iter().find(|name| params.all(name).count() > 1) {
        return Err(invalid(format!("\"{name}\" must not be repeated")));
    }
    match required(params, "response_type")? {
        "code" => {}
        _ => {
            let text = "\"response_type\" must be \"code\"".to_owned();
            return Err(("unsupported_response_type", text));
        }
    }
    let scopes = scopes::read(params.text("scope")).map_err(|text| ("invalid_scope", text))?;
    let state = required(params, "state")?;
    if !(16..=1_024).contains(&state.len()) || !is_plain(state) {
        let text = "\"state\" must be 16 to 1024 characters of [A-Z] / [a-z] / [0-9] / \"-\" / \".\" / \"_\"";
        return Err(invalid(text));
    }
    let challenge = challenge(params)?;
    Ok((scopes, state.to_owned(), challenge))
}

fn challenge(params: &Params) -> Result<String, Problem> {
    let challenge = required(params, "code_challenge")?;
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if challenge.len() != 43 || !challenge.bytes().all(is_base64url) {
        let text = "\"code_challenge\" must be a SHA-256 hash in base64url without padding";
        return Err(invalid(text));
    }
    if required(params, "code_challenge_method")? != "S256" {
        return Err(invalid("\"code_challenge_method\" must be \"S256\""));
    }
    Ok(challenge.to_owned())
}

/// Whether a text keeps to the alphabet of `state` and `code_verifier`. It has no `~`, though RFC 7636 allows it.
pub fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

fn only<'a>(params: &'a Params, name: &str) -> Option<&'a str> {
    params.get(name).filter(|_| params.all(name).count() == 1)
}

fn required<'a>(params: &'a Params, name: &str) -> Result<&'a str, Problem> {
    let missing = || invalid(format!("\"{name}\" is required"));
    params.get(name).ok_or_else(missing)
}

fn invalid(text: impl Into<String>) -> Problem {
    ("invalid_request", text.into())
}

impl Refused {
    /// The answer to the browser.
    pub fn answer(&self) -> HttpResponse {
        match self {
            Self::Page(problem) => page::refusal("Airtable", StatusCode::BAD_REQUEST, problem),
            Self::Back(told) => told.answer(),
        }
    }
}

impl Told {
    /// Sends the browser back to the app.
    pub fn answer(&self) -> HttpResponse {
        let pairs = [
            ("error", self.error),
            ("error_description", self.description.as_str()),
        ];
        page::send_back(&self.redirect_uri, &pairs, self.state.as_deref())
    }
}
