//! `POST /oauth2/v1/token`: codes and refresh tokens against pairs of tokens.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Bytes, Data},
};
use serde::Serialize;

use super::{
    answer,
    authorize::is_plain,
    client,
    controls::Controls,
    grants::{Claim, Code, Issued},
    oauth_error::OauthError,
    scopes,
    state::State,
};
use crate::sandbox::{
    params::{Params, is_form},
    request,
};

/// The only text of this endpoint that an integrator has quoted.
const VERIFIER_ALPHABET: &str = "The \"code_verifier\" must only contain characters that are in: [A-Z] / [a-z] / [0-9] \
                                 / \"-\" / \".\" / \"_\"";
const FIELDS: [&str; 7] = [
    "grant_type",
    "code",
    "redirect_uri",
    "code_verifier",
    "client_id",
    "refresh_token",
    "scope",
];

/// The answer, with the keys and their order as logged from the live service.
#[derive(Serialize)]
struct Tokens<'a> {
    token_type: &'a str,
    scope: String,
    access_token: &'a str,
    expires_in: i64,
    refresh_token: &'a str,
    refresh_expires_in: i64,
}

/// Answers a token call.
pub async fn token(
    request: HttpRequest,
    body: Bytes,
    state: Data<State>,
) -> Result<HttpResponse, OauthError> {
    if !is_form(request::header(&request, header::CONTENT_TYPE)) {
        let text = "The body must be application/x-www-form-urlencoded";
        return Err(OauthError::Request(text));
    }
    let form = Params::parse(&body);
    let issued = match form.text("grant_type") {
        "authorization_code" => exchange(&request, &form, &state)?,
        "refresh_token" => refresh(&request, &form, &state)?,
        "" => return Err(OauthError::Request("\"grant_type\" is required")),
        _ => return Err(OauthError::GrantType),
    };
    let controls = state.with(|inner| inner.saved.controls.clone());
    Ok(written(&issued, &controls))
}

fn exchange(request: &HttpRequest, form: &Params, state: &State) -> Result<Issued, OauthError> {
    let code = state.with(|inner| {
        inner.count("token_authorization_code");
        // The code is spent before anything else is looked at.
        inner.saved.grants.spend(form.text("code"))
    });
    known(request, form, state)?;
    required(form, "code", "\"code\" is required")?;
    let claim = Claim {
        client_id: &state.app.client_id,
        redirect_uri: required(form, "redirect_uri", "\"redirect_uri\" is required")?,
        verifier: verifier(form)?,
    };
    redeem(code.ok_or(OauthError::Grant)?, &claim, state)
}

fn redeem(code: Code, claim: &Claim<'_>, state: &State) -> Result<Issued, OauthError> {
    let issued = state.change(|inner| {
        let (policy, now) = (inner.saved.controls.policy(), inner.token_time());
        inner.saved.grants.exchange(code, claim, policy, now)
    });
    issued.ok_or(OauthError::Grant)
}

fn refresh(request: &HttpRequest, form: &Params, state: &State) -> Result<Issued, OauthError> {
    state.count("token_refresh");
    known(request, form, state)?;
    let token = required(form, "refresh_token", "\"refresh_token\" is required")?;
    let wanted = form.get("scope").map(scopes::read).transpose();
    let wanted = wanted.map_err(|_| OauthError::Request("\"scope\" is not understood"))?;
    let issued = state.change(|inner| {
        let (policy, now) = (inner.saved.controls.policy(), inner.token_time());
        let (grants, client_id) = (&mut inner.saved.grants, &state.app.client_id);
        grants.refresh(token, client_id, wanted, policy, now)
    });
    let issued = issued.map_err(OauthError::from);
    issued.inspect_err(|error| {
        if *error == OauthError::Conflict {
            state.count("conflict");
        }
    })
}

/// Requires a form that repeats nothing, from a client that is who it says.
fn known(request: &HttpRequest, form: &Params, state: &State) -> Result<(), OauthError> {
    if FIELDS.iter().any(|name| form.all(name).count() > 1) {
        return Err(OauthError::Request("A parameter must not be repeated"));
    }
    client::authenticate(request, form, state)
}

fn verifier(form: &Params) -> Result<&str, OauthError> {
    let verifier = required(form, "code_verifier", "\"code_verifier\" is required")?;
    if !is_plain(verifier) {
        return Err(OauthError::Request(VERIFIER_ALPHABET));
    }
    if !(43..=128).contains(&verifier.len()) {
        let text = "The \"code_verifier\" must have 43 to 128 characters";
        return Err(OauthError::Request(text));
    }
    Ok(verifier)
}

fn required<'a>(
    form: &'a Params,
    name: &str,
    problem: &'static str,
) -> Result<&'a str, OauthError> {
    form.get(name).ok_or(OauthError::Request(problem))
}

fn written(issued: &Issued, controls: &Controls) -> HttpResponse {
    let tokens = Tokens {
        // The reference documents a trailing space, the live service was logged without.
        token_type: if controls.trailing_space {
            "Bearer "
        } else {
            "Bearer"
        },
        scope: issued.scopes.join(" "),
        access_token: &issued.access_token,
        expires_in: controls.expires_in,
        refresh_token: &issued.refresh_token,
        refresh_expires_in: controls.refresh_expires_in,
    };
    answer::json(StatusCode::OK, &tokens)
}
