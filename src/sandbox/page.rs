//! The few HTML pages: their style, their headers, and who may post their forms.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{StatusCode, header},
};

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

/// Whether a form was posted by a page of another site.
///
/// A program that sends no `Origin` is let through; a browser always sends one with a post.
pub fn is_foreign(request: &HttpRequest, port: u16) -> bool {
    let Some(origin) = request.headers().get(header::ORIGIN) else {
        return false;
    };
    let own = ["localhost", "127.0.0.1", "[::1]"].map(|host| format!("http://{host}:{port}"));
    !own.iter().any(|one| origin.as_bytes() == one.as_bytes())
}
