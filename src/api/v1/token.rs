//! `/api/v1/connections/{provider}/token`: a fresh access token, and what becomes of one that the provider refused.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Path};
use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::guard::Caller;
use super::problem::{Problem, Type};
use super::sent::{Sent, Unread};
use super::{V1, body, replay};
use crate::activity::{Action, Entry};
use crate::connections::Reported;
use crate::identity::Scope;
use crate::vault::{self, Counted, TokenError};

/// What the routes of this file answer beside what every route may.
pub const PROBLEMS: &[Type] = &[
    Type::ProviderUnknown,
    Type::ProviderNotConfigured,
    Type::NotConnected,
    Type::ReconnectNeeded,
    Type::ProviderUnavailable,
    Type::TokenPending,
];

/// A token to call the provider with.
#[derive(Serialize, ToSchema)]
pub struct Token {
    /// The provider's id.
    provider: &'static str,
    /// The token. Send it to the provider as `Authorization: Bearer …`; keep it out of logs.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// The moment from which to ask here again: the token is good until then. `null` where the provider names no end:
    /// then use it until the provider answers 401, and report that.
    expires_at: Option<Timestamp>,
    /// The permissions that it has, as the provider names them.
    scopes: Vec<String>,
}

/// A token that the provider refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "It is read by hand; this says what the document says."
)]
pub struct Rejected {
    /// The SHA-256 of the access token, as 64 hexadecimal digits. The token itself is not wanted.
    #[schema(
        pattern = "^[0-9a-fA-F]{64}$",
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    sha256: String,
}

/// What a report came to.
#[derive(Serialize, ToSchema)]
pub struct Report {
    /// What was done.
    outcome: Outcome,
}

/// What a report of a refused token came to. In each case ask for the token anew.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    /// Another token had taken its place already.
    NotCurrent,
    /// It was the current one, and was renewed.
    Renewed,
    /// It is the current one, it cannot be renewed, and the provider takes it: nothing was changed.
    Works,
}

/// Get an access token
///
/// A token of the connection that is good at least until `expires_at`, renewed first where that is due. The refresh token
/// never leaves Patchbay. A failure says by its `type` and `action` whether to try again (`retry`), to have the account
/// reconnected (`reconnect`), or to call the operator (`operator`). Each reading shows in the connection's history.
#[utoipa::path(get, path = "/api/v1/connections/{provider}/token", tag = "Tokens", operation_id = "getToken",
    params(("provider" = String, Path, description = "The provider's id")),
    responses((status = 200, description = "The token", body = Token)))]
pub async fn show(v1: Data<V1>, caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let owner = caller.owner(Scope::TokensRead)?;
    let profile = v1.profile(&id)?;
    let reader = caller.reader();
    let token = v1.vault.token_for_program(owner, profile.id, &reader);
    let token = in_time(token).await;
    let token = token.map_err(|problem| v1.if_offered(profile, problem))?;
    let (token, counted) = token;
    if counted == Counted::First {
        let entry = Entry::of(&caller.by(), owner, Action::TokenRead);
        v1.activity.note(&entry.at(profile.id)).await;
    }
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(Token {
            provider: profile.id,
            access_token: token.access.expose_secret().to_owned(),
            token_type: "Bearer",
            expires_at: token.ask_again_at,
            scopes: token.scopes,
        }))
}

/// Report a refused token
///
/// Say that the provider answered 401 to a token that came from here. If it is still the current one it is renewed, once,
/// however many programs report it; then ask for the token anew.
#[utoipa::path(post, path = "/api/v1/connections/{provider}/token/rejected", tag = "Tokens", operation_id = "reportToken",
    params(("provider" = String, Path, description = "The provider's id")),
    request_body = Rejected,
    responses((status = 200, description = "What was done", body = Report)))]
pub async fn rejected(unread: Unread) -> Result<HttpResponse, Problem> {
    let sent = Sent::read(unread, Scope::TokensRead).await?;
    let report = sent.object(&["sha256"])?;
    let digest = report
        .get("sha256")
        .and_then(Value::as_str)
        .and_then(digest);
    let digest = digest.ok_or_else(|| {
        body::invalid(
            Some("sha256"),
            "sha256 must be a text of 64 hexadecimal digits",
        )
    })?;
    let (v1, owner, profile) = (sent.v1.clone(), sent.owner.clone(), sent.profile);
    let (reader, by) = (sent.caller.reader(), sent.caller.by());
    let work = async move {
        let connections = &v1.connections;
        let reported = connections.report_rejected(&owner, profile.id, &digest, (&reader, &by));
        let reported = in_time(reported).await;
        let outcome = match reported.map_err(|problem| v1.if_offered(profile, problem))? {
            Reported::NotCurrent => Outcome::NotCurrent,
            Reported::Renewed => Outcome::Renewed,
            Reported::Works => Outcome::Works,
        };
        replay::reply(StatusCode::OK, &Report { outcome })
    };
    sent.once(work).await
}

async fn in_time<T>(work: impl Future<Output = Result<T, TokenError>>) -> Result<T, Problem> {
    let done = tokio::time::timeout(vault::Token::LONGEST_WAIT, work).await;
    let pending = |late| {
        Problem::of(Type::TokenPending)
            .again_in(Some(vault::Token::ASK_AGAIN))
            .because(late)
    };
    Ok(done.map_err(pending)??)
}

/// A digest of 64 hexadecimal digits.
fn digest(hex: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
        let digits = hex.get(at..at + 2)?;
        // `from_str_radix` would take a sign.
        let plain = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        *byte = u8::from_str_radix(digits, 16).ok().filter(|_| plain)?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_has_64_hexadecimal_digits() {
        let hex = "00ff".repeat(16);
        let bytes = digest(&hex).expect("a digest");
        assert_eq!(&bytes[..4], [0, 255, 0, 255]);
        assert_eq!(digest(&hex.to_uppercase()), Some(bytes));
        for wrong in [
            "",
            "00",
            &hex[1..],
            &format!("{hex}0"),
            &hex.replace("ff", "fg"),
            &hex.replace("ff", "+f"),
            &"é".repeat(32),
        ] {
            assert_eq!(digest(wrong), None, "{wrong}");
        }
    }
}
