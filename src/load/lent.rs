//! A load with a token that somebody lends for it: of no connection, and for one reader.
//!
//! It is carried out as any other, for an owner that no person can be, with a short life for all that it stores, and not
//! in the index by which interrupted loads are found: nobody could take it up, since the token is in the memory of this
//! process alone. What it brought is erased when its reader has read it, or is gone.

use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio_util::sync::{CancellationToken, DropGuard};

use tracing::Instrument as _;

use super::report::{Load, Run};
use super::run::{self, Job};
use super::snapshot::{self, Written};
use super::start::{self, Ground};
use super::{Download, LoadError, Loads, Parts, Setup, Shown, hold, pages};
use crate::digest::digest;
use crate::items::{Format, Query};
use crate::outbound::CallError;
use crate::outbound::oauth::Grant;
use crate::owner::Owner;
use crate::patience;
use crate::providers::{Account, Provider, introduce};
use crate::vault::GrantBearer;

/// How long what such a load stores lives, should its process die. An export takes no longer either.
const LIFE: Duration = Duration::from_secs(60 * 60);
/// Such loads that a process carries out at once. Each brings a whole account for one reader alone, into memory and into
/// Redis, and nobody can share it: without a bound a program that asks again and again would take the room of all others.
pub(super) const MOST: usize = 4;

/// Why a load with a lent token brought nothing.
#[derive(Debug, thiserror::Error)]
pub enum LentError {
    /// The operator does not offer the provider.
    #[error("the provider is not configured")]
    NotConfigured,
    /// The provider does not accept the token.
    #[error("the provider refuses the token")]
    Refused,
    /// It broke off; the log has more.
    #[error("the load broke off")]
    BrokenOff,
    /// As many such loads run as there is room for.
    #[error("too many loads with lent tokens run")]
    Crowded,
    /// A fault of our own.
    #[error(transparent)]
    Load(#[from] LoadError),
}

/// Such a load. What it brought is erased when this is dropped, whatever it has come to.
pub struct Lent {
    loads: Loads,
    owner: Owner,
    provider: &'static str,
    ended: oneshot::Receiver<Result<Load, LentError>>,
    _reader: DropGuard,
}

/// Whether this owner stands for a lent token. No person's org has an empty id.
pub(super) fn is_lent(owner: &Owner) -> bool {
    owner.org.is_empty()
}

impl Setup {
    /// How long what a load stores for this owner lives.
    pub(super) fn life(&self, owner: &Owner) -> Duration {
        match is_lent(owner) {
            true => LIFE,
            false => self.bounds.item_ttl,
        }
    }
}

impl Loads {
    /// Begins to load what a provider shows to the bearer of this token, if there is room for one more such load.
    pub fn lend(
        &self,
        provider: &'static dyn Provider,
        token: SecretString,
    ) -> Result<Lent, LentError> {
        let place = Arc::clone(&self.parts.lent).try_acquire_owned();
        let place = place.map_err(|_| LentError::Crowded)?;
        let setup = &self.parts.setup;
        let (tell, ended) = oneshot::channel();
        let gone = self.parts.stop.child_token();
        let owner = Owner {
            org: String::new(),
            user: setup.entropy.token(),
        };
        let work = Work {
            parts: Arc::clone(&self.parts),
            owner: owner.clone(),
            provider,
            gone: gone.clone(),
            _place: place,
        };
        let task = self.parts.tracker.track_future(work.run(token, tell));
        setup.tasks.spawn(task.in_current_span());
        Ok(Lent {
            loads: self.clone(),
            owner,
            provider: provider.profile().id,
            ended,
            _reader: gone.drop_guard(),
        })
    }
}

impl Lent {
    /// The longest that it is waited for: what it stored first lives no longer than twice this.
    pub const LONGEST: Duration = Duration::from_secs(30 * 60);

    /// Waits for the end of the load.
    pub async fn ended(&mut self) -> Result<Load, LentError> {
        let ended = (&mut self.ended).await;
        ended.unwrap_or(Err(LentError::BrokenOff))
    }

