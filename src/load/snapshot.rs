//! The snapshot: written page by page while a load runs, made the current one in one step, kept while it is
//! looked at, and forgotten.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::blocks::Block;
use super::hold::Hold;
use super::pages::{self, Place, Reader};
use super::report::{self, Load};
use super::{LoadError, Parts, Setup, lent};
use crate::owner::Owner;
use crate::store::{Key, StoreError, keys};

/// How long a write is tried again while the store is away.
const WRITE_PATIENCE: Duration = Duration::from_secs(60);
const WRITE_AGAIN: Duration = Duration::from_millis(500);
/// Blocks of a stream that a process has written at most before its load's record counts them: those of a full backlog,
/// and of the pages that were under way then.
const UNCOUNTED: u32 = 80;
/// A look prolongs a snapshot's life at most this often.
const LOOK_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// Writes what a load brings.
pub(super) struct Writer<'a> {
    pub(super) setup: &'a Setup,
    pub(super) owner: &'a Owner,
    pub(super) provider: &'a str,
    /// What the blocks of this process are stored under.
    pub(super) run: String,
    pub(super) hold: Hold<'a>,
    pub(super) written: &'a Written,
}

/// How many blocks of each run and stream this process has written that no snapshot names yet.
#[derive(Default)]
pub(super) struct Written(Mutex<HashMap<(String, String), u32>>);

impl Written {
    fn note(&self, of: &str, stream: &str, blocks: u32) {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = written
            .entry((of.to_owned(), stream.to_owned()))
            .or_default();
        *known = blocks.max(*known);
    }

    /// All of them, which are then no longer known here.
    pub(super) fn take(&self) -> HashMap<(String, String), u32> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Writer<'_> {
    /// Stores a block of a stream.
    pub(super) async fn block(
        &self,
        of: &str,
        stream: &str,
        number: u32,
        block: &Block,
    ) -> Result<(), LoadError> {
        let place = Place {
            owner: self.owner,
            provider: self.provider,
            of,
            stream,
            number,
        };
        let sealed = place.seal(&self.setup.ring, block)?;
        let (key, life) = (place.key(), self.setup.life(self.owner));
        self.written.note(of, stream, number + 1);
        patiently(|| async { Ok(self.setup.store.set(&key, &sealed, Some(life)).await?) }).await
    }

    /// Some of the blocks of a run, in order.
    pub(super) async fn read(
        &self,
        stream: &str,
        of: &str,
        numbers: Range<u32>,
    ) -> Result<Vec<Block>, LoadError> {
        let setup = self.setup;
        let reader = Reader::new(&setup.store, &setup.ring, self.owner, self.provider);
        patiently(|| reader.blocks(stream, of, numbers.clone())).await
    }

    /// Shows how far the load is.
    pub(super) async fn progress(&self, load: &Load) -> Result<(), LoadError> {
        let key = keys::load(self.owner, self.provider);
        let keys = [&key];
        patiently(|| self.hold.write(&keys, load)).await
    }

    /// Makes the load's blocks the current snapshot, in one step with the end of the load.
    pub(super) async fn publish(&self, load: &Load) -> Result<(), LoadError> {
        let snapshot = keys::snapshot(self.owner, self.provider);
        let progress = keys::load(self.owner, self.provider);
        let keys = [&snapshot, &progress];
        patiently(|| self.hold.write(&keys, load)).await
    }
}

/// Tries again while the store is away: what was fetched is not thrown away for a restart of Redis.
pub(super) async fn patiently<W, T>(mut write: impl FnMut() -> W) -> Result<T, LoadError>
where
    W: Future<Output = Result<T, LoadError>>,
{
    let deadline = tokio::time::Instant::now() + WRITE_PATIENCE;
    loop {
        match write().await {
            Err(LoadError::Store(StoreError::Away(why)))
                if tokio::time::Instant::now() < deadline =>
            {
                tracing::debug!(error = why, "a load waits for the store");
                tokio::time::sleep(WRITE_AGAIN).await;
            }
            result => return result,
        }
    }
}

/// Lets the blocks that `load` names go, but those that `kept` names too.
pub(super) async fn let_go(setup: &Setup, load: &Load, kept: Option<&Load>) {
    let named: HashSet<(&str, &str, u32)> = kept
        .iter()
        .flat_map(|kept| kept.runs())
        .map(|(stream, run)| (stream, &run.of[..], run.first))
        .collect();
    for (stream, run) in load.all_runs() {
        if !named.contains(&(stream, &run.of[..], run.first)) {
            pages::let_go(&setup.store, stream, &run.of, run.numbers()).await;
        }
    }
}

