//! `POST /oauth/{version}/token`: codes and refresh tokens against access tokens.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Bytes, Data},
};
use jiff::Timestamp;
use serde::Serialize;

use super::{
    answer,
    grants::{Claim, Issued, Refused},
    oauth_error::OauthError,
    oauth_form,
    portals::{self, PORTALS},
    state::State,
};
use crate::sandbox::{clock, params::Params};

/// The answer, with the fields of documented and live answers.
#[derive(Serialize)]
struct Tokens<'a> {
    token_type: &'a str,
    refresh_token: &'a str,
    access_token: &'a str,
    hub_id: i64,
    scopes: &'a [String],
    user_id: i64,
    expires_in: i64,
    token_use: &'a str,
}

/// Answers a token call.
pub async fn token(
    request: HttpRequest,
    body: Bytes,
    state: Data<State>,
) -> Result<HttpResponse, OauthError> {
    let form = oauth_form::read(&request, &body)?;
    let issued = issue(&form, &state, clock::now())?;
    Ok(written(&issued, &state))
}

fn issue(form: &Params, state: &State, now: Timestamp) -> Result<Issued, OauthError> {
    let grant_type = form.text("grant_type");
    if !["authorization_code", "refresh_token"].contains(&grant_type) {
        return Err(OauthError::BadGrantType);
    }
    let is_code = grant_type == "authorization_code";
    state.count(if is_code {
        "token_authorization_code"
    } else {
        "token_refresh"
    });
    oauth_form::authenticate(form, state)?;
    if state.with(|inner| inner.saved.controls.portal_deleted) {
        return Err(OauthError::BadHub);
    }
    if is_code {
        exchange(form, state, now)
    } else {
        refresh(form, state, now)
    }
}

fn exchange(form: &Params, state: &State, now: Timestamp) -> Result<Issued, OauthError> {
    let claim = Claim {
        code: form.text("code"),
        client_id: form.text("client_id"),
        redirect_uri: form.text("redirect_uri"),
        verifier: form.get("code_verifier"),
    };
    let issued = state.change(|inner| {
        let policy = inner.saved.controls.policy();
        inner.saved.grants.exchange(&claim, policy, region, now)
    });
    issued.map_err(|refused| match refused {
        Refused::UnknownCode => OauthError::BadAuthCode,
        Refused::ExpiredCode => OauthError::ExpiredAuthCode,
        Refused::OtherRedirect => OauthError::BadRedirectUri,
        Refused::BadVerifier => OauthError::BadCodeVerifier,
    })
}

fn refresh(form: &Params, state: &State, now: Timestamp) -> Result<Issued, OauthError> {
    let (token, client_id) = (form.text("refresh_token"), form.text("client_id"));
    let issued = state.change(|inner| {
        let policy = inner.saved.controls.policy();
        inner
            .saved
            .grants
            .refresh(token, client_id, policy, region, now)
    });
    issued.ok_or(OauthError::BadRefreshToken)
}

fn region(hub_id: i64) -> &'static str {
    portals::find(hub_id).unwrap_or(&PORTALS[0]).region
}

fn written(issued: &Issued, state: &State) -> HttpResponse {
    let portal = portals::find(issued.consent.hub_id).unwrap_or(&PORTALS[0]);
    let tokens = Tokens {
        token_type: "bearer",
        refresh_token: &issued.refresh_token,
        access_token: &issued.access_token,
        hub_id: portal.hub_id,
        scopes: &issued.consent.scopes,
        user_id: portal.user_id,
        expires_in: state.with(|inner| inner.saved.controls.expires_in),
        token_use: "access_token",
    };
    answer::json(StatusCode::OK, &tokens)
}
