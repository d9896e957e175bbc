//! What was written through the API: contacts that were made, changed or archived, over the computed ones.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::data::FIRST_MADE_ID;
use crate::sandbox::clock;

/// Property values that were set. They replace the computed ones.
pub type Values = BTreeMap<&'static str, String>;

/// The written contacts of one account, by id.
#[derive(Debug, Clone, Default)]
pub struct Overlay {
    entries: BTreeMap<u64, Entry>,
    made: u64,
}

/// One written contact.
#[derive(Debug, Clone)]
pub struct Entry {
    /// When it was made through the API; `None` for a computed contact that was changed.
    pub made: Option<Timestamp>,
    /// Its states, oldest first: a search sees an older one than a read.
    versions: Vec<Version>,
}

/// The state of a contact from a moment on.
#[derive(Debug, Clone, Default)]
pub struct Version {
    pub at: Timestamp,
    pub values: Values,
    pub archived_at: Option<Timestamp>,
}

/// Versions that nobody can see any more are dropped when a contact has this many.
const MAX_VERSIONS: usize = 16;

impl Overlay {
    pub fn get(&self, id: u64) -> Option<&Entry> {
        self.entries.get(&id)
    }

    /// The entries from `id` on, ascending.
    pub fn from(&self, id: u64) -> impl Iterator<Item = (u64, &Entry)> {
        self.entries.range(id..).map(|(id, entry)| (*id, entry))
    }

    /// Makes a contact and says its id.
    pub fn make(&mut self, values: Values, now: Timestamp) -> u64 {
        // Odd steps, so that no client can count on the next id.
        let id = FIRST_MADE_ID + self.made * 1_013 + self.made % 7;
        self.made += 1;
        let version = Version {
            at: now,
            values,
            archived_at: None,
        };
        self.entries.insert(
            id,
            Entry {
                made: Some(now),
                versions: vec![version],
            },
        );
        id
    }

    /// Sets values of a contact; those it already has stay.
    pub fn change(&mut self, id: u64, values: Values, now: Timestamp) {
        self.next(id, now, |version| version.values.extend(values));
    }

    /// Archives a contact: it is then seen with `archived=true` only.
    pub fn archive(&mut self, id: u64, now: Timestamp) {
        self.next(id, now, |version| version.archived_at = Some(now));
    }

    fn next(&mut self, id: u64, now: Timestamp, edit: impl FnOnce(&mut Version)) {
        let entry = self.entries.entry(id).or_insert(Entry {
            made: None,
            versions: Vec::new(),
        });
        let mut version = entry.versions.last().cloned().unwrap_or_default();
        version.at = now;
        edit(&mut version);
        entry.versions.push(version);
        if entry.versions.len() > MAX_VERSIONS {
            entry.versions.remove(0);
        }
    }
}

impl Entry {
    /// The state as it was at `moment`; `None` when the contact was untouched, or not there yet.
    pub fn at(&self, moment: Timestamp) -> Option<&Version> {
        self.versions
            .iter()
            .rev()
            .find(|version| version.at <= moment)
    }
}

impl Version {
    /// When the contact was last changed, seen at `now`.
    ///
    /// Recorded answers show a written contact change once more some seconds later, when HubSpot
    /// has calculated its own properties.
    pub fn updated(&self, now: Timestamp) -> Timestamp {
        let settled = clock::plus_ms(self.at, 3_217);
        if settled <= now { settled } else { self.at }
    }
}
