//! What every call of the token endpoints has in common: a form body, and the app's credentials in it.

use actix_web::{HttpRequest, http::header::CONTENT_TYPE};

use super::{oauth_error::OauthError, state::State};
use crate::sandbox::{
    params::{Params, is_form},
    request::header,
};

/// What must never stand in a query string, where logs would keep it.
const BODY_ONLY: [&str; 7] = [
    "client_id",
    "client_secret",
    "code",
    "code_verifier",
    "refresh_token",
    "token",
    "grant_type",
];

/// Reads the form of a token call.
///
/// # Errors
///
/// 415 for another content type, 400 for parameters in the query string.
pub fn read(request: &HttpRequest, body: &[u8]) -> Result<Params, OauthError> {
    if !is_form(header(request, CONTENT_TYPE)) {
        return Err(OauthError::NotAForm);
    }
    let query = Params::parse(request.query_string().as_bytes());
    if BODY_ONLY.iter().any(|name| query.has(name)) {
        return Err(OauthError::SecretInQuery);
    }
    Ok(Params::parse(body))
}

/// Checks the app's credentials. They are taken from the body only: HubSpot documents no Basic authentication.
///
/// # Errors
///
/// `invalid_client`, with the part that is wrong.
pub fn authenticate(form: &Params, state: &State) -> Result<(), OauthError> {
    let is_valid = state.with(|inner| inner.saved.controls.client_secret_valid);
    if form.text("client_id") != state.app.client_id {
        return Err(OauthError::BadClientId);
    }
    if !is_valid || form.text("client_secret") != state.app.client_secret {
        return Err(OauthError::BadClientSecret);
    }
    Ok(())
}