    /// All items of the load, as [`Loads::export`] gives them; only as long as this is there.
    pub async fn export(&self, load: Load, format: Format) -> Result<Download, LoadError> {
        let shown = Shown {
            provider: self.provider.to_owned(),
            load,
        };
        let (owner, query) = (&self.owner, Query::default());
        self.loads.export(owner, &[shown], &query, format).await
    }
}

/// The task of such a load: it outlives the load, and ends with its reader.
struct Work {
    parts: Arc<Parts>,
    owner: Owner,
    provider: &'static dyn Provider,
    /// The reader is gone, or Patchbay stops.
    gone: CancellationToken,
    /// Given back when all is erased.
    _place: OwnedSemaphorePermit,
}

impl Work {
    async fn run(self, token: SecretString, tell: oneshot::Sender<Result<Load, LentError>>) {
        let ground = self.gone.run_until_cancelled(self.ground(token)).await;
        let ground = match ground {
            Some(Ok(ground)) => ground,
            Some(Err(error)) => return drop(tell.send(Err(error))),
            None => return,
        };
        // From here on something is written, so it is seen to an end at which it is known what.
        match self.begin(ground).await {
            Ok(job) => {
                let ended = run::carry_out(&self.parts, &job, &self.gone).await;
                drop(tell.send(ended.ok_or(LentError::BrokenOff)));
                self.gone.cancelled().await;
                self.erase(&job.written).await;
            }
            Err(error) => {
                drop(tell.send(Err(error.into())));
                self.erase(&Written::default()).await;
            }
        }
    }

    /// What the token gives to load from.
    async fn ground(&self, token: SecretString) -> Result<Ground, LentError> {
        Ok(Ground {
            provider: self.provider,
            account: self.account(&token).await?,
            scopes: None,
            bearer: Arc::new(GrantBearer(token)),
        })
    }

    /// Whose account it is, so that its calls count within the same limits as those of its connections. Where the provider
    /// does not tell, the token stands for it.
    async fn account(&self, token: &SecretString) -> Result<Account, LentError> {
        let setup = &self.parts.setup;
        let id = self.provider.profile().id;
        let api = setup.apis.get(id).ok_or(LentError::NotConfigured)?;
        let client = setup.vault.client(id).ok_or(LentError::NotConfigured)?;
        let grant = Grant {
            access: token.clone(),
            refresh: None,
            expires_in: None,
            scopes: None,
            extra: serde_json::Map::new(),
        };
        let bearer = Arc::new(GrantBearer(token.clone()));
        let asked = introduce(
            self.provider,
            api,
            (client, &setup.outbound),
            &grant,
            bearer,
        );
        match asked.await {
            Ok(account) => Ok(account),
            Err(CallError::Bearer(_) | CallError::Rejected) => Err(LentError::Refused),
            Err(error) => {
                tracing::debug!(provider = id, %error, "whose a lent token is was not told");
                Ok(Account {
                    id: digest(token.expose_secret()),
                    ..Account::default()
                })
            }
        }
    }

    async fn begin(&self, ground: Ground) -> Result<Job, LoadError> {
        let (setup, owner) = (&self.parts.setup, &self.owner);
        let profile = ground.provider.profile();
        let by_default = profile.streams.iter().filter(|stream| stream.by_default);
        let wanted: Vec<_> = by_default.collect();
        // Somebody waits, and hears soon that the store is away.
        patience::within(patience::PER_REQUEST, async {
            let lease = hold::take(setup, owner, profile.id).await?;
            let lease = lease.ok_or(LoadError::Busy)?;
            let plan = async |ground: &Ground| Ok(start::planned(setup, ground, &wanted));
            start::shown(setup, owner, ground, plan, &lease).await
        })
        .await
    }

    /// Erases all that was stored. What cannot be erased ends by itself.
    async fn erase(&self, written: &Written) {
        if let Err(error) = self.erase_all(written).await {
            tracing::warn!(%error, "what a lent token brought could not be erased; it ends within the hour");
        }
    }

    async fn erase_all(&self, written: &Written) -> Result<(), LoadError> {
        let (setup, owner) = (&self.parts.setup, &self.owner);
        let provider = self.provider.profile().id;
        let known = snapshot::patiently(|| snapshot::withdraw(setup, owner, provider)).await?;
        self.parts.shelf.forget(owner, provider, &known).await;
        snapshot::patiently(|| snapshot::erase(setup, &known)).await?;
        for ((of, stream), blocks) in written.take() {
            let run = Run {
                blocks,
                ..Run::new(&of)
            };
            let delete = || async { Ok(pages::delete(&setup.store, &stream, &run).await?) };
            snapshot::patiently(delete).await?;
        }
        Ok(())
    }
}
