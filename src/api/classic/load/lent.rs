//! The items that a token of the caller's own shows: those of the usual streams, since nobody has chosen others.

use actix_web::HttpResponse;
use secrecy::SecretString;
use tokio::time::{Instant, timeout_at};

use super::{list, told, unreadable};
use crate::api::classic::Classic;
use crate::api::classic::refusal::not_configured;
use crate::error::{Failure, Kind};
use crate::items::Format;
use crate::load::{Lent, LentError, Load, Outcome, Part, Status};
use crate::patience;
use crate::providers::Profile;

pub(super) async fn answer(
    classic: &Classic,
    profile: &'static Profile,
    token: SecretString,
    until: Instant,
) -> Result<HttpResponse, Failure> {
    let provider = classic.registry.get(profile.id);
    let provider = provider.ok_or_else(|| Failure::of(Kind::NotFound))?;
    let lent = classic.loads.lend(provider, token);
    let mut lent = lent.map_err(|error| not_begun(profile, error))?;
    let ended = timeout_at(until.min(Instant::now() + Lent::LONGEST), lent.ended());
    let ended = ended.await.map_err(|_| told::is_over(profile.name))?;
    let load = ended.map_err(|error| not_begun(profile, error))?;
    refuse(profile.name, &load)?;
    let export = lent.export(load.clone(), Format::Json);
    let download = patience::scope(patience::PER_REQUEST, export).await.0;
    let download = download.map_err(unreadable)?;
    Ok(list(profile, &load, download, lent))
}

/// Why a load is not given out, if it is not.
fn refuse(name: &str, load: &Load) -> Result<(), Failure> {
    let is_denied = |part: &Part| matches!(part.outcome, Outcome::Denied(_));
    if load.parts.iter().any(is_denied) {
        return Err(told::token_refused(name));
    }
    match load.status == Status::Failed || load.failed().next().is_some() {
        true => Err(told::ended(name, load)),
        false => Ok(()),
    }
}

fn not_begun(profile: &Profile, error: LentError) -> Failure {
    match error {
        LentError::NotConfigured => not_configured(profile),
        LentError::Refused => told::token_refused(profile.name),
        LentError::BrokenOff => told::broke_off(),
        LentError::Crowded => told::crowded(),
        LentError::Load(error) => error.into(),
    }
}
