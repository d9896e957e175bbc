//! What was changed at the provider through Patchbay since it was loaded: shown at once, whatever the next load brings.
//!
//! A changed item is noted, sealed, beside the snapshot. Each look reads the version of the notes, and the notes
//! themselves only when the index is built. A note counts until a load that began after it has brought its stream anew.

mod counted;

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::report::{self, Load};
use super::shelf::Edition;
use super::view::{Shown, aside};
use super::{LoadError, Loads, Setup, dedup};
use crate::item::Item;
use crate::owner::Owner;
use crate::providers::Profile;
use crate::store::{Key, Note, Notes, keys};
use crate::vault::KeyRing;
use crate::vault::cipher::Binding;
use crate::vault::rotate::Record;

pub(super) use counted::Changes;

/// Changed items of a connection that are noted at most: some thousands of contacts as they mostly are, and never more
/// than an index can hold beside it.
const MOST: usize = 4_000;
const MOST_BYTES: usize = 8 << 20;

/// What was done to an item at the provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It was made, or is another now.
    Put(Box<Item>),
    /// It is there no more.
    Gone {
        /// Its type.
        kind: String,
        /// The provider's own id.
        id: String,
    },
}

/// A change, as it is noted.
#[derive(Serialize, Deserialize)]
struct Entry {
    at: Timestamp,
    change: Change,
}

impl Change {
    /// The type and the id of the item.
    fn of(&self) -> (&str, &str) {
        match self {
            Self::Put(item) => (&item.kind, &item.id),
            Self::Gone { kind, id } => (kind, id),
        }
    }

    /// What it is noted under; the id is not to be read from it.
    fn field(&self) -> String {
        let (kind, id) = self.of();
        format!("{:032x}", digest(kind, id))
    }
}

/// Which item of its provider it is. The same in every process, whatever else is changed.
pub(super) fn digest(kind: &str, id: &str) -> u128 {
    dedup::hash(&format!("{}:{kind}:{id}", kind.len()))
}

impl Loads {
    /// Notes what was just done to an item at the provider, so that the loaded items show it at once. Call it after the
    /// provider has answered. Where there is neither a connection nor anything loaded, there is nothing to show it:
    /// somebody has disconnected meanwhile.
    pub async fn note_change(
        &self,
        owner: &Owner,
        provider: &str,
        change: Change,
    ) -> Result<(), LoadError> {
        let setup = &self.parts.setup;
        let snapshot = keys::snapshot(owner, provider);
        let load = report::read(&setup.store, &snapshot).await?;
        if load.is_none() && !is_connected(setup, owner, provider).await? {
            return Ok(());
        }
        if put(setup, owner, provider, &change).await? {
            return Ok(());
        }
        if let Some(load) = load {
            let shown = Shown {
                provider: provider.to_owned(),
                load,
            };
            let_go(setup, owner, &shown).await?;
        }
        if !put(setup, owner, provider, &change).await? {
            tracing::warn!(
                provider,
                "more items were changed than can be noted until the next load"
            );
        }
        Ok(())
    }
}

async fn is_connected(setup: &Setup, owner: &Owner, provider: &str) -> Result<bool, LoadError> {
    let key = keys::connection(owner, provider);
    Ok(setup.store.get_versioned(&key).await?.is_some())
}

/// Notes a change; `false` where there is no room.
async fn put(
    setup: &Setup,
    owner: &Owner,
    provider: &str,
    change: &Change,
) -> Result<bool, LoadError> {
    let (at, field) = (setup.clock.now(), change.field());
    let change = change.clone();
    let plain = serde_json::to_vec(&Entry { at, change }).map_err(|_| LoadError::Gone)?;
    let sealed = bound(owner, provider, &field, |binding| {
        setup.ring.seal(binding, &plain)
    })?;
    let note = Note {
        field: &field,
        bytes: &sealed,
        now_ms: at.as_millisecond(),
        most: MOST,
        most_bytes: MOST_BYTES,
        life: setup.bounds.item_ttl,
    };
    Ok(setup
        .store
        .note(&keys::changes(owner, provider), &note)
        .await?)
}

