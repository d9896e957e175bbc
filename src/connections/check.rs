//! A check: one call that proves whether the tokens of a connection work, while a person waits for it.

use std::sync::Arc;
use std::time::Duration;

use tracing::Instrument as _;

use super::Connections;
use crate::flights::{self, Flights, Outcome};
use crate::outbound::{Call, CallError};
use crate::owner::Owner;
use crate::patience;
use crate::providers::{Api, Provider};
use crate::vault::{CheckBearer, Ended, LastError, TokenError, VaultError};

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

/// The checks that are under way in this process.
pub(super) type Checks = Arc<Flights<(Owner, &'static str), Outcome<Checked>>>;

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
        let begin = || self.begin_check(key.clone(), known, api.clone());
        self.checks.join(key.clone(), begin).await
    }

    /// In a task of its own: what it finds is noted even if whoever asked goes away.
    fn begin_check(
        &self,
        key: (Owner, &'static str),
        known: &'static dyn Provider,
        api: Api,
    ) -> Outcome<Checked> {
        let this = self.clone();
        let check = async move {
            let _landing = this.checks.landing(key.clone());
            let check = this.run_check(&key.0, known, &api);
            // It waits for the store no longer than a request does, though it outlives one.
            let check = patience::scope(patience::PER_REQUEST, check);
            let checked = tokio::time::timeout(IN_TIME, check).await;
            checked.map_or(Checked::Late, |(checked, _)| checked)
        };
        let task = self.setup.tasks.spawn(check.in_current_span());
        flights::outcome(task, |error| {
            tracing::error!(%error, "a check broke off");
            Checked::Late
        })
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
            // Nothing was asked, so nothing is to be noted.
            Err(CallError::Store(error)) => Checked::NoToken(VaultError::from(error).into()),
            Err(error @ CallError::Busy(_)) => Checked::Failed(error.to_string()),
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
