//! Introspection and revocation of tokens.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Bytes, Data, Path},
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    answer,
    grants::Consent,
    oauth_error::OauthError,
    oauth_form,
    portals::{self, APP_ID, PORTALS},
    state::State,
};
use crate::sandbox::{clock, params::Params};

/// `POST /oauth/{version}/token/introspect`.
pub async fn introspect(
    request: HttpRequest,
    body: Bytes,
    state: Data<State>,
) -> Result<HttpResponse, OauthError> {
    let form = checked(&request, &body, &state)?;
    Ok(answer::json(
        StatusCode::OK,
        &describe(form.text("token"), &state, clock::now()),
    ))
}

/// `POST /oauth/{version}/token/revoke`. An unknown token is fine, as RFC 7009 has it; an access token is left alone.
pub async fn revoke(
    request: HttpRequest,
    body: Bytes,
    state: Data<State>,
) -> Result<HttpResponse, OauthError> {
    let form = checked(&request, &body, &state)?;
    state.change(|inner| inner.saved.grants.revoke(form.text("token")));
    Ok(HttpResponse::Ok().finish())
}

/// `DELETE /oauth/v1/refresh-tokens/{token}`, the legacy way, which ends in February 2027.
pub async fn revoke_by_path(token: Path<String>, state: Data<State>) -> HttpResponse {
    state.change(|inner| inner.saved.grants.revoke(&token));
    HttpResponse::NoContent().finish()
}

fn checked(request: &HttpRequest, body: &[u8], state: &State) -> Result<Params, OauthError> {
    let form = oauth_form::read(request, body)?;
    oauth_form::authenticate(&form, state)?;
    if form.get("token").is_none() {
        return Err(OauthError::BadRequest);
    }
    Ok(form)
}

/// The hint only says where to look first, so both kinds are looked through.
fn describe(token: &str, state: &State, now: Timestamp) -> Value {
    let (access, refresh) = state.with(|inner| {
        let grants = &inner.saved.grants;
        let access = grants
            .access(token)
            .filter(|access| access.expires > now)
            .cloned();
        (access, grants.consent(token).cloned())
    });
    if let Some(access) = access {
        let left = access.expires.as_second().saturating_sub(now.as_second());
        let mut body = common(token, &access.consent, "access_token");
        body["expires_in"] = left.into();
        body["is_private_distribution"] = false.into();
        body["signed_access_token"] = signed(&access.consent, access.expires);
        return body;
    }
    refresh.map_or_else(
        || json!({ "active": false }),
        |consent| common(token, &consent, "refresh_token"),
    )
}

fn common(token: &str, consent: &Consent, token_use: &str) -> Value {
    let portal = portals::find(consent.hub_id).unwrap_or(&PORTALS[0]);
    json!({
        "active": true,
        "token": token,
        "hub_id": portal.hub_id,
        "user_id": portal.user_id,
        "client_id": consent.client_id,
        "app_id": APP_ID,
        "user": portal.user_email,
        "hub_domain": portal.hub_domain,
        "scopes": consent.scopes,
        "token_use": token_use,
        "token_type": "Bearer",
    })
}

/// The block of the documented example; its signatures mean nothing here.
fn signed(consent: &Consent, expires: Timestamp) -> Value {
    let portal = portals::find(consent.hub_id).unwrap_or(&PORTALS[0]);
    json!({
        "expiresAt": expires.as_millisecond(),
        "scopes": "",
        "hubId": portal.hub_id,
        "userId": portal.user_id,
        "appId": APP_ID,
        "signature": "FAKE",
        "scopeToScopeGroupPks": "",
        "newSignature": "FAKE",
        "hublet": portal.region,
        "trialScopes": "",
        "trialScopeToScopeGroupPks": "",
        "isUserLevel": false,
        "installingUserId": portal.user_id,
        "isServiceAccount": false,
        "isPrivateDistribution": false,
        "appInstallId": "FAKE",
        "audience": "FAKE",
    })
}
