//! Requests that are done once, however often they are sent: what came of one is kept under the idempotency key that it
//! carries, and answers the next one that carries it (the IETF's draft on the `Idempotency-Key` header).
//!
//! Records are sealed, since answers hold what accounts hold. A key is its owner's alone, and means something for one
//! request: the record has a digest of that.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::clock::Clock;
use crate::owner::Owner;
use crate::patience;
use crate::store::{Key, Store, keys};
use crate::vault::cipher::Binding;
use crate::vault::rotate::{ByName, Record};
use crate::vault::{KeyRing, VaultError};

/// How long it is known what came of a request.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// A request that was begun so long ago and has not ended never will: its process died.
const DEAD_AFTER: i64 = 90;

/// The answers, for a rotation of the keys that seal them.
pub const ANSWERED: ByName = ByName {
    title: "answers under idempotency keys",
    glob: keys::ANSWERED,
    record: |name| {
        let found = keys::parse_owned(name)?;
        let (owner, digest) = (&found.owner, &found.provider[..]);
        let parts = [&owner.org[..], &owner.user, digest];
        Some(Record::text(keys::answered(owner, digest), binding(&parts)))
    },
};

/// What came of requests. Cheap to clone.
#[derive(Clone)]
pub struct Answers {
    store: Store,
    ring: Arc<KeyRing>,
    clock: Clock,
    tasks: tokio::runtime::Handle,
}

/// An answer, as it is given again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Its HTTP status.
    pub status: u16,
    /// Those of its headers that belong to it.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: String,
}

/// What a request with an idempotency key meets.
pub enum Begun {
    /// It is the first: do it, and say what came of it.
    First(Box<Ticket>),
    /// It was done: this came of it.
    Answered(Answer),
    /// It is being done.
    UnderWay,
    /// The key was used for another request.
    Other,
}

/// The right to do a request. Dropped without a word it gives the key free: whoever asked went away, or nothing was done.
pub struct Ticket {
    answers: Answers,
    owner: Owner,
    digest: String,
    entry: Entry,
    sealed: Vec<u8>,
    settled: bool,
}

#[derive(Clone, Serialize, Deserialize)]
struct Entry {
    /// Of the request.
    request: String,
    begun_at: Timestamp,
    answer: Option<Answer>,
}

impl Answers {
    /// Answers that are kept in `store`, sealed with `ring`.
    pub fn new(
        store: Store,
        ring: Arc<KeyRing>,
        clock: Clock,
        tasks: tokio::runtime::Handle,
    ) -> Self {
        Self {
            store,
            ring,
            clock,
            tasks,
        }
    }

    /// Begins a request of an owner under a key; `request` is all of what it says.
    pub async fn begin(
        &self,
        owner: &Owner,
        key: &str,
        request: &[&[u8]],
    ) -> Result<Begun, VaultError> {
        let digest = digest(&[key.as_bytes()]);
        let entry = Entry {
            request: self::digest(request),
            begun_at: self.clock.now(),
            answer: None,
        };
        let sealed = self.seal(owner, &digest, &entry)?;
        let place = keys::answered(owner, &digest);
        let begun = |sealed| {
            Begun::First(Box::new(Ticket {
                answers: self.clone(),
                owner: owner.clone(),
                digest: digest.clone(),
                entry: entry.clone(),
                sealed,
                settled: false,
            }))
        };
        if self.store.set_new(&place, &sealed, Some(KEPT)).await? {
            return Ok(begun(sealed));
        }
        let Some(found) = self.store.get(&place).await? else {
            // Given free in between; whoever sends it again may have it.
            return Ok(Begun::UnderWay);
        };
        let known = self.open(owner, &digest, &found)?;
        if known.request != entry.request {
            return Ok(Begun::Other);
        }
        if let Some(answer) = known.answer {
            return Ok(Begun::Answered(answer));
        }
        let age = self.clock.now().as_second() - known.begun_at.as_second();
        let retaken = age >= DEAD_AFTER && self.store.replace(&place, &found, &sealed).await?;
        Ok(if retaken {
            begun(sealed)
        } else {
            Begun::UnderWay
        })
    }

    fn seal(&self, owner: &Owner, digest: &str, entry: &Entry) -> Result<Vec<u8>, VaultError> {
        let plain = serde_json::to_vec(entry).map_err(|_| VaultError::Format)?;
        let parts = [&owner.org[..], &owner.user, digest];
        Ok(self.ring.seal(binding(&parts), &plain)?)
    }

    fn open(&self, owner: &Owner, digest: &str, sealed: &[u8]) -> Result<Entry, VaultError> {
        let parts = [&owner.org[..], &owner.user, digest];
        let plain = self.ring.open(binding(&parts), sealed)?;
        serde_json::from_slice(&plain).map_err(|_| VaultError::Format)
    }
}

impl Ticket {
    /// Keeps what came of the request, for whoever sends it again. Where that fails the answer is given all the same.
    pub async fn settle(mut self, answer: &Answer) {
        self.settled = true;
        let entry = Entry {
            answer: Some(answer.clone()),
            ..self.entry.clone()
        };
        let place = self.place();
        let kept = match self.answers.seal(&self.owner, &self.digest, &entry) {
            Ok(sealed) => {
                let store = &self.answers.store;
                let kept = store.replace(&place, &self.sealed, &sealed).await;
                kept.map(drop).map_err(VaultError::from)
            }
            Err(error) => Err(error),
        };
        if let Err(error) = kept {
            tracing::error!(%error, "what came of a request could not be kept");
        }
    }

    fn place(&self) -> Key {
        keys::answered(&self.owner, &self.digest)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if self.settled {
            return;
        }
        let (store, place) = (self.answers.store.clone(), self.place());
        let sealed = std::mem::take(&mut self.sealed);
        self.answers.tasks.spawn(async move {
            let freed = store.delete_if(&place, &sealed);
            let (freed, _) = patience::scope(patience::PER_REQUEST, freed).await;
            if let Err(error) = freed {
                tracing::warn!(%error, "an idempotency key is given free later");
            }
        });
    }
}

/// A digest of several texts, of which none can pass for a part of another.
fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn binding<'a>(parts: &'a [&'a str]) -> Binding<'a> {
    Binding {
        purpose: "answer",
        parts,
    }
}