/// Lets the blocks go that a load's last process wrote and did not count any more before it died.
pub(super) async fn let_go_uncounted(setup: &Setup, load: &Load) {
    let of = load.run_id();
    for part in load.parts.iter().chain(&load.hidden) {
        // A stream may be there twice: carried over, and walked for the sake of another.
        let own = load
            .runs()
            .filter(|(stream, run)| *stream == part.stream && run.of == of);
        let end = own.map(|(_, run)| run.numbers().end).max().unwrap_or(0);
        let beyond = end..end.saturating_add(UNCOUNTED);
        pages::let_go(&setup.store, &part.stream, &of, beyond).await;
    }
}

/// Gives all blocks that a load names the life that its record has.
pub(super) async fn prolong(setup: &Setup, owner: &Owner, load: &Load) -> Result<(), LoadError> {
    for (stream, run) in load.runs() {
        let life = setup.life(owner);
        patiently(|| async { Ok(pages::prolong(&setup.store, stream, run, life).await?) }).await?;
    }
    Ok(())
}

/// Prolongs the life of a snapshot that is looked at, once a day, beside the request that looks. One that a lent token
/// brought is not for keeping.
pub(super) async fn keep(
    parts: &Arc<Parts>,
    owner: &Owner,
    provider: &str,
    snapshot: &Load,
) -> Result<(), LoadError> {
    if lent::is_lent(owner) {
        return Ok(());
    }
    let setup = &parts.setup;
    let life = setup.bounds.item_ttl;
    let looked = keys::looked(owner, provider);
    let pause = LOOK_EVERY.min(life / 4).min(setup.vault.forget_after() / 4);
    if !setup.store.set_new(&looked, b"", Some(pause)).await? {
        return Ok(());
    }
    let records = [
        keys::load(owner, provider),
        keys::snapshot(owner, provider),
        keys::changes(owner, provider),
    ];
    let (all, snapshot) = (Arc::clone(parts), snapshot.clone());
    let (owner, provider) = (owner.clone(), provider.to_owned());
    let task = parts.tracker.track_future(async move {
        let store = &all.setup.store;
        let mut done = store.expire_many(&records, life).await;
        for (stream, run) in snapshot.runs() {
            if done.is_ok() {
                done = pages::prolong(store, stream, run, life).await;
            }
        }
        if let Err(error) = done {
            tracing::warn!(%error, "a snapshot that is looked at could not be prolonged");
        }
        if let Err(error) = all.setup.vault.note_look(&owner, &provider).await {
            tracing::warn!(%error, "a look at a connection could not be noted");
        }
    });
    setup.tasks.spawn(task);
    Ok(())
}

/// Takes the ground from under a load that runs, and answers what there was to forget.
pub(super) async fn withdraw(
    setup: &Setup,
    owner: &Owner,
    provider: &str,
) -> Result<Vec<Load>, LoadError> {
    let lease = keys::load_lease(owner, provider);
    let choice = keys::choice(owner, provider);
    take_away(setup, owner, provider, vec![lease, choice]).await
}

/// Takes all that was loaded out of sight, and what else lies under `also`; answers what there was.
pub(super) async fn take_away(
    setup: &Setup,
    owner: &Owner,
    provider: &str,
    also: Vec<Key>,
) -> Result<Vec<Load>, LoadError> {
    let records = [keys::load(owner, provider), keys::snapshot(owner, provider)];
    let mut known = Vec::new();
    for record in &records {
        known.extend(report::read(&setup.store, record).await?);
    }
    let beside = [
        keys::looked(owner, provider),
        keys::changes(owner, provider),
    ];
    let all: Vec<Key> = records.into_iter().chain(beside).chain(also).collect();
    setup.store.delete_many(&all).await?;
    Ok(known)
}

/// Deletes the blocks of loads that were withdrawn.
pub(super) async fn erase(setup: &Setup, loads: &[Load]) -> Result<(), LoadError> {
    for (stream, run) in loads.iter().flat_map(Load::all_runs) {
        pages::delete(&setup.store, stream, run).await?;
    }
    Ok(())
}
