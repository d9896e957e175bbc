//! What every call of the token endpoints has in common: the app's Basic header, and a JSON body.

use actix_web::{HttpRequest, http::header::CONTENT_TYPE};
use serde_json::{Map, Value};

use super::{oauth_error::OauthError, state::State};
use crate::sandbox::{
    params::is_json,
    request::{basic, header},
};

/// The members of a token call.
#[derive(Debug)]
pub struct Fields(Map<String, Value>);

impl Fields {
    /// A member that is text and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let text = self.0.get(name).and_then(Value::as_str);
        text.filter(|text| !text.is_empty())
    }
}

/// Checks the app's credentials, which count in the Basic header only, whatever stands in the body.
///
/// # Errors
///
/// `invalid_client`.
pub fn authenticate(request: &HttpRequest, state: &State) -> Result<(), OauthError> {
    let is_valid = state.with(|inner| inner.saved.controls.client_secret_valid);
    let expected = (state.app.client_id.clone(), state.app.client_secret.clone());
    if is_valid && basic(request) == Some(expected) {
        Ok(())
    } else {
        Err(OauthError::Client)
    }
}

/// Reads the body.
///
/// # Errors
///
/// `invalid_request` for a body that is not JSON: a form is not documented.
pub fn read(request: &HttpRequest, body: &[u8]) -> Result<Fields, OauthError> {
    if !is_json(header(request, CONTENT_TYPE)) {
        return Err(OauthError::Request("The body must be JSON."));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => Ok(Fields(fields)),
        _ => Err(OauthError::Request("Error parsing JSON body.")),
    }
}
