//! The issuer as it was last seen: its description and its keys, at most an hour old.
//!
//! Who asks while it is being read waits for the same reading. A reading that failed is not repeated at once, so that
//! an issuer that is away is not asked for every page; keys are read anew before their time where a token names one that
//! is not among them, which is how an issuer changes its keys.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use openidconnect::core::CoreJsonWebKeySet;
use secrecy::SecretString;
use tokio::sync::Mutex;
use url::Url;

use super::Setup;
use super::discovery::{self, Metadata};
use crate::clock::Clock;
use crate::outbound::oauth::{BodyEncoding, Client};
use crate::outbound::{DocumentError, Outbound};

/// How long what was read is used.
const LIFE: SignedDuration = SignedDuration::from_hours(1);
/// How long after a failure the issuer is left alone.
const PAUSE: SignedDuration = SignedDuration::from_secs(5);
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
    /// Held while it is read, which is bounded.
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    known: Option<Arc<Known>>,
    failed: Option<(Timestamp, IssuerError)>,
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
            seen: Mutex::default(),
        }
    }

    /// What is known of the issuer, read anew where that is too old.
    pub(super) async fn known(&self) -> Result<Arc<Known>, IssuerError> {
        let mut seen = self.seen.lock().await;
        if let Some(answer) = seen.answer(self.clock.now()) {
            return answer;
        }
        let read = self.read().await;
        *seen = match &read {
            Ok(known) => Seen {
                known: Some(Arc::clone(known)),
                failed: None,
            },
            Err(error) => {
                tracing::warn!(%error, "single sign-on is not possible");
                Seen {
                    known: None,
                    failed: Some((self.clock.now(), error.clone())),
                }
            }
        };
        read
    }

    /// The same with newer keys than `before` has, or `None` where they were read a moment ago.
    pub(super) async fn renewed(
        &self,
        before: &Arc<Known>,
    ) -> Result<Option<Arc<Known>>, IssuerError> {
        let mut seen = self.seen.lock().await;
        let newer = |known: &&Arc<Known>| known.keys_read_at > before.keys_read_at;
        if let Some(known) = seen.known.as_ref().filter(newer) {
            return Ok(Some(Arc::clone(known)));
        }
        let now = self.clock.now();
        if is_within(now, before.keys_read_at, KEYS_EVERY) {
            return Ok(None);
        }
        let keys = discovery::keys(&self.outbound, &before.metadata).await?;
        let known = Arc::new(Known {
            metadata: before.metadata.clone(),
            keys,
            read_at: before.read_at,
            keys_read_at: now,
        });
        seen.known = Some(Arc::clone(&known));
        Ok(Some(known))
    }

    async fn read(&self) -> Result<Arc<Known>, IssuerError> {
        let now = self.clock.now();
        let metadata = discovery::metadata(&self.outbound, &self.address).await?;
        let keys = discovery::keys(&self.outbound, &metadata).await?;
        Ok(Arc::new(Known {
            metadata,
            keys,
            read_at: now,
            keys_read_at: now,
        }))
    }

    /// Our client there.
    pub(super) fn client(&self, known: &Known) -> Client {
        Client {
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

impl Seen {
    /// What can be said without asking the issuer.
    fn answer(&self, now: Timestamp) -> Option<Result<Arc<Known>, IssuerError>> {
        let known = self.known.as_ref();
        if let Some(known) = known.filter(|known| is_within(now, known.read_at, LIFE)) {
            return Some(Ok(Arc::clone(known)));
        }
        let failed = self.failed.as_ref();
        let failed = failed.filter(|(at, _)| is_within(now, *at, PAUSE));
        failed.map(|(_, error)| Err(error.clone()))
    }
}

/// Whether something lies less than `span` back. What lies in the future does not: a clock was set.
fn is_within(now: Timestamp, at: Timestamp, span: SignedDuration) -> bool {
    let age = now.duration_since(at);
    !age.is_negative() && age < span
}
