//! The changes that count for some snapshots, and what becomes of the loaded rows under them.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::{Change, Entry};
use crate::item::Item;
use crate::items::Row;
use crate::load::report::{Load, Outcome, Part};
use crate::load::view::Shown;
use crate::providers::Profile;

/// See the module.
#[derive(Default)]
pub(in crate::load) struct Changes {
    by_id: HashMap<String, Vec<Changed>>,
    /// There was no room for others.
    pub(in crate::load) more: bool,
}

/// A changed item.
struct Changed {
    provider: String,
    kind: String,
    /// As it is now; `None` where it is there no more.
    item: Option<Item>,
    /// The loaded row in whose place it stands, once that has come by.
    instead_of: Option<u32>,
}

impl Changes {
    /// Adds a change of a snapshot, if it counts.
    pub(super) fn add(&mut self, profile: Option<&Profile>, shown: &Shown, entry: Entry) {
        let (kind, id) = entry.change.of();
        let (kind, id) = (kind.to_owned(), id.to_owned());
        let brought = part(profile, &shown.load, &kind).is_some_and(is_brought);
        if !brought || is_over(profile, &shown.load, &entry) {
            return;
        }
        let changed = Changed {
            provider: shown.provider.clone(),
            kind,
            item: match entry.change {
                Change::Put(item) => Some(*item),
                Change::Gone { .. } => None,
            },
            instead_of: None,
        };
        self.by_id.entry(id).or_default().push(changed);
    }

    /// Whether a loaded row, which has this number, is left as it is. Where it was changed at the provider later than the
    /// item that is noted, the note is forgotten.
    pub(in crate::load) fn leave(&mut self, number: u32, row: &Row<'_>) -> bool {
        let Some(changed) = self.by_id.get_mut(row.id) else {
            return true;
        };
        let is_it = |one: &Changed| one.provider == row.provider && one.kind == row.kind;
        let Some((at, found)) = changed.iter_mut().enumerate().find(|(_, one)| is_it(one)) else {
            return true;
        };
        let wins = found.item.as_ref().is_some_and(|item| is_later(row, item));
        if wins {
            changed.swap_remove(at);
        } else {
            found.instead_of.get_or_insert(number);
        }
        wins
    }

    /// The changed items, in an order that depends on nothing else, each with the loaded row in whose place it stands; one
    /// that was made since stands in the place of none.
    pub(in crate::load) fn into_items(self) -> Vec<(Item, Option<u32>)> {
        let changed = self.by_id.into_values().flatten();
        let items = changed.filter_map(|one| Some((one.item?, one.instead_of)));
        let mut items: Vec<(Item, Option<u32>)> = items.collect();
        let name = |item: &Item| (item.provider.clone(), item.kind.clone(), item.id.clone());
        items.sort_by_cached_key(|(item, _)| name(item));
        items
    }
}

fn is_later(row: &Row<'_>, noted: &Item) -> bool {
    let times = row.modified.zip(noted.last_modified_time);
    times.is_some_and(|(row, noted)| row > noted)
}

/// How far the clocks of two replicas may be apart: a change is noted by one, and loaded by another.
pub(super) const CLOCKS_APART: SignedDuration = SignedDuration::from_secs(30);

/// Whether what a load has brought, or has of earlier ones, surely began to be read after the change. A change that is
/// noted for longer than it need be does no harm: what was loaded later wins over it.
pub(super) fn is_over(profile: Option<&Profile>, load: &Load, entry: &Entry) -> bool {
    let part = part(profile, load, entry.change.of().0);
    let begun = part
        .and_then(|part| part.begun_at)
        .unwrap_or(load.started_at);
    is_before(entry.at, begun)
}

/// Whether a moment was before another, which a clock of another replica may have told.
pub(super) fn is_before(moment: Timestamp, other: Timestamp) -> bool {
    other.duration_since(moment) > CLOCKS_APART
}

/// The part of a load that brings items of a type.
fn part<'a>(profile: Option<&Profile>, load: &'a Load, kind: &str) -> Option<&'a Part> {
    let mut streams = profile?.streams.iter();
    let stream = streams.find(|stream| stream.kinds.iter().any(|known| known.id == kind))?;
    load.parts.iter().find(|part| part.stream == stream.id)
}

fn is_brought(part: &Part) -> bool {
    part.outcome == Outcome::Done || part.loaded_at.is_some()
}
