//! A form that is sent twice is done once.
//!
//! Each form carries a random token. Whoever sends it first marks it as begun, in Redis, for all replicas; who sends
//! it again meanwhile waits and hears the same outcome. A refusal frees the token: the form was given back to be
//! mended. One whose outcome is not known stays taken, since doing it again may do it twice.
//!
//! What stands in Redis lies under a digest of the token, with a digest of what was sent that only who has the token can
//! compute. So a form that is sent again with other values is not taken for the first one: a change goes on as a form
//! of its own, and a second contact is not made before the person has heard of the first.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::oneshot;
use tokio::time::Instant;

use tracing::Instrument as _;

use super::mark::{Form, Mark};
use super::{Barrier, Conflict, Contacts};
use crate::owner::Owner;
use crate::patience;
use crate::providers::{Contact, Fault, Taken};
use crate::store::{Key, StoreError};

/// How long it is known what came of a form, or of a program's request: as long as programs are promised.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
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
        /// The contact as it is now, where that is at hand.
        contact: Option<Box<Contact>>,
        /// What was changed elsewhere meanwhile and stays so, by property.
        elsewhere: Vec<String>,
        /// Whether there was anything to change.
        changed: bool,
        /// Whether it was done by an earlier sending of the same form.
        before: bool,
    },
    /// The provider does not accept it, or it cannot be sent; nothing was changed.
    Refused(Vec<Fault>),
    /// Another contact has what must be its own.
    Taken(Taken),
    /// The same was changed elsewhere; nothing was changed here.
    Conflict(Box<Conflict>),
    /// There is no such contact.
    NotFound,
    /// The same form made the contact with this id of other values before; nothing was done now.
    MadeBefore(String),
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

/// What came of an earlier sending of a form.
enum Before {
    /// This.
    Came(Outcome),
    /// It said something else, which was done to the contact with this id.
    Other(String),
    /// Nothing that is known yet: look again.
    Look,
}

impl Outcome {
    pub(super) fn done(contact: Contact, elsewhere: Vec<String>) -> Self {
        Self::Done {
            id: contact.id.clone(),
            contact: Some(Box::new(contact)),
            elsewhere,
            changed: true,
            before: false,
        }
    }

    pub(super) fn nothing_to_do(contact: Contact, elsewhere: Vec<String>) -> Self {
        Self::Done {
            id: contact.id.clone(),
            contact: Some(Box::new(contact)),
            elsewhere,
            changed: false,
            before: false,
        }
    }

    pub(super) fn deleted(id: String) -> Self {
        Self::Done {
            id,
            contact: None,
            elsewhere: Vec::new(),
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

impl Contacts {
    /// Does `work` unless this form was sent before; answers what came of it, then or now, at `until` at the latest.
    pub(super) async fn once(
        &self,
        owner: &Owner,
        form: Form,
        until: Instant,
        work: impl Future<Output = Result<Outcome, Barrier>> + Send + 'static,
    ) -> Result<Outcome, Barrier> {
        let mut key = form.key(owner);
        let until = until.min(Instant::now() + WAIT);
        while !self.begin_form(&key).await? {
            match self.outcome_before(&key, &form, until).await? {
                Before::Came(outcome) => return Ok(outcome),
                Before::Other(id) if form.makes => return Ok(Outcome::MadeBefore(id)),
                Before::Other(_) => key = form.own_key(owner),
                Before::Look => {}
            }
        }
        let (tell, hear) = oneshot::channel();
        let this = self.clone();
        let task = self.writes.track_future(async move {
            let outcome = tokio::time::timeout(IN_TIME, work).await;
            let too_late = || Ok(Outcome::unclear("did not answer in time"));
            let outcome = outcome.unwrap_or_else(|_| too_late());
            let left = Mark::after(&outcome, &form.digest);
            // Whoever asked may be gone: then nobody hears it, and it is done all the same.
            drop(tell.send(outcome));
            this.settle(&key, left).await;
        });
        self.setup.tasks.spawn(task.in_current_span());
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

    /// What came of an earlier sending; waits a little where that is still under way.
    async fn outcome_before(
        &self,
        key: &Key,
        form: &Form,
        until: Instant,
    ) -> Result<Before, StoreError> {
        let Some(mark) = self.setup.store.get(key).await? else {
            return Ok(Before::Look);
        };
        Ok(match Mark::read(&mark) {
            Mark::Done { digest, id } if digest != form.digest => Before::Other(id),
            Mark::Done { id, .. } => Before::Came(Outcome::Done {
                id,
                contact: None,
                elsewhere: Vec::new(),
                changed: true,
                before: true,
            }),
            Mark::Begun(at) if self.now().as_second() - at < DEAD_AFTER => {
                if Instant::now() >= until {
                    return Ok(Before::Came(Outcome::Late));
                }
                tokio::time::sleep(LOOK).await;
                Before::Look
            }
            Mark::Unclear | Mark::Begun(_) => Before::Came(Outcome::Unclear {
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
