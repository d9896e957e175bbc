//! `POST /integrations/{provider}/authorize`: the address at which a person connects an account.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::caller::Caller;
use super::refusal::not_configured;
use super::{Classic, fields};
use crate::api::access::address;
use crate::connections::ConnectError;
use crate::error::{Failure, Kind};
use crate::identity::{Limit, Scope};
use crate::providers::Profile;

/// Earlier front ends open the bare string in a window, and wait until it is closed.
pub async fn submit(
    request: HttpRequest,
    classic: Data<Classic>,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let id = request.match_info().get("provider").unwrap_or_default();
    let profile = classic.profile(id)?;
    let fields = fields::read(&request, payload).await?;
    let caller = Caller::of(&request)?;
    let owner = caller.owner(&fields, Scope::ConnectionsWrite)?;
    for (limit, whose) in [
        (Limit::CONNECT, owner.counted_as()),
        (Limit::CONNECT_ADDRESS, address(&request)),
    ] {
        let begun = classic.access.limits.take(limit, &whose).await?;
        if let Some(wait) = begun.and_then(|allowance| allowance.again_in) {
            return Err(Failure::of(Kind::TooMany).retry_after(Some(wait)));
        }
    }
    let connections = &classic.connections;
    let program = caller.by(&owner, &request).actor;
    let url = connections
        .begin_for_program(&owner, profile.id, program)
        .await;
    let url = url.map_err(|error| refusal(error, profile))?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(url.as_str()))
}

fn refusal(error: ConnectError, profile: &Profile) -> Failure {
    match error {
        ConnectError::NotConfigured => not_configured(profile),
        ConnectError::Vault(error) => error.into(),
    }
}
