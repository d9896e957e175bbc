//! A check: one call that proves whether the tokens of a connection work, while a person waits for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};

use super::Connections;
use crate::outbound::{Call, CallError};
use crate::owner::Owner;
use crate::patience;
use crate::providers::{Api, Provider};
use crate::vault::{CheckBearer, Ended, LastError, TokenError};

/// The longest that a check may take in all, its turn within the provider's limit included.
const IN_TIME: Duration = Duration::from_secs(10);

/// What a check found.
#[derive(Clone, Debug)]
pub enum Checked {
    /// The provider takes the tokens.
    Works {
        /// The account that they are for.
        account: String,
    },
    /// There is no token to ask with, or none that the provider takes.
    NoToken(TokenError),
    /// The provider failed, which says nothing of the tokens; how, as a phrase that follows its name.
    Failed(String),
    /// There was no answer in time, which says nothing of the tokens either.
    Late,
    /// The operator does not offer the provider any more.
    NotConfigured,
}

type Running = Shared<BoxFuture<'static, Checked>>;

/// The checks that are under way in this process.
#[derive(Clone, Default)]
pub(super) struct Checks(Arc<Mutex<HashMap<(Owner, &'static str), Running>>>);

impl Connections {
    /// Asks the provider whether the tokens work. Who asks while a check of the same connection is under way
    /// hears what that one finds.
    pub async fn check(&self, owner: &Owner, provider: &str) -> Checked {
        let setup = &self.setup;
        let known = setup.registry.get(provider);
        let Some(known) = known.filter(|_| setup.vault.client(provider).is_some()) else {
            return Checked::NotConfigured;
        };
        let Some(api) = setup.apis.get(provider) else {
            return Checked::NotConfigured;
        };
        let key = (owner.clone(), known.profile().id);
        let running = {
            let begin = || self.begin_check(key.clone(), known, api.clone());
            let mut checks = self.checks.lock();
            checks.entry(key.clone()).or_insert_with(begin).clone()
        };
        running.await
    }

    /// In a task of its own: what it finds is noted even if whoever asked goes away.
    fn begin_check(
        &self,
        key: (Owner, &'static str),
        known: &'static dyn Provider,
        api: Api,
    ) -> Running {
        let this = self.clone();
        let task = self.setup.tasks.spawn(async move {
            let _landing = Landing(&this.checks, key.clone());
            let check = this.run_check(&key.0, known, &api);
            // It waits for the store no longer than a request does, though it outlives one.
            let check = patience::scope(patience::PER_REQUEST, check);
            let checked = tokio::time::timeout(IN_TIME, check).await;
            checked.map_or(Checked::Late, |(checked, _)| checked)
        });
        let checked = task.map(|ended| {
            ended.unwrap_or_else(|error| {
                tracing::error!(%error, "a check broke off");
                Checked::Late
            })
        });
        checked.boxed().shared()
    }

    async fn run_check(&self, owner: &Owner, known: &dyn Provider, api: &Api) -> Checked {
        let (setup, profile) = (&self.setup, known.profile());
        let connection = match setup.vault.get(owner, profile.id).await {
            Ok(Some(stored)) => stored.connection,
            Ok(None) => return Checked::NoToken(TokenError::NotConnected),
            Err(error) => return Checked::NoToken(error.into()),
        };
        let bearer = CheckBearer::new(setup.vault.clone(), owner.clone(), profile.id);
        let bearer = Arc::new(bearer);
        let target = api.target(profile, connection.account.unit());
        let call = Call::new(setup.outbound.clone(), target, bearer.clone());
        match known.check(&call).await {
            Ok(()) => self.note_working(owner, profile.id, &bearer).await,
            Err(CallError::Rejected) => Checked::NoToken(TokenError::Ended(Ended::Refused)),
            Err(CallError::Bearer(_)) => {
                Checked::NoToken(bearer.error().unwrap_or(TokenError::Passing))
            }
            Err(error) => self.note_failure(owner, profile.id, &error).await,
        }
    }

    async fn note_working(&self, owner: &Owner, provider: &str, bearer: &CheckBearer) -> Checked {
        let Some(token) = bearer.token() else {
            return Checked::NoToken(TokenError::Passing);
        };
        match self.setup.vault.checked(owner, provider, &token).await {
            Ok(Some(connection)) => Checked::Works {
                account: connection.account.name,
            },
            Ok(None) => Checked::NoToken(TokenError::NotConnected),
            Err(error) => Checked::NoToken(error.into()),
        }
    }

    async fn note_failure(&self, owner: &Owner, provider: &str, error: &CallError) -> Checked {
        let id = self.setup.entropy.name();
        tracing::warn!(provider, check = id, %error, "a check failed");
        let last_error = LastError {
            at: self.setup.clock.now(),
            text: format!("Checking: the provider {error}"),
            id,
            reference: error.reference(),
        };
        let vault = &self.setup.vault;
        match vault.check_failed(owner, provider, &last_error).await {
            Ok(()) => Checked::Failed(error.to_string()),
            Err(error) => Checked::NoToken(error.into()),
        }
    }
}

impl Checks {
    fn lock(&self) -> MutexGuard<'_, HashMap<(Owner, &'static str), Running>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a check off the list, however it ends.
struct Landing<'a>(&'a Checks, (Owner, &'static str));

impl Drop for Landing<'_> {
    fn drop(&mut self) {
        self.0.lock().remove(&self.1);
    }
}
