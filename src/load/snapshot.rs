//! The pages of a snapshot: compressed, sealed, each under a key of its own.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use super::hold::Hold;
use super::report::{self, Load, Part, Status};
use super::{LoadError, Setup};
use crate::item::Item;
use crate::items::PageSource;
use crate::owner::Owner;
use crate::store::{Key, Store, StoreError, keys};
use crate::vault::KeyRing;
use crate::vault::cipher::Binding;

/// Of zstd's levels, the one that is its default: fast, and pages of JSON shrink to a tenth.
const LEVEL: i32 = 3;
/// Pages of a snapshot that is no longer the current one are kept for those who are just reading them.
const GRACE: Duration = Duration::from_secs(60);
/// How long a write is tried again while the store is away.
const WRITE_PATIENCE: Duration = Duration::from_secs(60);
const WRITE_AGAIN: Duration = Duration::from_millis(500);
/// A look notes itself at most this often.
const LOOK_EVERY: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

/// Writes what a load brings.
pub(super) struct Writer<'a> {
    pub(super) setup: &'a Setup,
    pub(super) owner: &'a Owner,
    pub(super) provider: &'a str,
    pub(super) load: &'a str,
    pub(super) hold: Hold<'a>,
    /// How many pages of each stream are written, to be let go if the load comes to nothing.
    pub(super) written: &'a Written,
}

/// Pages that were written, by stream.
pub(super) type Written = Mutex<HashMap<String, u32>>;

impl Writer<'_> {
    /// Stores a page of a stream.
    pub(super) async fn page(
        &self,
        stream: &str,
        number: u32,
        items: &[Item],
    ) -> Result<(), LoadError> {
        let plain = serde_json::to_vec(items).map_err(|_| LoadError::Gone)?;
        let packed = zstd::bulk::compress(&plain, LEVEL).map_err(|_| LoadError::Gone)?;
        let place = Place::new(self.owner, self.provider, self.load, stream, number);
        let sealed = self
            .setup
            .ring
            .seal(place.binding(&place.parts()), &packed)?;
        let key = keys::page(self.load, stream, number);
        let life = self.setup.bounds.item_ttl;
        self.written
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(stream.to_owned(), number + 1);
        patiently(|| async { Ok(self.setup.store.set(&key, &sealed, Some(life)).await?) }).await
    }

    /// Shows how far the load is.
    pub(super) async fn progress(&self, load: &Load) -> Result<(), LoadError> {
        let key = keys::load(self.owner, self.provider);
        patiently(|| self.hold.write(&key, load)).await
    }

    /// Makes the load's pages the current snapshot, in one step, and lets the old ones go.
    pub(super) async fn publish(&self, load: &Load, old: Option<&Load>) -> Result<(), LoadError> {
        let key = keys::snapshot(self.owner, self.provider);
        patiently(|| self.hold.write(&key, load)).await?;
        if let Some(old) = old {
            let kept = |part: &&Part| load.parts.iter().any(|new| same_pages(new, part));
            for part in old.parts.iter().filter(|part| !kept(part)) {
                let_go(&self.setup.store, part).await?;
            }
        }
        Ok(())
    }
}

fn same_pages(one: &Part, other: &Part) -> bool {
    one.pages_of == other.pages_of && one.stream == other.stream
}

/// Tries again while the store is away: what was fetched is not thrown away for a restart of Redis.
async fn patiently<W>(mut write: impl FnMut() -> W) -> Result<(), LoadError>
where
    W: Future<Output = Result<(), LoadError>>,
{
    let deadline = tokio::time::Instant::now() + WRITE_PATIENCE;
    loop {
        match write().await {
            Err(LoadError::Store(StoreError::Away(why)))
                if tokio::time::Instant::now() < deadline =>
            {
                tracing::debug!(why, "a load waits for the store");
                tokio::time::sleep(WRITE_AGAIN).await;
            }
            result => return result,
        }
    }
}

/// Lets the pages of a part go, after a while.
pub(super) async fn let_go(store: &Store, part: &Part) -> Result<(), StoreError> {
    for number in 0..part.pages {
        store
            .expire(&keys::page(&part.pages_of, &part.stream, number), GRACE)
            .await?;
    }
    Ok(())
}

