//! Which pages of other origins may read what programs are answered.

use actix_cors::Cors;
use actix_web::http::Method;
use actix_web::http::header::HeaderName;

/// How long a browser may remember what it was permitted, in seconds.
const REMEMBERED: usize = 60 * 60;

/// What pages of other origins may do on some routes.
pub struct Permitted<'a> {
    /// Their origins, as a browser sends them in `Origin`.
    pub origins: &'a [String],
    /// The methods that they may use.
    pub methods: &'a [Method],
    /// The headers that they may send, beyond those that every page may.
    pub headers: &'a [HeaderName],
    /// The headers of answers that they may read, beyond those that every page may.
    pub exposed: &'a [HeaderName],
}

/// The layer that tells browsers so, to be wrapped around all others: a refusal must be readable too. It permits no
/// cookies, and it refuses nothing by itself but what a browser asks beforehand.
pub fn layer(permitted: &Permitted<'_>) -> Cors {
    let cors = Cors::default()
        .allowed_methods(permitted.methods.to_vec())
        .allowed_headers(permitted.headers.to_vec())
        .expose_headers(permitted.exposed.to_vec())
        .max_age(REMEMBERED);
    let origins = permitted.origins.iter();
    origins.fold(cors, |cors, origin| cors.allowed_origin(origin))
}
