//! Which streams a load brings: what the person chose, now or the last time, or else what the provider's
//! profile says.

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
    let known = setup.store.get(&keys::choice(owner, profile.id)).await?;
    let known = known.and_then(|bytes| serde_json::from_slice::<Vec<String>>(&bytes).ok());
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
    let bytes = serde_json::to_vec(&ids).unwrap_or_default();
    setup
        .store
        .set(&keys::choice(owner, profile.id), &bytes, None)
        .await?;
    Ok(chosen)
}

/// The streams with these ids, in the profile's order.
fn named(profile: &'static Profile, ids: &[String]) -> Vec<&'static Stream> {
    let streams = profile.streams.iter();
    streams
        .filter(|stream| ids.iter().any(|id| id == stream.id))
        .collect()
}
