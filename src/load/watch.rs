//! Loads whose process died or stopped are noticed, and taken up from where their log ends, by any replica.
//!
//! An index holds the running loads by when their process is dead unless it says otherwise. It is a hint: what counts
//! is the load's record, and its lease. A load that is missing there is taken up when somebody asks for one.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::report::{self, Load, Status};
use super::run::{self, Job};
use super::snapshot;
use super::start::{self, Ground};
use super::{LoadError, Parts, Setup, hold, lent, seen};
use crate::metrics::Ending;
use crate::owner::Owner;
use crate::providers::Stream;
use crate::store::{Lease, StoreError, keys};

/// How often the index is asked. With the life of a lease, a dead load is taken up well within half a minute.
const TICK: Duration = Duration::from_secs(2);
/// Loads that are taken up at once.
const BATCH: usize = 16;
/// A load that ends every process that takes it up, without a step forward, is given up.
const IN_VAIN: u32 = 5;

/// Takes up, until `stop`, what no living process works on.
pub(super) async fn watch(parts: &Arc<Parts>, stop: &CancellationToken) {
    loop {
        // Not at the same moment in all replicas.
        let pause = TICK.mul_f64(0.75 + parts.setup.entropy.unit() / 2.0);
        if stop
            .run_until_cancelled(tokio::time::sleep(pause))
            .await
            .is_none()
        {
            return;
        }
        match take_up_all(parts).await {
            Err(LoadError::Store(StoreError::Away(error))) => {
                tracing::debug!(%error, "interrupted loads wait for the store");
            }
            Err(error) => tracing::error!(%error, "interrupted loads cannot be taken up"),
            Ok(()) => {}
        }
    }
}

async fn take_up_all(parts: &Arc<Parts>) -> Result<(), LoadError> {
    let setup = &parts.setup;
    let now = setup.clock.now().as_millisecond();
    for name in setup.store.due(&keys::loads(), now, BATCH).await? {
        let Some((owner, provider)) = keys::load_of(&name) else {
            setup.store.unschedule(&keys::loads(), &name).await?;
            continue;
        };
        // Whether it can be taken up here or not, it is not looked at again at once.
        note(setup, &owner, &provider, hold::LEASE_LIFE).await?;
        match take_up(parts, &owner, &provider).await {
            Err(LoadError::NotConnected) => clear_away(parts, &owner, &provider).await,
            Err(error) => tracing::warn!(provider, %error, "an interrupted load is not taken up"),
            Ok(_) => {}
        }
    }
    Ok(())
}

/// Takes up a load that nobody works on; `false` where there is none.
pub(super) async fn take_up(
    parts: &Arc<Parts>,
    owner: &Owner,
    provider: &str,
) -> Result<bool, LoadError> {
    let setup = &parts.setup;
    if running(setup, owner, provider).await?.is_none() {
        forget(setup, owner, provider).await;
        return Ok(false);
    }
    let ground = start::ground(setup, owner, provider).await?;
    let Some(lease) = hold::take(setup, owner, ground.provider.profile().id).await? else {
        return Ok(false);
    };
    match go_on(setup, owner, ground, &lease).await {
        Ok(Some(job)) => {
            tracing::info!(provider, "an interrupted load is taken up");
            run::spawn(parts, job);
            Ok(true)
        }
        refused => {
            setup.store.release(lease).await?;
            refused.map(|_| false)
        }
    }
}

/// The load that runs, as far as its record says.
async fn running(setup: &Setup, owner: &Owner, provider: &str) -> Result<Option<Load>, StoreError> {
    let known = report::read(&setup.store, &keys::load(owner, provider)).await?;
    Ok(known.filter(|known| known.status == Status::Running))
}

/// Whether a load of just these streams was interrupted, as far as its record says.
pub(super) async fn is_open(
    setup: &Setup,
    owner: &Owner,
    provider: &str,
    streams: &[&'static Stream],
) -> Result<bool, StoreError> {
    let known = running(setup, owner, provider).await?;
    Ok(known.is_some_and(|known| {
        // One that carries over what it does not read was asked for less.
        if !known.runs().all(|(_, run)| known.is_own(run)) {
            return false;
        }
        let wanted = streams.iter().map(|stream| stream.id);
        known.parts.iter().map(|part| &part.stream[..]).eq(wanted)
    }))
}

/// The load as this process carries it on, once it is known as that; `None` if it ended meanwhile.
async fn go_on(
    setup: &Setup,
    owner: &Owner,
    ground: Ground,
    lease: &Lease,
) -> Result<Option<Job>, LoadError> {
    let id = ground.provider.profile().id;
    let key = keys::load(owner, id);
    let Some(mut load) = running(setup, owner, id).await? else {
        return Ok(None);
    };
    let gives_up = !is_worth_it(&mut load) || load.account != ground.account.id;
    if gives_up {
        load.status = Status::Interrupted;
        load.ended_at = Some(setup.clock.now());
    }
    let before = load.clone();
    load.taken_up += 1;
    let job = Job::new(owner, ground, load, lease);
    let hold = run::hold(setup, &job);
    hold.note().await;
    hold.write(&[&key], &job.load).await?;
    if gives_up {
        seen::Course::begin(setup, &job).ended(Ending::GivenUp, None);
    }
    snapshot::let_go_uncounted(setup, &before).await;
    Ok((!gives_up).then_some(job))
}

/// Whether the load came on since it was taken up last, or may have been only unlucky.
fn is_worth_it(load: &mut Load) -> bool {
    let blocks = load.runs().map(|(_, run)| u64::from(run.blocks)).sum();
    let (times, before) = load.in_vain;
    load.in_vain = (if blocks > before { 0 } else { times + 1 }, blocks);
    load.in_vain.0 <= IN_VAIN
}

/// Erases what is left of a load whose connection is gone: one that began while it was being disconnected.
async fn clear_away(parts: &Arc<Parts>, owner: &Owner, provider: &str) {
    forget(&parts.setup, owner, provider).await;
    let erased = match snapshot::withdraw(&parts.setup, owner, provider).await {
        Ok(loads) => snapshot::erase(&parts.setup, &loads).await,
        Err(error) => Err(error),
    };
    if let Err(error) = erased {
        tracing::warn!(%error, "what is left of a load without a connection could not be erased; it ends by itself");
    }
}

/// Says that the process of a load is to be believed alive for so long. A load with a lent token is for its own process
/// alone: no other one has the token.
pub(super) async fn note(
    setup: &Setup,
    owner: &Owner,
    provider: &str,
    life: Duration,
) -> Result<(), StoreError> {
    if lent::is_lent(owner) {
        return Ok(());
    }
    let name = keys::load(owner, provider);
    let life = i64::try_from(life.as_millis()).unwrap_or(i64::MAX);
    let until = setup.clock.now().as_millisecond().saturating_add(life);
    let index = keys::loads();
    setup.store.schedule(&index, name.as_str(), until).await
}

/// Says that a load may be taken up at once.
pub(super) async fn hand_on(setup: &Setup, owner: &Owner, provider: &str) {
    let noted = note(setup, owner, provider, Duration::ZERO).await;
    if let Err(error) = noted {
        tracing::debug!(%error, "a load is handed on later");
    }
}

/// Says that a load has ended.
pub(super) async fn forget(setup: &Setup, owner: &Owner, provider: &str) {
    let name = keys::load(owner, provider);
    let gone = setup.store.unschedule(&keys::loads(), name.as_str()).await;
    if let Err(error) = gone {
        tracing::debug!(%error, "a load that has ended is still noted; that ends by itself");
    }
}
