//! Which client calls the token endpoint. Integrations with and without a secret are not interchangeable.

use actix_web::{HttpRequest, http::header};

use super::{oauth_error::OauthError, state::State};
use crate::sandbox::{params::Params, request::basic};

/// Checks the client's credentials.
///
/// # Errors
///
/// `invalid_client` for a secret that is missing, wrong, in the body, or sent where none exists, and for ids that
/// are unknown or differ; `invalid_request` when an integration without a secret does not name itself.
pub fn authenticate(request: &HttpRequest, form: &Params, state: &State) -> Result<(), OauthError> {
    if form.has("client_secret") {
        return Err(OauthError::Client);
    }
    let (has_secret, is_valid) = state.with(|inner| {
        let controls = &inner.saved.controls;
        (controls.secret, controls.client_secret_valid)
    });
    let named = form.get("client_id");
    if has_secret {
        let good = is_valid && basic(request).is_some_and(|pair| is_app(&pair, state));
        let is_same = named.is_none_or(|id| id == state.app.client_id);
        return (good && is_same).then_some(()).ok_or(OauthError::Client);
    }
    if request.headers().contains_key(header::AUTHORIZATION) {
        return Err(OauthError::Client);
    }
    let id = named.ok_or(OauthError::Request("\"client_id\" is required"))?;
    let is_known = id == state.app.client_id;
    is_known.then_some(()).ok_or(OauthError::Client)
}

fn is_app((id, secret): &(String, String), state: &State) -> bool {
    *id == state.app.client_id && *secret == state.app.client_secret
}
