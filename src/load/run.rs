//! A load from its start to its end: the lease, the heartbeat, and what becomes of the result.

use std::collections::HashMap;
use std::sync::Arc;

use super::engine::{Engine, Fetcher, Plan};
use super::hold::Hold;
use super::report::{self, Load, Outcome, Part, Status};
use super::snapshot::{self, Writer, Written};
use super::{LoadError, Parts, Setup, choice, pages};
use crate::outbound::Call;
use crate::owner::Owner;
use crate::providers::{Account, Profile, Provider, Stream};
use crate::store::{Lease, keys};
use crate::vault::{Connection, VaultBearer};

struct Job {
    owner: Owner,
    provider: &'static dyn Provider,
    account: Account,
    load: Load,
    lease: Lease,
    written: Written,
}

/// Starts a load; `false` if one runs already.
pub(super) async fn start(
    parts: &Arc<Parts>,
    owner: &Owner,
    provider: &str,
    chosen: Option<&[String]>,
) -> Result<bool, LoadError> {
    let setup = &parts.setup;
    let provider = setup
        .registry
        .get(provider)
        .ok_or(LoadError::NotConfigured)?;
    let id = provider.profile().id;
    if !setup.apis.contains_key(id) {
        return Err(LoadError::NotConfigured);
    }
    let stored = setup
        .vault
        .get(owner, id)
        .await?
        .ok_or(LoadError::NotConnected)?;
    // Remembered also where a load runs already: then it is for the next one.
    let wanted = choice::settle(setup, owner, provider.profile(), chosen).await?;
    let Some(lease) = super::hold::take(setup, owner, id).await? else {
        return Ok(false);
    };
    let job = Job {
        owner: owner.clone(),
        provider,
        account: stored.connection.account.clone(),
        load: new_load(setup, provider.profile(), &stored.connection, &wanted),
        lease,
        written: Written::default(),
    };
    if let Err(error) = begin(setup, &job).await {
        give_back(setup, job.lease).await;
        return Err(error);
    }
    let parts = Arc::clone(parts);
    let task = carry_out(Arc::clone(&parts), job);
    let task = parts.tracker.track_future(task);
    parts.setup.tasks.spawn(task);
    Ok(true)
}

