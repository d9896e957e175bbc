//! The records of an account as a caller sees them at a moment: the computed ones under the written ones.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    data::{Base, FIRST_MADE_ID, Kind, index_of_email},
    overlay::{Overlay, Version},
    portals::Portal,
};

/// The records of one kind.
#[derive(Debug, Clone)]
pub struct View {
    pub portal: &'static Portal,
    pub kind: Kind,
    /// How many records are computed.
    pub size: u64,
    pub overlay: Arc<Overlay>,
    /// When the caller looks.
    pub now: Timestamp,
    /// What was written after this is not seen yet: `now`, or earlier for a search.
    pub horizon: Timestamp,
}

/// One record.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub kind: Kind,
    pub id: u64,
    base: Option<Base>,
    version: Option<&'a Version>,
    made: Option<Timestamp>,
    now: Timestamp,
}

impl View {
    /// The record with this id, archived or not.
    pub fn row(&self, id: u64) -> Option<Row<'_>> {
        let base =
            Base::of_id(self.kind, self.portal.seed, id).filter(|base| base.index < self.size);
        let entry = self.written().and_then(|overlay| overlay.get(id));
        let version = entry.and_then(|entry| entry.at(self.horizon));
        let made = entry.and_then(|entry| entry.made);
        if base.is_none() && (made.is_none() || version.is_none()) {
            return None;
        }
        Some(Row {
            kind: self.kind,
            id,
            base,
            version,
            made,
            now: self.now,
        })
    }

    /// The record with this id that is not archived.
    pub fn live(&self, id: u64) -> Option<Row<'_>> {
        self.row(id).filter(|row| row.archived_at().is_none())
    }

    /// The records that are not archived, from `id` on, ascending by id.
    pub fn live_from(&self, id: u64) -> impl Iterator<Item = Row<'_>> {
        let seed = self.portal.seed;
        let start = Base::at_or_after(self.kind, seed, id).index;
        let computed = (start..self.size)
            .map(move |index| Base {
                kind: self.kind,
                seed,
                index,
            })
            .map(|base| self.over(base));
        let made = self
            .written()
            .into_iter()
            .flat_map(move |overlay| overlay.from(id.max(FIRST_MADE_ID)));
        let made = made.filter_map(|(id, _)| self.row(id));
        computed
            .chain(made)
            .filter(|row| row.archived_at().is_none())
    }

    /// The archived records from `id` on, ascending by id.
    pub fn archived_from(&self, id: u64) -> impl Iterator<Item = Row<'_>> {
        let written = self
            .written()
            .into_iter()
            .flat_map(move |overlay| overlay.from(id));
        written
            .filter_map(|(id, _)| self.row(id))
            .filter(|row| row.archived_at().is_some())
    }

    /// The contact that holds this email and is not archived.
    ///
    /// The comparison is without case, and HubSpot documents that an email is unique also
    /// against the additional emails of other contacts.
    pub fn by_email(&self, email: &str) -> Option<Row<'_>> {
        let computed = index_of_email(email)
            .filter(|index| *index < self.size)
            .and_then(|index| {
                self.live(
                    Base {
                        kind: self.kind,
                        seed: self.portal.seed,
                        index,
                    }
                    .id(),
                )
            });
        computed.filter(|row| row.holds(email)).or_else(|| {
            let written = self.written()?.from(0);
            written
                .filter_map(|(id, _)| self.live(id))
                .find(|row| row.holds(email))
        })
    }

    /// Only contacts can be written through this stand-in.
    fn written(&self) -> Option<&Overlay> {
        (self.kind == Kind::Contacts).then_some(&*self.overlay)
    }

    fn over(&self, base: Base) -> Row<'_> {
        let id = base.id();
        let entry = self.written().and_then(|overlay| overlay.get(id));
        let version = entry.and_then(|entry| entry.at(self.horizon));
        Row {
            kind: self.kind,
            id,
            base: Some(base),
            version,
            made: None,
            now: self.now,
        }
    }
}

impl Row<'_> {
    pub fn created(&self) -> Timestamp {
        self.base
            .map(Base::created)
            .or(self.made)
            .unwrap_or_default()
    }

    pub fn updated(&self) -> Timestamp {
        let written = self.version.map(|version| version.updated(self.now));
        written
            .or_else(|| self.base.map(Base::updated))
            .unwrap_or_default()
    }

    pub fn archived_at(&self) -> Option<Timestamp> {
        self.version?.archived_at
    }

    /// The value of a property, the automatic ones included.
    pub fn value(&self, name: &str) -> Option<String> {
        match name {
            "hs_object_id" => Some(self.id.to_string()),
            "createdate" => Some(super::data::iso(self.created())),
            name if name == self.kind.modified() => Some(super::data::iso(self.updated())),
            name => {
                let set = self
                    .version
                    .and_then(|version| version.values.get(name))
                    .cloned();
                set.or_else(|| self.base.and_then(|base| base.value(name)))
            }
        }
    }

    /// Whether this email, in any case, is one of the contact's.
    fn holds(&self, email: &str) -> bool {
        let more = self.value("hs_additional_emails").unwrap_or_default();
        let own = self.value("email").unwrap_or_default();
        std::iter::once(own.as_str())
            .chain(more.split(';'))
            .any(|held| {
                !held.is_empty() && held.trim().to_lowercase() == email.trim().to_lowercase()
            })
    }
}
