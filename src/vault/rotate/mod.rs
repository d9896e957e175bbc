//! `patchbay keys rotate`: what an older key of the ring sealed is sealed anew with the first one.
//!
//! It may run while Patchbay serves, be stopped at any moment and be run again: each record is replaced in one
//! step, only if it is still what was read, and what the first key sealed is left alone. A record that no key
//! opens is reported and left as it is, byte for byte.

mod figures;
mod record;

#[cfg(test)]
mod tests;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use tokio::time::Instant;

use super::KeyRing;
use super::cipher::CipherError;
use crate::store::{Store, StoreError, Walk};

pub use figures::{Figures, Outcome, Total, Unreadable, Why};
pub use record::{ByName, CONNECTIONS, Kind, Record, Records};

use record::Held;

/// Records that are worked on at once. With each of them a write waits for the disk, and Redis lets them wait
/// together.
const AT_ONCE: usize = 8;
/// How often a record that changes under our hands is read again. Each time somebody else wrote it, with the
/// first key if theirs is ours.
const TRIES: usize = 20;

/// What is done to the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// What an older key sealed is sealed anew.
    Rotate,
    /// Nothing is written; every record is opened, also those of the first key.
    DryRun,
}

/// Something to tell while it goes on.
#[derive(Debug)]
pub enum Event<'a> {
    /// So far it is.
    Progress(&'a Figures),
    /// A record that cannot be opened.
    Unreadable(&'a Unreadable),
}

/// Rotates all records of some kinds, one kind after the other; answers the figures of each. An error leaves
/// what was done done.
pub async fn rotate(
    store: &Store,
    ring: &KeyRing,
    kinds: &[&dyn Kind],
    mode: Mode,
    tell: impl FnMut(Event<'_>),
) -> Result<Vec<Figures>, StoreError> {
    each(store, ring, kinds, mode, tell, |_| true).await
}

/// Opens some records of each kind: until `most` of them were found, or until `until`. Nothing is written.
pub async fn sample(
    store: &Store,
    ring: &KeyRing,
    kinds: &[&dyn Kind],
    most: u64,
    until: Instant,
) -> Result<Vec<Figures>, StoreError> {
    let goes_on = |figures: &Figures| figures.found() < most && Instant::now() < until;
    each(store, ring, kinds, Mode::DryRun, |_| {}, goes_on).await
}

/// Works on one kind after the other, on each as long as it `goes_on`.
async fn each(
    store: &Store,
    ring: &KeyRing,
    kinds: &[&dyn Kind],
    mode: Mode,
    mut tell: impl FnMut(Event<'_>),
    goes_on: impl Fn(&Figures) -> bool,
) -> Result<Vec<Figures>, StoreError> {
    let mut all = Vec::new();
    for kind in kinds {
        let work = Work {
            store,
            ring,
            kind: *kind,
            mode,
        };
        let mut figures = Figures::new(kind.title());
        let mut walk = Walk::default();
        while goes_on(&figures) {
            let Some(names) = store.walk(kind.glob(), &mut walk).await? else {
                break;
            };
            work.batch(names, &mut figures, &mut tell).await?;
        }
        all.push(figures);
    }
    Ok(all)
}

struct Work<'a> {
    store: &'a Store,
    ring: &'a KeyRing,
    kind: &'a dyn Kind,
    mode: Mode,
}

impl Work<'_> {
    async fn batch(
        &self,
        names: Vec<String>,
        figures: &mut Figures,
        tell: &mut impl FnMut(Event<'_>),
    ) -> Result<(), StoreError> {
        let records = stream::iter(names)
            .map(|name| async move { self.kind.records(self.store, &name).await })
            .buffered(AT_ONCE)
            .map_ok(|records| stream::iter(records).map(Ok::<_, StoreError>))
            .try_flatten();
        let mut ended = records
            .map_ok(|record| async move { Ok((self.one(&record).await?, record)) })
            .try_buffer_unordered(AT_ONCE);
        while let Some((outcome, record)) = ended.try_next().await? {
            figures.count(&outcome);
            if let Outcome::Unreadable(why) = outcome {
                tell(Event::Unreadable(&Unreadable {
                    record: record.to_string(),
                    why,
                }));
            }
            tell(Event::Progress(figures));
        }
        Ok(())
    }

    /// Reads a record and seals it anew, again and again while somebody else is first.
    async fn one(&self, record: &Record) -> Result<Outcome, StoreError> {
        for _ in 0..TRIES {
            let held = match record.read(self.store).await? {
                Ok(Some(held)) => held,
                Ok(None) => return Ok(Outcome::Gone),
                Err(why) => return Ok(Outcome::Unreadable(why)),
            };
            if let Some(outcome) = self.look(record, &held).await? {
                return Ok(outcome);
            }
        }
        Err(StoreError::Away(format!(
            "{record} is written too often to be replaced"
        )))
    }

    /// What comes of a record; `None` where somebody has changed it since it was read.
    async fn look(&self, record: &Record, held: &Held) -> Result<Option<Outcome>, StoreError> {
        let Some(by) = self.ring.sealed_by(held.bytes()) else {
            return Ok(Some(Outcome::Unreadable(Why::Damaged)));
        };
        if by.first && self.mode == Mode::Rotate {
            return Ok(Some(Outcome::New));
        }
        let plain = match self.ring.open(record.binding().as_ref(), held.bytes()) {
            Ok(plain) => plain,
            Err(error) => return Ok(Some(Outcome::Unreadable(Why::of(error, by.id)))),
        };
        if by.first {
            return Ok(Some(Outcome::New));
        }
        let done = Outcome::Old(by.id.to_owned());
        if self.mode == Mode::DryRun {
            return Ok(Some(done));
        }
        let written = match self.ring.seal(record.binding().as_ref(), &plain) {
            Ok(sealed) => record.replace(self.store, held, &sealed).await?,
            Err(error) => return Ok(Some(Outcome::Unreadable(Why::of(error, by.id)))),
        };
        Ok(written.then_some(done))
    }
}

impl Why {
    fn of(error: CipherError, id: &str) -> Self {
        match error {
            CipherError::UnknownKey => Self::Missing(id.to_owned()),
            CipherError::Refused | CipherError::NoKey => Self::Damaged,
        }
    }
}