/// A load of the wanted streams; those that the granted permissions do not allow are left out.
fn new_load(
    setup: &Setup,
    profile: &Profile,
    connection: &Connection,
    wanted: &[&'static Stream],
) -> Load {
    let now = setup.clock.now();
    let id = uuid::Builder::from_unix_timestamp_millis(
        u64::try_from(now.as_millisecond()).unwrap_or_default(),
        &setup.entropy.bytes(),
    )
    .into_uuid()
    .simple()
    .to_string();
    let parts = wanted.iter().map(|stream| {
        let mut part = Part::new(&id, stream.id, stream.title);
        if let Some(scope) = stream.lacks(&connection.scopes) {
            let words = profile.words_of(scope);
            part.outcome = Outcome::Skipped(format!("'{words}' was not granted ({scope})"));
        }
        part
    });
    Load {
        parts: parts.collect(),
        id: id.clone(),
        account: connection.account.id.clone(),
        status: Status::Running,
        started_at: now,
        ended_at: None,
    }
}

/// Clears away what a load that died left behind, and shows the new one.
async fn begin(setup: &Setup, job: &Job) -> Result<(), LoadError> {
    let provider = job.provider.profile().id;
    let dead = report::read(&setup.store, &keys::load(&job.owner, provider)).await?;
    hold(setup, job)
        .write(&[&keys::load(&job.owner, provider)], &job.load)
        .await?;
    if let Some(dead) = dead.filter(Load::did_not_end) {
        let snapshot = keys::snapshot(&job.owner, provider);
        let kept = report::read(&setup.store, &snapshot).await?;
        snapshot::let_go(setup, &dead.parts, kept.as_ref()).await;
    }
    Ok(())
}

async fn carry_out(parts: Arc<Parts>, job: Job) {
    let setup = &parts.setup;
    let hold = hold(setup, &job);
    let brought = tokio::select! {
        result = bring(setup, &job) => result.map(Some),
        () = hold.until_lost() => Err(LoadError::Lost),
        () = parts.stop.cancelled() => Ok(None),
    };
    let result = match brought {
        Ok(Some(load)) => conclude(setup, &job, load).await,
        Ok(None) => interrupt(setup, &job).await,
        Err(error) => Err(error),
    };
    if let Err(error) = result {
        let provider = job.provider.profile().id;
        tracing::warn!(provider, %error, "a load broke off");
        for (stream, pages) in job.written.take() {
            pages::let_go(&setup.store, &job.load.id, &stream, pages).await;
        }
    }
    give_back(setup, job.lease).await;
}

async fn give_back(setup: &Setup, lease: Lease) {
    if let Err(error) = setup.store.release(lease).await {
        tracing::warn!(%error, "a load's lease could not be released; it ends by itself");
    }
}

async fn bring(setup: &Setup, job: &Job) -> Result<Load, LoadError> {
    let profile = job.provider.profile();
    let engine = Engine::new(Plan {
        fetcher: Fetcher {
            provider: job.provider,
            account: Arc::new(job.account.clone()),
            calls: Arc::new(calls(setup, job)?),
        },
        tasks: setup.tasks.clone(),
        writer: writer(setup, job),
        bounds: setup.bounds,
        load: job.load.clone(),
    });
    let load = engine.run().await?;
    tracing::info!(provider = profile.id, items = load.items(), "a load ended");
    Ok(load)
}

fn calls(setup: &Setup, job: &Job) -> Result<HashMap<String, Call>, LoadError> {
    let profile = job.provider.profile();
    let api = setup.apis.get(profile.id).ok_or(LoadError::NotConfigured)?;
    let bearer = Arc::new(VaultBearer {
        vault: setup.vault.clone(),
        owner: job.owner.clone(),
        provider: profile.id.to_owned(),
    });
    let target = api.target(profile, job.account.unit());
    let call = || Call::new(setup.outbound.clone(), target.clone(), bearer.clone());
    let streams = profile.streams.iter();
    Ok(streams
        .map(|stream| (stream.id.to_owned(), call()))
        .collect())
}

fn hold<'a>(setup: &'a Setup, job: &'a Job) -> Hold<'a> {
    let provider = job.provider.profile().id;
    Hold::new(setup, &job.owner, provider, &job.load.id, &job.lease)
}

fn writer<'a>(setup: &'a Setup, job: &'a Job) -> Writer<'a> {
    Writer {
        setup,
        owner: &job.owner,
        provider: job.provider.profile().id,
        load: &job.load.id,
        hold: hold(setup, job),
        written: &job.written,
    }
}

/// Makes the result the current snapshot. A stream that failed keeps its items of before.
async fn conclude(setup: &Setup, job: &Job, mut load: Load) -> Result<(), LoadError> {
    let provider = job.provider.profile().id;
    let stored = setup.vault.get(&job.owner, provider).await?;
    let still = |account: &Account| account.id == job.account.id;
    if !stored.is_some_and(|stored| still(&stored.connection.account)) {
        return Err(LoadError::Lost);
    }
    let key = keys::snapshot(&job.owner, provider);
    let old = report::read(&setup.store, &key).await?;
    let old = old.filter(|old| old.account == load.account);
    let now = setup.clock.now();
    let mut in_vain = Vec::new();
    for part in &mut load.parts {
        if part.outcome == Outcome::Done {
            part.loaded_at = Some(now);
        } else {
            in_vain.push(part.clone());
            take_over(part, old.as_ref());
        }
    }
    load.ended_at = Some(now);
    load.status = load.verdict();
    let writer = writer(setup, job);
    match load.status {
        Status::Failed => writer.progress(&load).await?,
        _ => writer.publish(&load).await?,
    }
    // From here on a snapshot names what was written, or nobody needs it.
    job.written.take();
    snapshot::let_go(setup, &in_vain, None).await;
    if load.status != Status::Failed {
        let old = old.map(|old| old.parts).unwrap_or_default();
        snapshot::let_go(setup, &old, Some(&load)).await;
    }
    Ok(())
}

/// Gives a part that did not load the pages of the snapshot before, or none.
fn take_over(part: &mut Part, old: Option<&Load>) {
    let outcome = part.outcome.clone();
    let old = old.and_then(|old| old.parts.iter().find(|old| old.stream == part.stream));
    let kept = old
        .cloned()
        .unwrap_or_else(|| Part::new(&part.pages_of, &part.stream, &part.title));
    *part = Part {
        outcome,
        retries: part.retries,
        limited: part.limited,
        ..kept
    };
}

/// Notes that the load did not come to its end; it can be started again.
async fn interrupt(setup: &Setup, job: &Job) -> Result<(), LoadError> {
    let key = keys::load(&job.owner, job.provider.profile().id);
    let known = report::read(&setup.store, &key).await?;
    let Some(mut load) = known.filter(|known| known.id == job.load.id) else {
        return Err(LoadError::Lost);
    };
    load.status = Status::Interrupted;
    load.ended_at = Some(setup.clock.now());
    hold(setup, job).write(&[&key], &load).await
}
