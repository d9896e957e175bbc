//! How a load begins: on what, what it is to bring, and the record that shows it.

use std::sync::Arc;
use std::time::Duration;

use super::report::{self, Load, Outcome, Part, Status};
use super::run::{Job, hold, release, spawn};
use super::snapshot;
use super::{LoadError, Parts, Setup, Streams, choice, course, hold as lease, watch};
use crate::outbound::Bearer;
use crate::owner::Owner;
use crate::providers::{Account, Provider, Stream};
use crate::store::{Lease, keys};
use crate::vault::VaultBearer;

/// How long a start waits for a load that has ended to give its lease back.
const ENDING: Duration = Duration::from_secs(1);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// What a load is begun on.
pub(super) struct Ground {
    pub(super) provider: &'static dyn Provider,
    pub(super) account: Account,
    /// The permissions that were granted; `None` where nobody knows: then what is refused shows what lacks.
    pub(super) scopes: Option<Vec<String>>,
    /// Where its calls get their tokens.
    pub(super) bearer: Arc<dyn Bearer>,
}

impl Ground {
    /// The first permission that a stream needs and that is known not to be granted.
    pub(super) fn lacks(&self, stream: &Stream) -> Option<&'static str> {
        stream.lacks(self.scopes.as_deref()?)
    }
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
    let bearer = VaultBearer {
        vault: setup.vault.clone(),
        owner: owner.clone(),
        provider: id.to_owned(),
    };
    Ok(Ground {
        provider,
        account: stored.connection.account,
        scopes: Some(stored.connection.scopes),
        bearer: Arc::new(bearer),
    })
}

/// Starts a load; `false` if one runs already.
pub(super) async fn start(
    parts: &Arc<Parts>,
    owner: &Owner,
    provider: &str,
    chosen: Streams<'_>,
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
    let plan = async |ground: &Ground| Ok(planned(setup, ground, &wanted));
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
    let Some(lease) = free(setup, owner, id).await? else {
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

/// The lease of the connection's loads, unless one runs. A load that is shown as ended still has it while it clears
/// away what it leaves; who starts the next one by what the page shows need not know of that.
pub(super) async fn free(
    setup: &Setup,
    owner: &Owner,
    provider: &str,
) -> Result<Option<Lease>, LoadError> {
    let deadline = tokio::time::Instant::now() + ENDING;
    let key = keys::load(owner, provider);
    loop {
        if let Some(lease) = lease::take(setup, owner, provider).await? {
            return Ok(Some(lease));
        }
        let load = report::read(&setup.store, &key).await?;
        let has_ended = load.is_some_and(|load| load.ended_at.is_some());
        if !has_ended || tokio::time::Instant::now() >= deadline {
            return Ok(None);
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Shows a load whose lease this process holds.
pub(super) async fn shown(
    setup: &Setup,
    owner: &Owner,
    ground: Ground,
    plan: impl AsyncFnOnce(&Ground) -> Result<Load, LoadError>,
    lease: &Lease,
) -> Result<Job, LoadError> {
    let load = plan(&ground).await?;
    let job = Job::new(owner, ground, load, lease);
    show(setup, &job).await?;
    Ok(job)
}

/// A load that brings these streams, as far as the granted permissions allow.
pub(super) fn planned(setup: &Setup, ground: &Ground, wanted: &[&'static Stream]) -> Load {
    let mut load = new_load(setup, &ground.account, wanted_parts(ground, wanted));
    load.hidden = course::hidden(ground.provider.profile(), &load.parts);
    load
}

/// A load that runs from now on.
pub(super) fn new_load(setup: &Setup, account: &Account, parts: Vec<Part>) -> Load {
    let now = setup.clock.now();
    let id = uuid::Builder::from_unix_timestamp_millis(
        u64::try_from(now.as_millisecond()).unwrap_or_default(),
        &setup.entropy.bytes(),
    );
    Load::new(id.into_uuid().simple().to_string(), &account.id, now, parts)
}

/// The parts of the wanted streams; those that the granted permissions do not allow are left out.
fn wanted_parts(ground: &Ground, wanted: &[&'static Stream]) -> Vec<Part> {
    let profile = ground.provider.profile();
    let parts = wanted.iter().map(|stream| {
        let mut part = Part::new(stream.id, stream.title);
        if let Some(scope) = ground.lacks(stream) {
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
