//! `POST /v1/oauth/token`: codes and refresh tokens against token pairs.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    account,
    codes::Refused,
    grants::{Grant, RefreshTokens},
    oauth_body::Fields,
    oauth_error::OauthError,
    state::State,
    workspaces::{self, WORKSPACES},
};

/// Answers a token call.
pub fn token(fields: &Fields, state: &State, now: Timestamp) -> Result<Value, OauthError> {
    let grant = match fields.get("grant_type") {
        Some("authorization_code") => exchange(fields, state, now)?,
        Some("refresh_token") => refresh(fields, state, now)?,
        Some(_) => return Err(OauthError::GrantType),
        None => return Err(OauthError::Request("grant_type is missing.")),
    };
    Ok(written(&grant, state))
}

fn exchange(fields: &Fields, state: &State, now: Timestamp) -> Result<Grant, OauthError> {
    state.count("token_authorization_code");
    let code = fields.get("code");
    let code = code.ok_or(OauthError::Request("code is missing."))?;
    // Required, because the authorization request always names it.
    let redirect = fields.get("redirect_uri");
    let redirect = redirect.ok_or(OauthError::Request("redirect_uri is missing."))?;
    let granted = state.change(|inner| {
        let consent = inner.memory.codes.take(code, redirect, now)?;
        let policy = inner.saved.controls.policy();
        Ok(inner.saved.grants.grant(consent, policy, now))
    });
    granted.map_err(|refused| match refused {
        Refused::Code => OauthError::Code,
        Refused::Redirect => OauthError::Redirect,
    })
}

fn refresh(fields: &Fields, state: &State, now: Timestamp) -> Result<Grant, OauthError> {
    state.count("token_refresh");
    let token = fields.get("refresh_token");
    let token = token.ok_or(OauthError::Request("refresh_token is missing."))?;
    let granted = state.change(|inner| {
        let policy = inner.saved.controls.policy();
        inner.saved.grants.refresh(token, policy, now)
    });
    granted.ok_or(OauthError::RefreshToken)
}

/// The answer. There is no `expires_in` and no `scope`.
fn written(grant: &Grant, state: &State) -> Value {
    let workspace = workspaces::find(&grant.consent.workspace).unwrap_or(&WORKSPACES[0]);
    let (has_users, refresh_tokens) = state.with(|inner| {
        let controls = &inner.saved.controls;
        (controls.user_info, controls.refresh_tokens)
    });
    let mut body = json!({
        "access_token": grant.access_token,
        "token_type": "bearer",
        "bot_id": workspace.bot(),
        "workspace_icon": workspace.icon,
        "workspace_name": workspace.name,
        "workspace_id": workspace.id(),
        "owner": account::owner(has_users),
        "duplicated_template_id": null,
    });
    if grant.refresh_token.is_some() || refresh_tokens != RefreshTokens::Absent {
        body["refresh_token"] = json!(grant.refresh_token);
    }
    body
}
