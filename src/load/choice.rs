//! Which streams a load brings: what the person chose, now or the last time, or else what the provider's
//! profile says.

use serde::Serialize;

use super::{LoadError, Setup};
use crate::owner::Owner;
use crate::providers::{Profile, Stream};
use crate::store::keys;

/// The streams that the next load brings unless somebody chooses otherwise.
pub(super) async fn remembered(
    setup: &Setup,
    owner: &Owner,
    profile: &'static Profile,
) -> Result<Vec<&'static Stream>, LoadError> {
    let known = kept(setup, owner, profile.id).await?;
    let chosen = known.map(|ids| named(profile, &ids)).unwrap_or_default();
    if chosen.is_empty() {
        return Ok(profile
            .streams
            .iter()
            .filter(|one| one.by_default)
            .collect());
    }
    Ok(chosen)
}

/// Which streams a load is to bring.
#[derive(Clone, Copy, Debug)]
pub enum Streams<'a> {
    /// Those that were chosen last, or else the profile's.
    Usual,
    /// Those of these ids, which are remembered for the next load.
    Chosen(&'a [String]),
    /// Those of these ids, this time.
    Once(&'a [String]),
}

/// The streams that a load brings. A choice is remembered for the next one.
pub(super) async fn settle(
    setup: &Setup,
    owner: &Owner,
    profile: &'static Profile,
    wanted: Streams<'_>,
) -> Result<Vec<&'static Stream>, LoadError> {
    let (ids, lasts) = match wanted {
        Streams::Usual => return remembered(setup, owner, profile).await,
        Streams::Chosen(ids) => (ids, true),
        Streams::Once(ids) => (ids, false),
    };
    let chosen = named(profile, ids);
    if chosen.is_empty() {
        return Err(LoadError::NothingChosen);
    }
    if !lasts {
        return Ok(chosen);
    }
    let ids: Vec<&str> = chosen.iter().map(|stream| stream.id).collect();
    keep(setup, owner, profile.id, &ids).await?;
    Ok(chosen)
}

/// The ids that were chosen last, as they are kept.
pub(super) async fn kept(
    setup: &Setup,
    owner: &Owner,
    provider: &str,
) -> Result<Option<Vec<String>>, LoadError> {
    let kept = setup.store.get(&keys::choice(owner, provider)).await?;
    Ok(kept.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// Keeps the ids that were chosen.
pub(super) async fn keep(
    setup: &Setup,
    owner: &Owner,
    provider: &str,
    ids: &[impl Serialize],
) -> Result<(), LoadError> {
    let bytes = serde_json::to_vec(ids).unwrap_or_default();
    let choice = keys::choice(owner, provider);
    Ok(setup.store.set(&choice, &bytes, None).await?)
}

/// The streams with these ids, in the profile's order.
fn named(profile: &'static Profile, ids: &[String]) -> Vec<&'static Stream> {
    let streams = profile.streams.iter();
    streams
        .filter(|stream| ids.iter().any(|id| id == stream.id))
        .collect()
}
