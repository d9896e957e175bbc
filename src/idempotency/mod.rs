//! Requests that are done once, however often they are sent: what came of one is kept under the idempotency key that it
//! carries, and answers the next one that carries it (the IETF's draft on the `Idempotency-Key` header).
//!
//! A request is done in a task of its own, which a stop waits for: whoever asked may go away, and what came of it is kept all
//! the same. Records are sealed, since answers hold what accounts hold. A key is its owner's alone, and means something for
//! one request: the record has a digest of that.

#[cfg(test)]
mod tests;
mod ticket;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;

use tracing::Instrument as _;

use crate::clock::Clock;
use crate::owner::Owner;
use crate::patience;
use crate::store::{Store, keys};
use crate::vault::cipher::Binding;
use crate::vault::rotate::{ByName, Record};
use crate::vault::{KeyRing, VaultError};
use ticket::Ticket;

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
    under_way: TaskTracker,
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

/// What became of a request with an idempotency key.
#[derive(Debug)]
pub enum Done<E> {
    /// It was done, now or by an earlier sending.
    Answered {
        /// What came of it.
        answer: Answer,
        /// Whether that was before.
        before: bool,
    },
    /// It was not done, and can be sent again under the same key, mended or as it is.
    Failed(E),
    /// An earlier sending is being done.
    UnderWay,
    /// The key was used for another request.
    Other,
    /// Its task broke off: whether it was done is not known.
    BrokeOff,
}

/// What a request meets.
enum Begun {
    First(Box<Ticket>),
    Answered(Answer),
    UnderWay,
    Other,
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
            under_way: TaskTracker::new(),
        }
    }

    /// Does `work` for an owner, unless the request was sent before under this key; `request` is all of what it says. An
    /// error of `work` says that nothing was done.
    pub async fn once<E: Send + 'static>(
        &self,
        owner: &Owner,
        key: &str,
        request: &[&[u8]],
        work: impl Future<Output = Result<Answer, E>> + Send + 'static,
    ) -> Result<Done<E>, VaultError> {
        let ticket = match self.begin(owner, key, request).await? {
            Begun::First(ticket) => ticket,
            Begun::Answered(answer) => {
                return Ok(Done::Answered {
                    answer,
                    before: true,
                });
            }
            Begun::UnderWay => return Ok(Done::UnderWay),
            Begun::Other => return Ok(Done::Other),
        };
        let (tell, hear) = oneshot::channel();
        let task = self.under_way.track_future(async move {
            // It waits for the store no longer than a request does, though it outlives one.
            let (done, _) = patience::scope(patience::PER_REQUEST, work).await;
            match &done {
                Ok(answer) => ticket.settle(answer).await,
                Err(_) => ticket.free().await,
            }
            // Whoever asked may be gone.
            drop(tell.send(done));
        });
        self.tasks.spawn(task.in_current_span());
        Ok(match hear.await {
            Ok(Ok(answer)) => Done::Answered {
                answer,
                before: false,
            },
            Ok(Err(error)) => Done::Failed(error),
            Err(_) => Done::BrokeOff,
        })
    }

    /// Waits until what is being done is done and kept.
    pub async fn shut_down(&self) {
        self.under_way.close();
        self.under_way.wait().await;
    }

    async fn begin(
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

/// A digest of several texts, of which none can pass for a part of another.
fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    format!("{:x}", hash.finalize())
}

fn binding<'a>(parts: &'a [&'a str]) -> Binding<'a> {
    Binding {
        purpose: "answer",
        parts,
    }
}
