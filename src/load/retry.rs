//! Trying again just what failed: a load that carries over what the snapshot has, and reads the rest.

use std::collections::HashSet;
use std::sync::Arc;

use super::report::{self, Load, Outcome, Part, Status};
use super::start::{self, Ground};
use super::{LoadError, Parts, Setup, Streams, course};
use crate::owner::Owner;
use crate::providers::Fetch;
use crate::store::keys;

/// Starts a load of what the last one failed to bring; `false` if a load runs already.
pub(super) async fn retry(
    parts: &Arc<Parts>,
    owner: &Owner,
    provider: &str,
) -> Result<bool, LoadError> {
    let setup = &parts.setup;
    let ground = start::ground(setup, owner, provider).await?;
    let key = keys::snapshot(owner, ground.provider.profile().id);
    let account = &ground.account.id;
    let known = report::read(&setup.store, &key).await?;
    if known.is_none_or(|known| known.account != *account) {
        return start::start(parts, owner, provider, Streams::Usual).await;
    }
    let plan = async |ground: &Ground| match report::read(&setup.store, &key).await? {
        Some(known) if known.status == Status::Partial => planned(setup, &known, ground),
        _ => Err(LoadError::NothingFailed),
    };
    start::begin(parts, owner, ground, plan).await
}

fn planned(setup: &Setup, known: &Load, ground: &Ground) -> Result<Load, LoadError> {
    let mut load = start::new_load(setup, &ground.account, Vec::new());
    plan(&mut load, known, ground);
    let is_tried = |part: &Part| part.outcome == Outcome::Running;
    match load.parts.iter().any(is_tried) {
        true => Ok(load),
        false => Err(LoadError::NothingFailed),
    }
}

/// What is carried over, and what is read again: only the lists that were missed, where that leaves nothing twice.
fn plan(load: &mut Load, known: &Load, ground: &Ground) {
    let profile = ground.provider.profile();
    let lacks = |part: &Part| {
        let stream = profile.stream(&part.stream);
        stream.is_none_or(|stream| ground.lacks(stream).is_some())
    };
    let is_left =
        |part: &Part| part.is_whole() || matches!(part.outcome, Outcome::Skipped(_)) && lacks(part);
    load.only = lists(known, known.parts.iter().filter(|part| !is_left(part))).unwrap_or_default();
    let only = !load.only.is_empty();
    let parts = known.parts.iter().map(|part| match part {
        part if is_left(part) => part.clone(),
        part if only => part.without_missed(),
        part => Part::new(&part.stream, &part.title),
    });
    load.parts = parts.collect();
    if !only {
        load.hidden = course::hidden(profile, &load.parts);
    }
}

/// The lists that were missed, if nothing else failed, all of them are known, and nothing of them came. Where a limit
/// cut a stream, the lists that it kept back are not known; and a list of a stream that is only walked for the sake of
/// another cannot be read alone.
fn lists<'a>(known: &Load, parts: impl Iterator<Item = &'a Part>) -> Option<Vec<Fetch>> {
    let mut lists = Vec::new();
    let mut seen = HashSet::new();
    for part in parts {
        let named_all = part.missed.len() as u64 == part.missed_in_all;
        if part.outcome != Outcome::Done || part.cut.is_some() || !named_all {
            return None;
        }
        for missed in &part.missed {
            let step = missed.step.clone();
            let step = step.filter(|step| !missed.partly && known.part(&step.stream).is_some())?;
            if seen.insert((step.stream.clone(), step.list.clone())) {
                lists.push(step);
            }
        }
    }
    Some(lists)
}