/// The snapshots as they are now.
pub(super) async fn editions(
    setup: &Setup,
    owner: &Owner,
    shown: &[Shown],
) -> Result<Arc<[Edition]>, LoadError> {
    let maps: Vec<Key> = shown
        .iter()
        .map(|of| keys::changes(owner, &of.provider))
        .collect();
    let versions = setup.store.note_versions(&maps).await?;
    Ok(shown.iter().zip(versions).map(edition).collect())
}

fn edition((shown, version): (&Shown, Option<String>)) -> Edition {
    Edition::new(&shown.provider, &shown.load, version)
}

/// The changes that count for some snapshots, and the editions that these are with them.
pub(super) async fn read(
    setup: &Setup,
    owner: &Owner,
    shown: &[Shown],
) -> Result<(Changes, Arc<[Edition]>), LoadError> {
    let (mut changes, mut editions) = (Changes::default(), Vec::new());
    for shown in shown {
        let map = keys::changes(owner, &shown.provider);
        let mut notes = setup.store.notes(&map).await?;
        editions.push(edition((shown, notes.version.take())));
        changes.more |= notes.full_ms.is_some_and(|ms| !is_over(ms, &shown.load));
        let profile = profile(setup, &shown.provider);
        for (_, entry) in open_all(setup, owner, &shown.provider, notes).await? {
            changes.add(profile, shown, entry?);
        }
    }
    Ok((changes, editions.into()))
}

/// Whether a load began after there was no room for a note, in milliseconds since 1970.
fn is_over(full_ms: i64, load: &Load) -> bool {
    let full = Timestamp::from_millisecond(full_ms).unwrap_or_default();
    counted::is_before(full, load.started_at)
}

/// Lets the changes go that the snapshot has brought since. Those that cannot be opened go with them: nothing is
/// known of them, and they would keep the snapshot from being read.
pub(super) async fn let_go(setup: &Setup, owner: &Owner, shown: &Shown) -> Result<(), LoadError> {
    let map = keys::changes(owner, &shown.provider);
    let mut notes = setup.store.notes(&map).await?;
    let Some(version) = notes.version.take() else {
        return Ok(());
    };
    let full = notes.full_ms.is_some_and(|ms| is_over(ms, &shown.load));
    let profile = profile(setup, &shown.provider);
    let entries = open_all(setup, owner, &shown.provider, notes).await?;
    let over = entries.into_iter().filter(|(_, entry)| match entry {
        Ok(entry) => counted::is_over(profile, &shown.load, entry),
        Err(_) => true,
    });
    let over: Vec<String> = over.map(|(field, _)| field).collect();
    if full || !over.is_empty() {
        // Where something was noted meanwhile, the next load does it.
        setup.store.drop_notes(&map, &version, &over, full).await?;
    }
    Ok(())
}

fn profile(setup: &Setup, provider: &str) -> Option<&'static Profile> {
    setup
        .registry
        .get(provider)
        .map(|provider| provider.profile())
}

/// The changes with their fields, each as far as it can be opened.
async fn open_all(
    setup: &Setup,
    owner: &Owner,
    provider: &str,
    notes: Notes,
) -> Result<Vec<(String, Result<Entry, LoadError>)>, LoadError> {
    let (ring, owner) = (Arc::clone(&setup.ring), owner.clone());
    let provider = provider.to_owned();
    aside(move || {
        let notes = notes.notes.into_iter();
        let opened = notes.map(|(field, sealed)| {
            let entry = open(&ring, &owner, &provider, (&field, &sealed));
            (field, entry)
        });
        opened.collect()
    })
    .await
}

fn open(
    ring: &KeyRing,
    owner: &Owner,
    provider: &str,
    (field, sealed): (&str, &[u8]),
) -> Result<Entry, LoadError> {
    let plain = bound(owner, provider, field, |binding| ring.open(binding, sealed))?;
    serde_json::from_slice(&plain).map_err(|_| LoadError::Gone)
}

/// A change as a rotation of keys sees it.
pub(super) fn record(owner: &Owner, provider: &str, field: String) -> Record {
    let key = keys::changes(owner, provider);
    bound(owner, provider, &field.clone(), |binding| {
        Record::field(key, field, binding)
    })
}

fn bound<T>(owner: &Owner, provider: &str, field: &str, work: impl FnOnce(Binding<'_>) -> T) -> T {
    work(Binding {
        purpose: "change",
        parts: &[&owner.org, &owner.user, provider, field],
    })
}
