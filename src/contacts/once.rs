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

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::{Barrier, Conflict, Contacts, Entered};
use crate::owner::Owner;
use crate::patience;
use crate::providers::{Fault, Taken};
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

/// What stands under a form's token.
#[derive(Clone, Debug, PartialEq)]
enum Mark {
    /// Somebody is at it, since then (seconds).
    Begun(i64),
    /// It was done to the contact with this id, by a form of this digest.
    Done { digest: String, id: String },
    /// Whether it was done is not known.
    Unclear,
}

/// A form that is sent.
pub(super) struct Form {
    token: String,
    /// Of what it says and whom it is about.
    digest: String,
    makes: bool,
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

impl Form {
    /// A form about this contact, or a new one.
    pub(super) fn new(token: &str, contact: Option<&str>, entered: Option<&Entered>) -> Self {
        let values = entered.map(|entered| &entered.values);
        let says = serde_json::to_string(&(token, contact, values)).unwrap_or_default();
        Self {
            token: token.to_owned(),
            digest: digest(&says),
            makes: contact.is_none(),
        }
    }

    fn key(&self, owner: &Owner) -> Key {
        keys::sent_form(owner, &digest(&self.token))
    }

    /// Where a form is noted whose token another one has used.
    fn own_key(&self, owner: &Owner) -> Key {
        keys::sent_form(owner, &self.digest)
    }
}

fn digest(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
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

    pub(super) fn nothing_to_do(id: String, elsewhere: Vec<String>) -> Self {
        Self::Done {
            id,
            elsewhere,
            changed: false,
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
            Self::Done { digest, id } => format!("done {digest} {id}"),
            Self::Unclear => "unclear".to_owned(),
        }
    }

    /// What cannot be read is of a newer version: whatever it says, the form was sent.
    fn read(bytes: &[u8]) -> Self {
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        match text.split_once(' ') {
            Some(("begun", at)) => at.parse().map_or(Self::Unclear, Self::Begun),
            Some(("done", rest)) => match rest.split_once(' ') {
                Some((digest, id)) => Self::Done {
                    digest: digest.to_owned(),
                    id: id.to_owned(),
                },
                None => Self::Unclear,
            },
            _ => Self::Unclear,
        }
    }

    /// What is left of a token after this outcome; `None` where it is free again.
    fn after(outcome: &Result<Outcome, Barrier>, digest: &str) -> Option<Self> {
        match outcome {
            Ok(Outcome::Done { id, .. }) => Some(Self::Done {
                digest: digest.to_owned(),
                id: id.clone(),
            }),
            Ok(Outcome::Unclear { .. } | Outcome::Late) => Some(Self::Unclear),
            _ => None,
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
