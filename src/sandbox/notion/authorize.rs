//! `GET /v1/oauth/authorize`: what an app asks for, and the page that refuses it.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use url::Url;

use crate::sandbox::{App, page, params::Params};

/// What an app asks for, checked.
#[derive(Debug)]
pub struct Asked {
    pub redirect_uri: Url,
    /// The redirect address letter by letter: the token call must repeat it.
    pub redirect_text: String,
    pub state: Option<String>,
    /// What RFC 6749 calls the fault of a request that is told to the app, if it has one.
    pub problem: Option<&'static str>,
}

/// The parameters that the form carries on: the stand-in remembers nothing until there is a code.
pub const CARRIED: [&str; 5] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "owner",
    "state",
];

/// Checks what an app asks for. Parameters that Notion does not know, those of PKCE among them, are ignored.
///
/// # Errors
///
/// The sentence for Notion's own error page: a wrong client or redirect address is never told to the app.
pub fn read(params: &Params, app: &App) -> Result<Asked, &'static str> {
    if params.text("client_id") != app.client_id {
        return Err("Missing or invalid client_id.");
    }
    let text = params.text("redirect_uri");
    let is_registered = app
        .redirect_uris
        .iter()
        .any(|registered| registered == text);
    let parsed = Url::parse(text).ok().filter(|_| is_registered);
    let redirect_uri = parsed.ok_or("Missing or invalid redirect_uri.")?;
    Ok(Asked {
        redirect_uri,
        redirect_text: text.to_owned(),
        state: params.get("state").map(str::to_owned),
        problem: problem(params),
    })
}

fn problem(params: &Params) -> Option<&'static str> {
    match (params.text("response_type"), params.text("owner")) {
        ("code", "user") => None,
        ("code", _) | ("", _) => Some("invalid_request"),
        _ => Some("unsupported_response_type"),
    }
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Something went wrong</title><link rel="stylesheet" href="{{ page::STYLE_PATH }}"></head>
<body><div class="strip">Sandbox: a stand-in, not Notion</div>
<main id="authorize-error"><h1>Something went wrong</h1>
<p>{{ problem }}</p>
<p class="muted">The app was not told. Please contact its developer.</p></main></body></html>
"#
)]
struct RefusalPage<'a> {
    problem: &'a str,
}

/// The error page.
pub fn refusal(problem: &str) -> HttpResponse {
    let body = page::rendered(&RefusalPage { problem });
    page::html(StatusCode::BAD_REQUEST, body)
}
