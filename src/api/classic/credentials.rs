//! `POST /integrations/{provider}/credentials`: a fresh access token of a connection.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde::Serialize;

use super::caller::Caller;
use super::refusal::refusal;
use super::{Classic, fields};
use crate::activity::{Action, Entry};
use crate::error::{Failure, Kind};
use crate::identity::Scope;
use crate::owner::Owner;
use crate::vault::{Counted, Token};

/// What is answered. The refresh token never is.
#[derive(Serialize)]
struct Credentials<'a> {
    access_token: &'a str,
    token_type: &'static str,
    /// Whole seconds until `expires_at`.
    expires_in: Option<i64>,
    /// The moment from which to ask again; null where the provider names no expiry.
    expires_at: Option<Timestamp>,
    scope: String,
    user_id: &'a str,
    org_id: &'a str,
    status: &'static str,
}

pub async fn submit(
    request: HttpRequest,
    classic: Data<Classic>,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let id = request.match_info().get("provider").unwrap_or_default();
    let profile = classic.profile(id)?;
    let fields = fields::read(&request, payload).await?;
    let caller = Caller::of(&request)?;
    let owner = caller.owner(&fields, Scope::TokensRead)?;
    let reader = caller.reader();
    let token = classic.vault.token_for_program(&owner, profile.id, &reader);
    let token = tokio::time::timeout(Token::LONGEST_WAIT, token).await;
    let token = token.map_err(|late| still_waiting().because(late))?;
    let token = token.map_err(|error| refusal(error, profile.name, &owner))?;
    let (token, counted) = token;
    if counted == Counted::First {
        let by = caller.by(&owner, &request);
        let entry = Entry::of(&by, &owner, Action::TokenRead).at(profile.id);
        classic.activity.note(&entry).await;
    }
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(credentials(&token, &owner, classic.clock.now())))
}

fn credentials<'a>(token: &'a Token, owner: &'a Owner, now: Timestamp) -> Credentials<'a> {
    let left = |at: Timestamp| now.duration_until(at).as_secs().max(0);
    Credentials {
        access_token: token.access.expose_secret(),
        token_type: "Bearer",
        expires_in: token.ask_again_at.map(left),
        expires_at: token.ask_again_at,
        scope: token.scopes.join(" "),
        user_id: &owner.user,
        org_id: &owner.org,
        status: "active",
    }
}

fn still_waiting() -> Failure {
    let text = "Another renewal of this token is under way, or its process died: nothing was lost.";
    let failure = Failure::new(Kind::Unavailable, "There is no fresh token yet", text);
    failure.retry_after(Some(Token::ASK_AGAIN))
}
