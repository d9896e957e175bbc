//! A load from its start to its end: the lease, the heartbeat, and what becomes of the result.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::engine::{Came, Engine, Fetcher, Plan};
use super::hold::{self, Hold};
use super::report::{self, Load, Outcome, Part, Status};
use super::snapshot::{self, Writer, Written};
use super::{LoadError, Parts, Setup, choice, conclude, course, pages, watch};
use crate::outbound::Call;
use crate::owner::Owner;
use crate::providers::{Account, Profile, Provider, Stream};
use crate::store::{Lease, keys};
use crate::vault::{Connection, VaultBearer};

/// A load that is at its last steps when a stop begins may come to its end, if that takes no longer.
const LAST_STEPS: Duration = Duration::from_millis(900);

/// A load that this process carries out.
pub(super) struct Job {
    pub(super) owner: Owner,
    pub(super) provider: &'static dyn Provider,
    pub(super) account: Account,
    pub(super) load: Load,
    pub(super) lease: Lease,
    pub(super) written: Written,
}

/// What a load is begun on.
pub(super) struct Ground {
    pub(super) provider: &'static dyn Provider,
    pub(super) connection: Connection,
}

/// The provider and the connection, if it can be loaded from.
pub(super) async fn ground(
    setup: &Setup,
    owner: &Owner,
    provider: &str,
) -> Result<Ground, LoadError> {
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
    Ok(Ground {
        provider,
        connection: stored.connection,
    })
}

/// Starts a load; `false` if one runs already.
pub(super) async fn start(
    parts: &Arc<Parts>,
    owner: &Owner,
    provider: &str,
    chosen: Option<&[String]>,
) -> Result<bool, LoadError> {
    let setup = &parts.setup;
    let ground = ground(setup, owner, provider).await?;
    let profile = ground.provider.profile();
    // Remembered also where a load runs already: then it is for the next one.
    let wanted = choice::settle(setup, owner, profile, chosen).await?;
    if watch::is_open(setup, owner, profile.id, &wanted).await?
        && watch::take_up(parts, owner, profile.id).await?
    {
        return Ok(true);
    }
    let plan = async |ground: &Ground| {
        let wanted = wanted_parts(profile, &ground.connection, &wanted);
        let mut load = new_load(setup, &ground.connection, wanted);
        load.hidden = course::hidden(profile, &load.parts);
        Ok(load)
    };
    begin(parts, owner, ground, plan).await
}

/// Shows a load and carries it out, unless one runs: then `false`. What it is to bring is planned when no other load
/// can run any more.
pub(super) async fn begin(
    parts: &Arc<Parts>,
    owner: &Owner,
    ground: Ground,
    plan: impl AsyncFnOnce(&Ground) -> Result<Load, LoadError>,
) -> Result<bool, LoadError> {
    let setup = &parts.setup;
    let id = ground.provider.profile().id;
    let Some(lease) = hold::take(setup, owner, id).await? else {
        return Ok(false);
    };
    match shown(setup, owner, ground, plan, &lease).await {
        Ok(job) => {
            spawn(parts, job);
            Ok(true)
        }
        Err(error) => {
            release(setup, lease).await;
            Err(error)
        }
    }
}

async fn shown(
    setup: &Setup,
    owner: &Owner,
    ground: Ground,
    plan: impl AsyncFnOnce(&Ground) -> Result<Load, LoadError>,
    lease: &Lease,
) -> Result<Job, LoadError> {
    let load = plan(&ground).await?;
    let job = Job {
        owner: owner.clone(),
        provider: ground.provider,
        account: ground.connection.account,
        load,
        lease: lease.clone(),
        written: Written::default(),
    };
    show(setup, &job).await?;
    Ok(job)
}

/// Carries a load out, in a task of its own.
pub(super) fn spawn(parts: &Arc<Parts>, job: Job) {
    let task = carry_out(Arc::clone(parts), job);
    let task = parts.tracker.track_future(task);
    parts.setup.tasks.spawn(task);
}

/// A load that runs from now on.
pub(super) fn new_load(setup: &Setup, connection: &Connection, parts: Vec<Part>) -> Load {
    let now = setup.clock.now();
    let id = uuid::Builder::from_unix_timestamp_millis(
        u64::try_from(now.as_millisecond()).unwrap_or_default(),
        &setup.entropy.bytes(),
    );
    Load::new(
        id.into_uuid().simple().to_string(),
        &connection.account.id,
        now,
        parts,
    )
}

