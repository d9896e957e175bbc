//! A page or a part of it, as the request asks.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, LOCATION};
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;
use askama_web::WebTemplateExt;

/// What of a page is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All of it.
    Page,
    /// The part that htmx swaps.
    Part,
}

impl Wanted {
    /// htmx 4 says what it wants; older ones say only that it is they.
    pub fn of(headers: &HeaderMap) -> Self {
        let is = |name: &str, value: &str| {
            headers
                .get(name)
                .is_some_and(|sent| sent.as_bytes().eq_ignore_ascii_case(value.as_bytes()))
        };
        if is("HX-Request-Type", "full") || is("HX-History-Restore-Request", "true") {
            Self::Page
        } else if is("HX-Request-Type", "partial") || is("HX-Request", "true") {
            Self::Part
        } else {
            Self::Page
        }
    }
}

/// Whether htmx sent the request.
pub fn is_htmx(headers: &HeaderMap) -> bool {
    headers.contains_key("HX-Request")
}

/// A rendered template as the answer.
pub fn html(request: &HttpRequest, template: impl Template) -> HttpResponse {
    template
        .into_web_template()
        .respond_to(request)
        .map_into_boxed_body()
}

/// A page whose form is to be mended.
pub fn to_mend(request: &HttpRequest, page: impl Template) -> HttpResponse {
    let mut answer = html(request, page);
    *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    answer
}

/// Leads a browser on. htmx follows a redirect by itself and would swap the page in as a part, so it is
/// told by a header.
pub fn lead_to(request: &HttpRequest, address: &str) -> HttpResponse {
    if is_htmx(request.headers()) {
        HttpResponse::Ok()
            .insert_header(("HX-Redirect", address))
            .finish()
    } else {
        HttpResponse::SeeOther()
            .insert_header((LOCATION, address))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn htmx_gets_what_it_asks_for() {
        for (sent, wanted) in [
            (&[][..], Wanted::Page),
            (&[("hx-request", "true")], Wanted::Part),
            (
                &[("hx-request", "true"), ("hx-request-type", "partial")],
                Wanted::Part,
            ),
            (
                &[("hx-request", "true"), ("hx-request-type", "full")],
                Wanted::Page,
            ),
            (
                &[
                    ("hx-request", "true"),
                    ("hx-history-restore-request", "true"),
                ],
                Wanted::Page,
            ),
        ] {
            let headers: HeaderMap = sent
                .iter()
                .map(|(name, value)| {
                    (
                        HeaderName::from_static(name),
                        HeaderValue::from_static(value),
                    )
                })
                .collect();
            assert_eq!(Wanted::of(&headers), wanted, "{sent:?}");
        }
    }
}
