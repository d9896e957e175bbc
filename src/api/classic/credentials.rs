//! `POST /integrations/{provider}/credentials`: a fresh access token of a connection.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde::Serialize;

use super::error::detail;
use super::{Classic, fields};
use crate::error::{Failure, Kind};
use crate::owner::Owner;
use crate::vault::{Token, TokenError, VaultError};

/// Longest wait for a token. A provider's answer does not take so long: what is still waited for then is our own
/// store, or another replica.
const TOKEN_TIME: Duration = Duration::from_secs(30);
/// When to ask again after it was waited for in vain.
const WAIT_AGAIN: Duration = Duration::from_secs(5);
/// When to ask again where the operator must mend something first.
pub(super) const OPERATOR_TIME: Duration = Duration::from_secs(60);

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
) -> HttpResponse {
    let answer = answer(&request, &classic, payload).await;
    answer.unwrap_or_else(|failure| detail(&failure, &request))
}

async fn answer(
    request: &HttpRequest,
    classic: &Classic,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let id = request.match_info().get("provider").unwrap_or_default();
    let profile = classic.profile(id)?;
    let fields = fields::read(request, payload).await?;
    let owner = fields::owner(&fields)?;
    let token = classic.vault.token_for_program(&owner, profile.id);
    let token = tokio::time::timeout(TOKEN_TIME, token).await;
    let token = token.map_err(|late| still_waiting().because(late))?;
    let token = token.map_err(|error| refusal(error, profile.name, &owner))?;
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
    failure.retry_after(Some(WAIT_AGAIN))
}

/// Earlier front ends know by the first words of a 400 that they must connect again.
fn refusal(error: TokenError, name: &str, owner: &Owner) -> Failure {
    let why = format!("{error}.");
    match error {
        TokenError::NotConnected => {
            let (org, user) = (&owner.org, &owner.user);
            let title = format!("No {name} credentials found for org={org}, user={user}");
            Failure::new(Kind::BadRequest, title, format!("Connect {name} first."))
        }
        TokenError::Ended(_) => {
            let title = format!("The connection to {name} must be made anew");
            Failure::new(Kind::Unauthenticated, title, why)
        }
        TokenError::Passing => {
            let title = format!("{name} does not answer as it should");
            Failure::new(Kind::Provider, title, why)
        }
        TokenError::Misconfigured => {
            let title = format!("{name} is not set up as it should be");
            Failure::new(Kind::Unavailable, title, why).retry_after(Some(OPERATOR_TIME))
        }
        TokenError::Own(fault) => own(fault),
    }
}

fn own(fault: Arc<VaultError>) -> Failure {
    if matches!(*fault, VaultError::Store(_)) {
        return Failure::of(Kind::Unavailable).because(fault);
    }
    let title = "The stored credential cannot be read";
    let text = "Tell the operator: the log of Patchbay has the cause.";
    let failure = Failure::new(Kind::Unavailable, title, text).retry_after(Some(OPERATOR_TIME));
    failure.because(fault)
}