/// The parts of the wanted streams; those that the granted permissions do not allow are left out.
fn wanted_parts(
    profile: &Profile,
    connection: &Connection,
    wanted: &[&'static Stream],
) -> Vec<Part> {
    let parts = wanted.iter().map(|stream| {
        let mut part = Part::new(stream.id, stream.title);
        if let Some(scope) = stream.lacks(&connection.scopes) {
            let words = profile.words_of(scope);
            part.outcome = Outcome::Skipped(format!("'{words}' was not granted ({scope})"));
        }
        part
    });
    parts.collect()
}

/// Shows the new load, and clears away what one that did not end left behind.
async fn show(setup: &Setup, job: &Job) -> Result<(), LoadError> {
    let provider = job.provider.profile().id;
    let key = keys::load(&job.owner, provider);
    let before = report::read(&setup.store, &key).await?;
    let hold = hold(setup, job);
    // First, so that no record is there that nobody looks after.
    hold.note().await;
    hold.write(&[&key], &job.load).await?;
    let unfinished = |before: &Load| matches!(before.status, Status::Running | Status::Interrupted);
    if let Some(before) = before.filter(unfinished) {
        let kept = report::read(&setup.store, &keys::snapshot(&job.owner, provider)).await?;
        snapshot::let_go(setup, &before, kept.as_ref()).await;
    }
    Ok(())
}

async fn carry_out(parts: Arc<Parts>, job: Job) {
    let setup = &parts.setup;
    let (hold, writer) = (hold(setup, &job), writer(setup, &job));
    let result = tokio::select! {
        result = to_its_end(&parts, &job, &writer) => result,
        () = hold.until_lost() => Err(LoadError::Lost),
        // What takes long after the last page is left to the next process too.
        () = stopped(&parts.stop) => Ok(false),
    };
    let (owner, provider) = (&job.owner, job.provider.profile().id);
    match &result {
        Ok(true) => watch::forget(setup, owner, provider).await,
        Ok(false) => {}
        Err(error) => broke_off(setup, &job, &hold, error).await,
    }
    release(setup, job.lease.clone()).await;
    if matches!(result, Ok(false)) {
        watch::hand_on(setup, owner, provider).await;
    }
}

/// Brings the items and makes them the snapshot; `false` where a stop came before.
async fn to_its_end(parts: &Arc<Parts>, job: &Job, writer: &Writer<'_>) -> Result<bool, LoadError> {
    match bring(parts, job, writer).await? {
        Came::Through(load) => conclude::conclude(parts, job, writer, load)
            .await
            .map(|()| true),
        Came::ToAStop => Ok(false),
    }
}

/// Some time after a stop began.
async fn stopped(stop: &CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(LAST_STEPS).await;
}

/// Clears away what nobody will ask for. Where another process has taken the load up, or the store is away, the
/// load goes on from what is there.
async fn broke_off(setup: &Setup, job: &Job, hold: &Hold<'_>, error: &LoadError) {
    let provider = job.provider.profile().id;
    tracing::warn!(provider, %error, "a load broke off");
    let known = report::read(&setup.store, &keys::load(&job.owner, provider)).await;
    let Ok(known) = known else {
        return;
    };
    if known.as_ref().is_some_and(|known| hold.is_of(known)) {
        return;
    }
    // Another process may have brought the load to its end since, and a further load may have begun.
    let snapshot = report::read(&setup.store, &keys::snapshot(&job.owner, provider)).await;
    let Ok(snapshot) = snapshot else {
        return;
    };
    for ((of, stream), blocks) in job.written.take() {
        let counted = known.iter().chain(&snapshot).flat_map(Load::runs);
        let counted = counted.filter(|(other, run)| *other == stream && run.of == of);
        let from = counted.map(|(_, run)| run.numbers().end).max().unwrap_or(0);
        pages::let_go(&setup.store, &stream, &of, from..blocks).await;
    }
}

async fn release(setup: &Setup, lease: Lease) {
    if let Err(error) = setup.store.release(lease).await {
        tracing::warn!(%error, "a load's lease could not be released; it ends by itself");
    }
}

async fn bring<'a>(
    parts: &'a Parts,
    job: &'a Job,
    writer: &'a Writer<'a>,
) -> Result<Came, LoadError> {
    let setup = &parts.setup;
    let engine = Engine::new(Plan {
        fetcher: Fetcher {
            provider: job.provider,
            account: Arc::new(job.account.clone()),
            calls: Arc::new(calls(setup, job)?),
        },
        tasks: setup.tasks.clone(),
        writer,
        stop: &parts.stop,
        bounds: setup.bounds,
        load: job.load.clone(),
    });
    engine.run().await
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

pub(super) fn hold<'a>(setup: &'a Setup, job: &'a Job) -> Hold<'a> {
    let provider = job.provider.profile().id;
    Hold::new(setup, &job.owner, provider, &job.load, &job.lease)
}

fn writer<'a>(setup: &'a Setup, job: &'a Job) -> Writer<'a> {
    Writer {
        setup,
        owner: &job.owner,
        provider: job.provider.profile().id,
        run: job.load.run_id(),
        hold: hold(setup, job),
        written: &job.written,
    }
}
