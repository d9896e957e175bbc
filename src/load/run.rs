//! A load from its start to its end: the lease, the heartbeat, and what becomes of the result.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::{Instrument as _, Span};

use super::engine::{Came, Engine, Fetcher, Plan};
use super::hold::Hold;
use super::report::{self, Load};
use super::snapshot::{Writer, Written};
use super::start::Ground;
use super::{LoadError, Parts, Setup, conclude, pages, seen, watch};
use crate::metrics::Ending;
use crate::outbound::{Bearer, Call};
use crate::owner::Owner;
use crate::providers::{Account, Provider};
use crate::store::{Lease, keys};

/// A load that is at its last steps when a stop begins may come to its end, if that takes no longer.
const LAST_STEPS: Duration = Duration::from_millis(900);

/// A load that this process carries out.
pub(super) struct Job {
    pub(super) owner: Owner,
    pub(super) provider: &'static dyn Provider,
    pub(super) account: Account,
    bearer: Arc<dyn Bearer>,
    pub(super) load: Load,
    pub(super) lease: Lease,
    pub(super) written: Written,
    /// Its span in the log.
    pub(super) span: Span,
}

impl Job {
    /// A load on this ground, whose lease this process holds.
    pub(super) fn new(owner: &Owner, ground: Ground, load: Load, lease: &Lease) -> Self {
        Self {
            span: seen::span(owner, ground.provider.profile().id),
            owner: owner.clone(),
            provider: ground.provider,
            account: ground.account,
            bearer: ground.bearer,
            load,
            lease: lease.clone(),
            written: Written::default(),
        }
    }
}

/// Carries a load out, in a task of its own.
pub(super) fn spawn(parts: &Arc<Parts>, job: Job) {
    let all = Arc::clone(parts);
    let task = parts.tracker.track_future(async move {
        carry_out(&all, &job, &all.stop).await;
    });
    parts.setup.tasks.spawn(task);
}

/// Carries a load out, to its end or until `stop`; answers how it ended, where it came to its end.
pub(super) async fn carry_out(
    parts: &Arc<Parts>,
    job: &Job,
    stop: &CancellationToken,
) -> Option<Load> {
    let course = seen::Course::begin(&parts.setup, job);
    let work = carry_out_seen(parts, job, stop);
    let (ending, load) = work.instrument(job.span.clone()).await;
    course.ended(ending, load.as_ref().map(Load::items));
    load
}

/// The same, and by which word it ended.
async fn carry_out_seen(
    parts: &Arc<Parts>,
    job: &Job,
    stop: &CancellationToken,
) -> (Ending, Option<Load>) {
    let setup = &parts.setup;
    let (hold, writer) = (hold(setup, job), writer(setup, job));
    let result = tokio::select! {
        result = to_its_end(parts, job, &writer, stop) => result,
        () = hold.until_lost() => Err(LoadError::Lost),
        // What takes long after the last page is left to the next process too.
        () = stopped(stop) => Ok(None),
    };
    let (owner, provider) = (&job.owner, job.provider.profile().id);
    let known = match &result {
        Ok(Some(_)) => {
            watch::forget(setup, owner, provider).await;
            None
        }
        Ok(None) => None,
        Err(error) => broke_off(setup, job, &hold, error).await,
    };
    let ending = seen::ending(&result, job, known.as_ref());
    release(setup, job.lease.clone()).await;
    if matches!(result, Ok(None)) {
        watch::hand_on(setup, owner, provider).await;
    }
    (ending, result.ok().flatten())
}

/// Brings the items and makes them the snapshot; `None` where a stop came before.
async fn to_its_end(
    parts: &Arc<Parts>,
    job: &Job,
    writer: &Writer<'_>,
    stop: &CancellationToken,
) -> Result<Option<Load>, LoadError> {
    match bring(&parts.setup, job, writer, stop).await? {
        Came::Through(load) => {
            let ended = conclude::conclude(parts, job, writer, *load);
            ended.await.map(Some)
        }
        Came::ToAStop => Ok(None),
    }
}

/// Some time after a stop began.
async fn stopped(stop: &CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(LAST_STEPS).await;
}

/// Clears away what nobody will ask for. Where another process has taken the load up, or the store is away, the
/// load goes on from what is there. Answers what the record of the loads says.
async fn broke_off(setup: &Setup, job: &Job, hold: &Hold<'_>, error: &LoadError) -> Option<Load> {
    let provider = job.provider.profile().id;
    tracing::warn!(provider, %error, "a load broke off");
    let known = report::read(&setup.store, &keys::load(&job.owner, provider)).await;
    let known = known.ok()?;
    if known.as_ref().is_some_and(|known| hold.is_of(known)) {
        return known;
    }
    // Another process may have brought the load to its end since, and a further load may have begun.
    let snapshot = report::read(&setup.store, &keys::snapshot(&job.owner, provider)).await;
    let Ok(snapshot) = snapshot else {
        return known;
    };
    for ((of, stream), blocks) in job.written.take() {
        let counted = known.iter().chain(&snapshot).flat_map(Load::runs);
        let counted = counted.filter(|(other, run)| *other == stream && run.of == of);
        let from = counted.map(|(_, run)| run.numbers().end).max().unwrap_or(0);
        pages::let_go(&setup.store, &stream, &of, from..blocks).await;
    }
    known
}

pub(super) async fn release(setup: &Setup, lease: Lease) {
    if let Err(error) = setup.store.release(lease).await {
        tracing::warn!(%error, "a load's lease could not be released; it ends by itself");
    }
}

async fn bring<'a>(
    setup: &'a Setup,
    job: &'a Job,
    writer: &'a Writer<'a>,
    stop: &'a CancellationToken,
) -> Result<Came, LoadError> {
    let engine = Engine::new(Plan {
        fetcher: Fetcher {
            provider: job.provider,
            account: Arc::new(job.account.clone()),
            calls: Arc::new(calls(setup, job)?),
        },
        tasks: setup.tasks.clone(),
        writer,
        stop,
        bounds: setup.bounds,
        load: job.load.clone(),
    });
    engine.run().await
}

fn calls(setup: &Setup, job: &Job) -> Result<HashMap<String, Call>, LoadError> {
    let profile = job.provider.profile();
    let api = setup.apis.get(profile.id).ok_or(LoadError::NotConfigured)?;
    let target = api.target(profile, job.account.unit());
    let call = || {
        let bearer = Arc::clone(&job.bearer);
        Call::new(setup.outbound.clone(), target.clone(), bearer)
    };
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
