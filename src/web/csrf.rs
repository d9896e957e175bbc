//! Changing requests come from our own pages only.
//!
//! Two checks, both before any handler: where the browser says the request comes from, and a token in the
//! form that only a page of the same session can know. The token is masked anew for every page, so that
//! compressed pages do not give it away bit by bit.

use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, ORIGIN};
use actix_web::middleware::Next;
use actix_web::{Error, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use super::error::PageError;
use super::form;
use super::page::is_htmx;
use super::session::{Known, Visit};
use super::site::Site;
use crate::clock::Entropy;
use crate::error::{Failure, Kind};

/// How long a client may take to send a form.
const BODY_TIME: Duration = Duration::from_secs(10);

/// The form field that carries the token.
pub const FIELD: &str = "_csrf";

/// Lets a changing request through if it comes from one of our own pages.
pub async fn check<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    if matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    ) {
        return next.call(request).await;
    }
    let site = request.app_data::<web::Data<Site>>().cloned();
    if !site.is_some_and(|site| is_own(request.headers(), &site.origin())) {
        return Err(refused("This form was sent from another site").into());
    }
    let largest = match Known::of(request.request()) {
        Some(_) => form::largest(request.path()),
        None => form::LARGEST,
    };
    let body = request.extract::<web::Payload>().await?;
    let body = tokio::time::timeout(BODY_TIME, form::read(body, largest))
        .await
        .map_err(|_| too_slow())??;
    let token = url::form_urlencoded::parse(&body)
        .find(|(name, _)| name == FIELD)
        .map(|(_, value)| value.into_owned());
    let visit = Visit::of(request.request());
    let secret = visit.known_secret();
    match (token, secret) {
        (Some(token), Some(secret)) if opens(&token, &secret) => {}
        // The session is over. htmx cannot follow to a page by itself, so it is led to the sign-in.
        _ if is_htmx(request.headers()) && Known::of(request.request()).is_none() => {
            return Err(PageError::from(Failure::of(Kind::Unauthenticated)).into());
        }
        _ => return Err(refused("This page is too old to send its form").into()),
    }
    request.set_payload(Payload::from(body));
    next.call(request).await
}

fn too_slow() -> PageError {
    let text = "Nothing was changed. Send the form again.";
    Failure::new(Kind::BadRequest, "The form took too long to arrive", text).into()
}

fn refused(title: &'static str) -> PageError {
    let text = "Nothing was changed. Open the page anew and send the form again; if you were signed out meanwhile, sign in first.";
    Failure::new(Kind::Forbidden, title, text).into()
}

/// Whether the browser says that the request is our own. One that says nothing is judged by its token.
fn is_own(headers: &HeaderMap, origin: &str) -> bool {
    let text = |name: &str| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or("unreadable"))
    };
    match text("sec-fetch-site") {
        Some("same-origin" | "none") | None => {}
        Some(_) => return false,
    }
    text(ORIGIN.as_str()).is_none_or(|sent| sent == origin)
}

/// The token for a page: the session's secret under a mask of its own.
pub fn mask(secret: &str, entropy: &Entropy) -> String {
    let mut pad = vec![0; secret.len()];
    entropy.fill(&mut pad);
    let masked: Vec<u8> = secret
        .bytes()
        .zip(&pad)
        .map(|(byte, pad)| byte ^ pad)
        .collect();
    URL_SAFE_NO_PAD.encode([pad, masked].concat())
}

fn opens(token: &str, secret: &str) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else {
        return false;
    };
    if bytes.len() != secret.len() * 2 {
        return false;
    }
    let (pad, masked) = bytes.split_at(secret.len());
    let plain: Vec<u8> = masked
        .iter()
        .zip(pad)
        .map(|(byte, pad)| byte ^ pad)
        .collect();
    plain.ct_eq(secret.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};
    use proptest::prelude::*;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    #[test]
    fn only_our_own_pages_send_forms() {
        let own = "http://localhost:8000";
        for pairs in [
            &[][..],
            &[("sec-fetch-site", "same-origin"), ("origin", own)],
            &[("origin", own)],
        ] {
            assert!(is_own(&headers(pairs), own), "{pairs:?}");
        }
        for pairs in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site"), ("origin", own)],
            &[("origin", "null")],
            &[("origin", "http://localhost:8001")],
            &[
                ("sec-fetch-site", "same-origin"),
                ("origin", "https://example.com"),
            ],
        ] {
            assert!(!is_own(&headers(pairs), own), "{pairs:?}");
        }
    }

    #[test]
    fn a_masked_token_opens_its_own_secret_only() {
        let entropy = Entropy::system();
        let (secret, other) = (entropy.token(), entropy.token());
        let token = mask(&secret, &entropy);
        assert_ne!(token, mask(&secret, &entropy));
        assert!(opens(&token, &secret));
        assert!(!opens(&token, &other));
    }

    proptest! {
        #[test]
        fn garbage_opens_nothing(token in ".{0,200}") {
            prop_assert!(!opens(&token, "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq"));
        }
    }
}
