//! `/api/v1/connections/{provider}/loads`: starting a load, and following it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use serde_json::Value;
use tokio::time::timeout;
use utoipa::ToSchema;

use super::guard::Caller;
use super::problem::{Problem, Type};
use super::sent::{Sent, Unread};
use super::{V1, body, replay};
use crate::idempotency::Answer;
use crate::identity::Scope;
use crate::load::{Load, Streams, Summary};
use crate::owner::Owner;
use crate::providers::Profile;
use crate::vault::{Token, TokenError};

/// What starting a load answers beside what every route may.
pub const START: &[Type] = &[
    Type::ProviderUnknown,
    Type::ProviderNotConfigured,
    Type::NotConnected,
    Type::ReconnectNeeded,
];
/// The same for following one.
pub const SHOW: &[Type] = &[Type::ProviderUnknown, Type::LoadNotFound];

/// What is to be loaded.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "It is read by hand; this says what the document says."
)]
pub struct Wanted {
    /// The streams to load, by their ids, this time; items of others are not there afterwards. Without it: those that a
    /// person chose for the connection, or else the usual ones.
    #[schema(min_items = 1)]
    streams: Option<Vec<String>>,
}

/// Start a load
///
/// Fetches the connection's items anew. Where a load runs already this joins it, whichever streams that brings: the answer is
/// 200 with that load, and 202 where one was started. Follow it by the address in `Location`. What was loaded before stays in view until it has ended.
/// The body may be left out.
#[utoipa::path(post, path = "/api/v1/connections/{provider}/loads", tag = "Loads", operation_id = "startLoad",
    params(("provider" = String, Path, description = "The provider's id")),
    request_body = Option<Wanted>,
    responses(
        (status = 202, description = "A load was started", body = Summary, headers(("Location" = String, description = "Where to follow it"))),
        (status = 200, description = "A load runs already", body = Summary, headers(("Location" = String, description = "Where to follow it")))))]
pub async fn start(unread: Unread) -> Result<HttpResponse, Problem> {
    let sent = Sent::read(unread, Scope::LoadsWrite).await?;
    let wanted = sent.object_or_usual(&["streams"])?;
    let streams = streams(sent.profile, wanted.get("streams"))?;
    let work = begin(sent.v1.clone(), sent.owner.clone(), sent.profile, streams);
    sent.once(work).await
}

/// Follow a load
///
/// How far a load is, and when it has ended its completeness report: for each stream what came, how much there is at the
/// provider where that is told, and what is missing and why. Nothing is left out silently. Known are the last load of the
/// connection, and the one that its items are from.
#[utoipa::path(get, path = "/api/v1/connections/{provider}/loads/{id}", tag = "Loads", operation_id = "showLoad",
    params(("provider" = String, Path, description = "The provider's id"), ("id" = String, Path, description = "The load's id")),
    responses((status = 200, description = "The load", body = Summary)))]
pub async fn show(
    v1: Data<V1>,
    caller: Caller,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let owner = caller.owner_by_any(&[Scope::LoadsWrite, Scope::ItemsRead])?;
    let (provider, id) = path.into_inner();
    let profile = v1.profile(&provider)?;
    let load = find(&v1, owner, profile, &id).await?;
    Ok(HttpResponse::Ok().json(load.summary(profile.id)))
}

async fn begin(
    v1: Data<V1>,
    owner: Owner,
    profile: &'static Profile,
    streams: Option<Vec<String>>,
) -> Result<Answer, Problem> {
    let token = v1.vault.fresh_token(&owner, profile.id);
    match timeout(Token::LONGEST_WAIT, token).await {
        // The load goes on by itself when the provider is back.
        Err(_) | Ok(Ok(_) | Err(TokenError::Passing)) => {}
        Ok(Err(error)) => return Err(v1.if_offered(profile, error.into())),
    }
    let streams = streams.as_deref().map_or(Streams::Usual, Streams::Once);
    let started = v1.loads.start(&owner, profile.id, streams).await?;
    let load = v1.loads.latest(&owner, profile.id).await?;
    let load = load.ok_or_else(|| Problem::of(Type::NotConnected))?;
    let status = match started {
        true => StatusCode::ACCEPTED,
        false => StatusCode::OK,
    };
    let mut answer = replay::reply(status, &load.summary(profile.id))?;
    let place = format!("/api/v1/connections/{}/loads/{}", profile.id, load.id);
    answer.headers.push((LOCATION.to_string(), place));
    Ok(answer)
}

/// The streams that are named; `None` for the usual ones.
fn streams(profile: &Profile, wanted: Option<&Value>) -> Result<Option<Vec<String>>, Problem> {
    let known: Vec<&str> = profile.streams.iter().map(|stream| stream.id).collect();
    let named = |value: &Value| {
        let id = value.as_str().filter(|id| known.contains(id));
        id.map(str::to_owned)
    };
    let Some(wanted) = wanted.filter(|wanted| !wanted.is_null()) else {
        return Ok(None);
    };
    let all = wanted.as_array().map(|all| all.iter().map(named));
    let all: Option<Vec<String>> = all.and_then(Iterator::collect);
    let all = all.filter(|all| !all.is_empty());
    all.map(Some).ok_or_else(|| {
        let possible = known.join(", ");
        let detail = format!("streams must be a list of at least one of these: {possible}");
        body::invalid(Some("streams"), detail)
    })
}

async fn find(v1: &V1, owner: &Owner, profile: &Profile, id: &str) -> Result<Load, Problem> {
    if let Some(load) = v1.loads.latest(owner, profile.id).await?
        && load.id == id
    {
        return Ok(load);
    }
    let snapshot = v1.loads.snapshot(owner, profile.id).await?;
    let snapshot = snapshot.filter(|load| load.id == id);
    snapshot.ok_or_else(|| Problem::of(Type::LoadNotFound))
}
