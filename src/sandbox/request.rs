//! What stand-ins read of a request's headers.

use actix_web::{
    HttpRequest,
    http::header::{self, HeaderName},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE},
};

/// A header that is text.
pub fn header(request: &HttpRequest, name: HeaderName) -> Option<&str> {
    request.headers().get(name)?.to_str().ok()
}

/// The token of a `Bearer` header; the scheme is not case-sensitive.
pub fn bearer(request: &HttpRequest) -> Option<&str> {
    credentials(request, "bearer")
}

/// Id and secret of a `Basic` header, in either alphabet of base64.
pub fn basic(request: &HttpRequest) -> Option<(String, String)> {
    let encoded = credentials(request, "basic")?;
    let decoded = STANDARD
        .decode(encoded)
        .or_else(|_| URL_SAFE.decode(encoded));
    let text = String::from_utf8(decoded.ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

fn credentials<'a>(request: &'a HttpRequest, wanted: &str) -> Option<&'a str> {
    let (scheme, rest) = header(request, header::AUTHORIZATION)?.split_once(' ')?;
    scheme.eq_ignore_ascii_case(wanted).then(|| rest.trim())
}
