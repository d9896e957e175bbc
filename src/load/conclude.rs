//! What becomes of a load that came to its end: the current snapshot, in one step. What it could not bring anew is
//! kept from the snapshot before.

use std::sync::Arc;

use super::lost::Lost;
use super::report::{self, Load, Outcome, Status};
use super::run::Job;
use super::snapshot::{self, Writer};
use super::view::{self, Shown};
use super::{LoadError, Parts, Setup, changes, course, keep, lent, pages};
use crate::store::keys;

/// Makes the load the current snapshot, unless it brought nothing; answers how it ended.
pub(super) async fn conclude(
    parts: &Arc<Parts>,
    job: &Job,
    writer: &Writer<'_>,
    mut load: Load,
) -> Result<Load, LoadError> {
    let setup = &parts.setup;
    let provider = job.provider.profile().id;
    if !is_wanted(setup, job).await? {
        return Err(LoadError::Lost);
    }
    let key = keys::snapshot(&job.owner, provider);
    let old = report::read(&setup.store, &key).await?;
    let brought = load.clone();
    let before = old.as_ref().filter(|old| old.account == load.account);
    settle(setup, job, writer, &mut load, before).await?;
    match load.status {
        Status::Failed => writer.progress(&load).await?,
        _ => {
            load.leaves = leaves(old.as_ref(), &load);
            snapshot::prolong(setup, &job.owner, &load).await?;
            writer.publish(&load).await?;
        }
    }
    // From here on a snapshot names what was written, or nobody needs it.
    job.written.take();
    tracing::info!(provider, items = load.items(), "a load ended");
    let current = match load.status {
        Status::Failed => old.as_ref(),
        _ => Some(&load),
    };
    if load.status != Status::Failed && !lent::is_lent(&job.owner) {
        get_ready(parts, job, &load).await;
    }
    for left in std::iter::once(&brought).chain(&old) {
        snapshot::let_go(setup, left, current).await;
    }
    Ok(load)
}

/// Whether what a load brought is still of the account that is connected. One with a lent token needs no connection.
async fn is_wanted(setup: &Setup, job: &Job) -> Result<bool, LoadError> {
    if lent::is_lent(&job.owner) {
        return Ok(true);
    }
    let stored = setup.vault.get(&job.owner, job.provider.profile().id);
    let stored = stored.await?;
    Ok(stored.is_some_and(|stored| stored.connection.account.id == job.account.id))
}

/// Prepares a snapshot that was just published for those who will look at it.
async fn get_ready(parts: &Arc<Parts>, job: &Job, load: &Load) {
    let provider = job.provider.profile().id;
    let shown = Shown {
        provider: provider.to_owned(),
        load: load.clone(),
    };
    if let Err(error) = changes::let_go(&parts.setup, &job.owner, &shown).await {
        tracing::warn!(provider, %error, "changes that were loaded by now could not be let go; they count no more");
    }
    view::prepare(parts, &job.owner, shown);
}

/// The runs of the snapshot before that the new one does not name.
fn leaves(old: Option<&Load>, new: &Load) -> Vec<(String, report::Run)> {
    let old = old.into_iter().flat_map(Load::all_runs);
    let is_named = |(stream, run): &(&str, &report::Run)| {
        let mut named = new.runs();
        named.any(|(of, other)| of == *stream && other.of == run.of && other.first == run.first)
    };
    old.filter(|run| !is_named(run))
        .map(|(stream, run)| (stream.to_owned(), run.clone()))
        .collect()
}

/// Says how each stream ended, and keeps of the snapshot before what did not come.
async fn settle(
    setup: &Setup,
    job: &Job,
    writer: &Writer<'_>,
    load: &mut Load,
    before: Option<&Load>,
) -> Result<(), LoadError> {
    let (now, begun) = (setup.clock.now(), load.started_at);
    load.hidden.clear();
    for part in &mut load.parts {
        part.waits = None;
        match part.outcome {
            Outcome::Done => {
                part.loaded_at = part.loaded_at.or(Some(now));
                part.begun_at = part.begun_at.or(Some(begun));
            }
            _ => keep::stream(part, before.and_then(|before| before.part(&part.stream))),
        }
    }
    if let Some(before) = before {
        match keep_lists(job, writer, load, before).await {
            Err(LoadError::Gone) => {
                tracing::warn!("what the load before had of missed lists is gone")
            }
            kept => kept?,
        }
    }
    for (stream, run) in keep::fit(load, setup.bounds.max_items) {
        // What this load has written for nothing; the pages of others are let go with those.
        if run.is_of(&load.id) {
            pages::let_go(&setup.store, &stream, &run.of, run.numbers()).await;
        }
    }
    load.naming = false;
    load.only.clear();
    load.ended_at = Some(now);
    load.status = load.verdict();
    Ok(())
}

/// Keeps of the streams that came the lists that did not.
async fn keep_lists(
    job: &Job,
    writer: &Writer<'_>,
    load: &mut Load,
    before: &Load,
) -> Result<(), LoadError> {
    let most = writer.setup.bounds.max_items;
    let mut lost = Lost::new(writer, &job.load.id, before);
    for stream in course::in_order(job.provider.profile()) {
        let room = most.saturating_sub(load.items());
        let part = load.part_mut(stream.id);
        let part = part.filter(|part| part.outcome == Outcome::Done);
        if let (Some(part), Some(old)) = (part, before.part(stream.id)) {
            let lists = lost.of(part, stream.source).await?;
            keep::lists(writer, part, old, &lists, room).await?;
        }
    }
    Ok(())
}
