//! The few HTML pages: their style, their headers, and who may post their forms.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{StatusCode, header},
};
use askama::Template;
use url::Url;

use super::{params::is_form, request};

/// The style sheet of every page, served at [`STYLE_PATH`].
const STYLE: &str = include_str!("style.css");
pub const STYLE_PATH: &str = "/_sandbox/style.css";

/// Nothing but our own style sheet may load. `form-action` is left open on purpose: browsers apply it to the
/// whole redirect chain after a form post, and the chain after a consent leads to the app.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Answers with a page.
pub fn html(status: StatusCode, body: String) -> HttpResponse {
    headed(status)
        .content_type("text/html;charset=utf-8")
        .body(body)
}

/// Answers with the style sheet.
pub async fn style() -> HttpResponse {
    headed(StatusCode::OK)
        .content_type("text/css;charset=utf-8")
        .body(STYLE)
}

fn headed(status: StatusCode) -> HttpResponseBuilder {
    let mut answer = HttpResponse::build(status);
    answer
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        // With `no-referrer` a browser would post our own forms with `Origin: null`.
        .insert_header((header::REFERRER_POLICY, "same-origin"))
        .insert_header((header::CACHE_CONTROL, "no-store"));
    answer
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title></head>
<body><h1>{{ title }}</h1><p>{{ text }}</p></body></html>
"#
)]
struct Plain<'a> {
    title: &'a str,
    text: &'a str,
}

/// A bare page, as proxies and wrong routes answer.
pub fn plain(status: StatusCode, title: &str, text: &str) -> HttpResponse {
    html(status, rendered(&Plain { title, text }))
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Authorization failed</title><link rel="stylesheet" href="{{ STYLE_PATH }}"></head>
<body><div class="strip">Sandbox: a stand-in, not {{ provider }}</div>
<main id="authorize-error"><h1>Authorization failed</h1>
<p>{{ problem }}</p>
<p class="muted">The app was not told. Please contact the developer of the app.</p></main></body></html>
"#
)]
struct Refusal<'a> {
    provider: &'a str,
    problem: &'a str,
}

/// The page on which an authorization ends that the app must not hear of.
pub fn refusal(provider: &str, status: StatusCode, problem: &str) -> HttpResponse {
    html(status, rendered(&Refusal { provider, problem }))
}

/// Sends the browser back to the app, with the state it gave unchanged.
pub fn send_back(redirect_uri: &Url, pairs: &[(&str, &str)], state: Option<&str>) -> HttpResponse {
    let mut target = redirect_uri.clone();
    target.query_pairs_mut().extend_pairs(pairs);
    if let Some(state) = state {
        target.query_pairs_mut().append_pair("state", state);
    }
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, target.as_str()))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}

/// A template's text.
pub fn rendered(template: &impl Template) -> String {
    template.render().unwrap_or_else(|error| {
        tracing::error!(%error, "the sandbox could not render a page");
        String::new()
    })
}

/// Refuses a form that came from elsewhere than our own page or a program; `None` lets it through.
///
/// `own` is the page's origin, which names `localhost`; the addresses of this machine stand for the same. A program
/// that sends no `Origin` is let through; a browser always sends one with a post.
pub fn refuse_foreign(request: &HttpRequest, own: &str) -> Option<HttpResponse> {
    let own = ["localhost", "127.0.0.1", "[::1]"].map(|host| own.replacen("localhost", host, 1));
    let origin = request::header(request, header::ORIGIN);
    let is_own = origin.is_none_or(|origin| own.iter().any(|one| one == origin));
    if is_own && is_form(request::header(request, header::CONTENT_TYPE)) {
        return None;
    }
    let text = "This form came from elsewhere.";
    Some(plain(StatusCode::FORBIDDEN, "403 Forbidden", text))
}
