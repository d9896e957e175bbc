//! The issuer as it was last seen: its description and its keys, at most an hour old.
//!
//! Who asks while it is being read waits for the same reading, which goes on when nobody waits for it any longer. A reading
//! that failed is not repeated at once, so that an issuer that is away is not asked for every page; keys are read anew
//! before their time where a token names one that is not among them, which is how an issuer changes its keys.

mod seen;

use std::mem::{Discriminant, discriminant};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use openidconnect::core::CoreJsonWebKeySet;
use secrecy::SecretString;
use tokio::runtime::Handle;
use url::Url;

use tracing::Instrument as _;

use super::Setup;
use super::discovery::{self, Metadata};
use crate::clock::Clock;
use crate::flights::{self, Flights, Outcome};
use crate::outbound::oauth::{BodyEncoding, Client};
use crate::outbound::{DocumentError, Outbound};
use seen::{Seen, is_within};

/// What the issuer is called in metrics and traces, whichever it is.
pub(super) const SERVICE: &str = "issuer";
/// How often keys are read anew at most.
const KEYS_EVERY: SignedDuration = SignedDuration::from_secs(30);

/// Why nobody can sign in by the issuer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum IssuerError {
    /// It does not answer as it should, which may pass.
    #[error("the identity provider does not answer: {0}")]
    Away(String),
    /// What it answers cannot be right, or is not what the operator configured.
    #[error("the identity provider is not set up right: {0}")]
    Broken(&'static str),
}

impl From<DocumentError> for IssuerError {
    fn from(error: DocumentError) -> Self {
        Self::Away(error.to_string())
    }
}

/// The issuer.
pub(super) struct Issuer {
    address: Url,
    client_id: String,
    client_secret: Option<SecretString>,
    redirect_uri: Url,
    outbound: Outbound,
    clock: Clock,
    tasks: Handle,
    seen: Mutex<Seen>,
    /// Those that are under way.
    readings: Flights<Discriminant<Reading>, Outcome<Answer>>,
}

/// What is known of the issuer, or why nobody can sign in by it.
type Answer = Result<Arc<Known>, IssuerError>;

/// What is to be read.
#[derive(Clone)]
enum Reading {
    /// Its description and its keys.
    Whole,
    /// Its keys, newer ones than these.
    KeysAfter(Arc<Known>),
}

/// What is known of the issuer.
pub(super) struct Known {
    pub(super) metadata: Metadata,
    pub(super) keys: CoreJsonWebKeySet,
    read_at: Timestamp,
    keys_read_at: Timestamp,
}

impl Issuer {
    pub(super) fn new(setup: &Setup) -> Self {
        Self {
            address: setup.issuer.clone(),
            client_id: setup.client_id.clone(),
            client_secret: setup.client_secret.clone(),
            redirect_uri: setup.redirect_uri.clone(),
            outbound: setup.outbound.clone(),
            clock: setup.clock.clone(),
            tasks: setup.tasks.clone(),
            seen: Mutex::default(),
            readings: Flights::default(),
        }
    }

    /// What is known of the issuer, read anew where that is too old.
    pub(super) async fn known(self: &Arc<Self>) -> Result<Arc<Known>, IssuerError> {
        match self.answer(&Reading::Whole) {
            Some(answer) => answer,
            None => self.fly(Reading::Whole).await,
        }
    }

    /// The same with newer keys than `before` has, or `None` where they were read a moment ago.
    pub(super) async fn renewed(
        self: &Arc<Self>,
        before: &Arc<Known>,
    ) -> Result<Option<Arc<Known>>, IssuerError> {
        let reading = Reading::KeysAfter(Arc::clone(before));
        match self.answer(&reading) {
            Some(answer) => answer.map(Some),
            None if is_within(self.clock.now(), before.keys_read_at, KEYS_EVERY) => Ok(None),
            None => self.fly(reading).await.map(Some),
        }
    }

    /// What can be said without asking the issuer.
    fn answer(&self, reading: &Reading) -> Option<Answer> {
        self.seen().answer(reading, self.clock.now())
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the reading that is under way, or begins one.
    async fn fly(self: &Arc<Self>, reading: Reading) -> Answer {
        let key = discriminant(&reading);
        let outcome = self.readings.join(key, || self.begin(reading));
        outcome.await
    }

    /// A task of its own: who waits for it no longer leaves it to the others, and what it brings is known after.
    fn begin(self: &Arc<Self>, reading: Reading) -> Outcome<Answer> {
        let this = Arc::clone(self);
        let reading = async move {
            let _landing = this.readings.landing(discriminant(&reading));
            this.land(&reading).await
        };
        let task = self.tasks.spawn(reading.in_current_span());
        flights::outcome(task, |error| {
            tracing::error!(%error, "a reading of the identity provider broke off");
            Err(IssuerError::Away("the reading broke off".to_owned()))
        })
    }

    async fn land(&self, reading: &Reading) -> Answer {
        // Another one may have landed just before this one began.
        if let Some(answer) = self.answer(reading) {
            return answer;
        }
        let read = self.read(reading).await;
        if let Err(error) = &read {
            tracing::warn!(%error, "the identity provider could not be read");
        }
        self.seen().note(reading, &read, self.clock.now());
        read
    }

    async fn read(&self, reading: &Reading) -> Answer {
        let now = self.clock.now();
        let (metadata, read_at) = match reading {
            Reading::Whole => (
                discovery::metadata(&self.outbound, &self.address).await?,
                now,
            ),
            Reading::KeysAfter(before) => (before.metadata.clone(), before.read_at),
        };
        let keys = discovery::keys(&self.outbound, &metadata).await?;
        Ok(Arc::new(Known {
            metadata,
            keys,
            read_at,
            keys_read_at: now,
        }))
    }

    /// Our client there.
    pub(super) fn client(&self, known: &Known) -> Client {
        Client {
            service: SERVICE,
            id: self.client_id.clone(),
            secret: self.client_secret.clone(),
            auth_url: known.metadata.auth_url.clone(),
            token_url: known.metadata.token_url.clone(),
            revoke_url: None,
            redirect_uri: self.redirect_uri.clone(),
            auth: known.metadata.auth,
            body: BodyEncoding::Form,
            headers: &[],
        }
    }
}