/// Prolongs the life of a snapshot that is looked at, once a day.
pub(super) async fn keep(
    setup: &Setup,
    owner: &Owner,
    provider: &str,
    snapshot: &Load,
) -> Result<(), LoadError> {
    let now = setup.clock.now();
    if snapshot.looked_at.duration_until(now) < LOOK_EVERY {
        return Ok(());
    }
    let life = setup.bounds.item_ttl;
    for part in &snapshot.parts {
        for number in 0..part.pages {
            setup
                .store
                .expire(&keys::page(&part.pages_of, &part.stream, number), life)
                .await?;
        }
    }
    let looked = Load {
        looked_at: now,
        ..snapshot.clone()
    };
    Ok(report::write(
        &setup.store,
        &keys::snapshot(owner, provider),
        &looked,
        life,
    )
    .await?)
}

/// Lets the pages of a load go that came to nothing.
pub(super) async fn let_all_go(
    store: &Store,
    load: &str,
    written: &Written,
) -> Result<(), StoreError> {
    let written = std::mem::take(&mut *written.lock().unwrap_or_else(PoisonError::into_inner));
    for (stream, pages) in written {
        for number in 0..pages {
            store
                .expire(&keys::page(load, &stream, number), GRACE)
                .await?;
        }
    }
    Ok(())
}

/// Deletes the snapshot and the report of the last load, and takes the ground from under one that runs.
pub(super) async fn forget(setup: &Setup, owner: &Owner, provider: &str) -> Result<(), LoadError> {
    let (load, snapshot) = (keys::load(owner, provider), keys::snapshot(owner, provider));
    let known = [
        report::read(&setup.store, &load).await?,
        report::read(&setup.store, &snapshot).await?,
    ];
    let lease = keys::load_lease(owner, provider);
    for key in [&load, &snapshot, &lease] {
        setup.store.delete(key).await?;
    }
    for part in known.iter().flatten().flat_map(|load| &load.parts) {
        for number in 0..part.pages {
            delete(
                &setup.store,
                &keys::page(&part.pages_of, &part.stream, number),
            )
            .await?;
        }
    }
    Ok(())
}

async fn delete(store: &Store, key: &Key) -> Result<(), StoreError> {
    store.delete(key).await.map(drop)
}

/// Whether a load, of which nobody holds the lease, did not come to its end.
pub(super) fn is_dead(load: &Load) -> bool {
    matches!(load.status, Status::Running | Status::Interrupted)
}

/// Where a page belongs; it opens nowhere else.
struct Place<'a> {
    owner: &'a Owner,
    provider: &'a str,
    load: &'a str,
    stream: &'a str,
    number: String,
}

impl<'a> Place<'a> {
    fn new(
        owner: &'a Owner,
        provider: &'a str,
        load: &'a str,
        stream: &'a str,
        number: u32,
    ) -> Self {
        Self {
            owner,
            provider,
            load,
            stream,
            number: number.to_string(),
        }
    }

    fn parts(&self) -> [&str; 6] {
        [
            &self.owner.org,
            &self.owner.user,
            self.provider,
            self.load,
            self.stream,
            &self.number,
        ]
    }

    fn binding<'b>(&self, parts: &'b [&'b str; 6]) -> Binding<'b> {
        Binding {
            purpose: "page",
            parts,
        }
    }
}

/// Reads the pages of some parts, one after the other.
pub struct Reader<'a> {
    store: &'a Store,
    ring: &'a KeyRing,
    owner: &'a Owner,
    provider: &'a str,
    parts: &'a [Part],
    part: usize,
    number: u32,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        store: &'a Store,
        ring: &'a KeyRing,
        owner: &'a Owner,
        provider: &'a str,
        parts: &'a [Part],
    ) -> Self {
        Self {
            store,
            ring,
            owner,
            provider,
            parts,
            part: 0,
            number: 0,
        }
    }

    /// A page of a part.
    pub async fn page(&self, part: &Part, number: u32) -> Result<Vec<Item>, LoadError> {
        let key = keys::page(&part.pages_of, &part.stream, number);
        let sealed = self.store.get(&key).await?.ok_or(LoadError::Gone)?;
        let place = Place::new(
            self.owner,
            self.provider,
            &part.pages_of,
            &part.stream,
            number,
        );
        let packed = self.ring.open(place.binding(&place.parts()), &sealed)?;
        let plain = zstd::stream::decode_all(&packed[..]).map_err(|_| LoadError::Gone)?;
        serde_json::from_slice(&plain).map_err(|_| LoadError::Gone)
    }
}

#[async_trait]
impl PageSource for Reader<'_> {
    type Error = LoadError;

    async fn next_page(&mut self) -> Result<Option<Vec<Item>>, LoadError> {
        while let Some(part) = self.parts.get(self.part) {
            if self.number < part.pages {
                let items = self.page(part, self.number).await?;
                self.number += 1;
                return Ok(Some(items));
            }
            self.part += 1;
            self.number = 0;
        }
        Ok(None)
    }
}
