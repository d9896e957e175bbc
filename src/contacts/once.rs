//! A form that is sent twice is done once.
//!
//! Each form carries a random token. Whoever sends it first marks it as begun, in Redis, for all replicas; who sends
//! it again meanwhile waits and hears the same outcome. A refusal frees the token: the form was given back to be
//! mended. One whose outcome is not known stays taken, since doing it again may do it twice.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::{Barrier, Conflict, Contacts};
use crate::owner::Owner;
use crate::patience;
use crate::providers::Fault;
use crate::store::{Key, StoreError, keys};

/// How long it is known what came of a form.
const KEPT: Duration = Duration::from_secs(60 * 60);
/// The longest that a person waits for a change.
const WAIT: Duration = Duration::from_secs(20);
/// The longest that a change may take in all.
const IN_TIME: Duration = Duration::from_secs(60);
/// After so many seconds a change that has not ended never will: its process died.
const DEAD_AFTER: i64 = 90;
/// How often who waits for another's change looks.
const LOOK: Duration = Duration::from_millis(150);
/// How long the outcome of a change is held while the store is away.
const HELD: Duration = Duration::from_secs(30);
const STORE_AGAIN: Duration = Duration::from_millis(500);

/// What came of a change.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It is done.
    Done {
        /// The contact's id.
        id: String,
        /// What was changed elsewhere meanwhile and stays so, by property.
        elsewhere: Vec<String>,
        /// Whether there was anything to change.
        changed: bool,
        /// Whether it was done by an earlier sending of the same form.
        before: bool,
    },
    /// The provider does not accept it, or it cannot be sent; nothing was changed.
    Refused(Vec<Fault>),
    /// Another contact has what must be its own: its id, where that is known.
    Taken(Option<String>),
    /// The same was changed elsewhere; nothing was changed here.
    Conflict(Box<Conflict>),
    /// There is no such contact.
    NotFound,
    /// Whether it was done is not known.
    Unclear {
        /// Why, as a phrase that follows the provider's name.
        why: String,
        /// Whether an earlier sending of the same form came to that.
        before: bool,
    },
    /// It is still under way.
    Late,
}

/// What stands under a form's token.
#[derive(Clone, Debug, PartialEq)]
enum Mark {
    /// Somebody is at it, since then (seconds).
    Begun(i64),
    /// It was done to the contact with this id.
    Done(String),
    /// Whether it was done is not known.
    Unclear,
}

impl Outcome {
    pub(super) fn done(id: String, elsewhere: Vec<String>) -> Self {
        Self::Done {
            id,
            elsewhere,
            changed: true,
            before: false,
        }
    }

    pub(super) fn unclear(why: impl Into<String>) -> Self {
        Self::Unclear {
            why: why.into(),
            before: false,
        }
    }
}

impl Mark {
    fn write(&self) -> String {
        match self {
            Self::Begun(at) => format!("begun {at}"),
            Self::Done(id) => format!("done {id}"),
            Self::Unclear => "unclear".to_owned(),
        }
    }

    /// What cannot be read is of a newer version: whatever it says, the form was sent.
    fn read(bytes: &[u8]) -> Self {
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        match text.split_once(' ') {
            Some(("begun", at)) => at.parse().map_or(Self::Unclear, Self::Begun),
            Some(("done", id)) => Self::Done(id.to_owned()),
            _ => Self::Unclear,
        }
    }

    /// What is left of a token after this outcome; `None` where it is free again.
    fn after(outcome: &Result<Outcome, Barrier>) -> Option<Self> {
        match outcome {
            Ok(Outcome::Done { id, .. }) => Some(Self::Done(id.clone())),
            Ok(Outcome::Unclear { .. } | Outcome::Late) => Some(Self::Unclear),
            _ => None,
        }
    }
}

impl Contacts {
    /// Does `work` unless this form was sent before; answers what came of it, then or now.
    pub(super) async fn once(
        &self,
        owner: &Owner,
        token: &str,
        work: impl Future<Output = Result<Outcome, Barrier>> + Send + 'static,
    ) -> Result<Outcome, Barrier> {
        let key = keys::sent_form(owner, token);
        let until = Instant::now() + WAIT;
        while !self.begin_form(&key).await? {
            if let Some(outcome) = self.outcome_before(&key, until).await? {
                return Ok(outcome);
            }
        }
        let (tell, hear) = oneshot::channel();
        let this = self.clone();
        let task = self.writes.track_future(async move {
            let outcome = tokio::time::timeout(IN_TIME, work).await;
            let too_late = || Ok(Outcome::unclear("did not answer in time"));
            let outcome = outcome.unwrap_or_else(|_| too_late());
            let left = Mark::after(&outcome);
            // Whoever asked may be gone: then nobody hears it, and it is done all the same.
            drop(tell.send(outcome));
            this.settle(&key, left).await;
        });
        self.setup.tasks.spawn(task);
        match tokio::time::timeout_at(until, hear).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Ok(Outcome::unclear("was not heard to its end")),
            Err(_) => Ok(Outcome::Late),
        }
    }

    async fn begin_form(&self, key: &Key) -> Result<bool, StoreError> {
        let mark = Mark::Begun(self.now().as_second()).write();
        let store = &self.setup.store;
        store.set_new(key, mark.as_bytes(), Some(KEPT)).await
    }

    /// What came of an earlier sending; waits a little where that is still under way. `None`: look again.
    async fn outcome_before(
        &self,
        key: &Key,
        until: Instant,
    ) -> Result<Option<Outcome>, StoreError> {
        let Some(mark) = self.setup.store.get(key).await? else {
            return Ok(None);
        };
        Ok(match Mark::read(&mark) {
            Mark::Done(id) => Some(Outcome::Done {
                id,
                elsewhere: Vec::new(),
                changed: true,
                before: true,
            }),
            Mark::Begun(at) if self.now().as_second() - at < DEAD_AFTER => {
                if Instant::now() >= until {
                    return Ok(Some(Outcome::Late));
                }
                tokio::time::sleep(LOOK).await;
                None
            }
            Mark::Unclear | Mark::Begun(_) => Some(Outcome::Unclear {
                why: "did not say what came of it when this form was sent before".to_owned(),
                before: true,
            }),
        })
    }

    /// Notes what came of a form. Where the store is away it is tried on: a form that stays marked as begun counts as
    /// unclear.
    async fn settle(&self, key: &Key, left: Option<Mark>) {
        let store = &self.setup.store;
        let until = Instant::now() + HELD;
        loop {
            let noted = patience::scope(patience::PER_REQUEST, async {
                match &left {
                    Some(mark) => store.set(key, mark.write().as_bytes(), Some(KEPT)).await,
                    None => store.delete(key).await.map(drop),
                }
            });
            let Err(error) = noted.await.0 else { return };
            if Instant::now() > until {
                tracing::error!(%error, "what came of a form could not be noted");
                return;
            }
            tokio::time::sleep(STORE_AGAIN).await;
        }
    }

    fn now(&self) -> Timestamp {
        self.setup.clock.now()
    }
}
