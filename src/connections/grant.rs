//! From a code to a stored connection.
//!
//! A code is good once, so what it brings is seen to its end in a task of its own: neither a browser that
//! went away nor a store that is away for a while loses a grant.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::oneshot;

use super::pending::Pending;
use super::{Completed, Connections, Refusal};
use crate::outbound::oauth::{Client, Grant};
use crate::outbound::{Call, CallError, NoAnswer};
use crate::providers::{Account, Introduction, Provider};
use crate::store::StoreError;
use crate::vault::{Connection, Credential, GrantBearer, VaultError};

/// The longest that asking who an account is may take.
const INTRODUCTION: Duration = Duration::from_secs(30);
/// How long a grant is held while the store is away.
const HELD: Duration = Duration::from_secs(60);
const STORE_AGAIN: Duration = Duration::from_millis(500);

impl Connections {
    /// Exchanges the code and stores what it brings.
    pub(super) async fn make(
        &self,
        pending: Pending,
        code: SecretString,
    ) -> Result<Completed, Refusal> {
        let (tell, hear) = oneshot::channel();
        let this = self.clone();
        let task = self.grants.track_future(async move {
            // Whoever asked may be gone: then nobody hears it, and the connection is there all the same.
            match this.grant(&pending, &code).await {
                Ok(made) => this.store_patiently(&pending, made, tell).await,
                Err(refusal) => drop(tell.send(Err(refusal))),
            }
        });
        self.setup.tasks.spawn(task);
        hear.await.unwrap_or(Err(Refusal::Dropped))
    }

    async fn grant(
        &self,
        pending: &Pending,
        code: &SecretString,
    ) -> Result<(Grant, Account), Refusal> {
        let provider = self.setup.registry.get(&pending.provider);
        let client = self.setup.vault.client(&pending.provider);
        let (provider, client) = provider.zip(client).ok_or(Refusal::NotConfigured)?;
        let verifier = pending.verifier();
        let grant = client
            .exchange(&self.setup.outbound, code, verifier.as_ref())
            .await
            .map_err(|error| Refusal::Exchange {
                failure: provider.classify(&error),
                error,
            })?;
        let account = self.account(provider, client, &grant).await;
        Ok((grant, account.map_err(Refusal::Account)?))
    }

    /// Asks the provider who the grant belongs to.
    async fn account(
        &self,
        provider: &dyn Provider,
        client: &Client,
        grant: &Grant,
    ) -> Result<Account, CallError> {
        let profile = provider.profile();
        let unknown = || CallError::Broken("it is not configured".to_owned());
        let api = self.setup.apis.get(profile.id).ok_or_else(unknown)?;
        let bearer = Arc::new(GrantBearer(grant.access.clone()));
        let target = api.target(profile, "introduction");
        let call = Call::new(self.setup.outbound.clone(), target, bearer);
        let introduction = Introduction {
            call: &call,
            client,
            outbound: &self.setup.outbound,
            grant,
        };
        // Somebody sits in front of this: not all the tries that a load would make.
        tokio::time::timeout(INTRODUCTION, provider.account(introduction))
            .await
            .unwrap_or(Err(CallError::NoAnswer(NoAnswer::Late)))
    }

    /// Stores the connection. While the store is away the person is told so, and it is tried on.
    async fn store_patiently(
        &self,
        pending: &Pending,
        (grant, account): (Grant, Account),
        tell: oneshot::Sender<Result<Completed, Refusal>>,
    ) {
        let mut tell = Some(tell);
        let mut say = |result| tell.take().map(|tell| drop(tell.send(result)));
        let deadline = tokio::time::Instant::now() + HELD;
        loop {
            let error = match self.store_connection(pending, &grant, &account).await {
                Ok(completed) => {
                    say(Ok(completed));
                    return;
                }
                Err(error) => error,
            };
            let passes = matches!(error, VaultError::Store(StoreError::Away(_)));
            if !passes || tokio::time::Instant::now() > deadline {
                tracing::error!(provider = pending.provider, %error, "a grant could not be stored");
                say(Err(error.into()));
                return;
            }
            say(Err(error.into()));
            tokio::time::sleep(STORE_AGAIN).await;
        }
    }

    async fn store_connection(
        &self,
        pending: &Pending,
        grant: &Grant,
        account: &Account,
    ) -> Result<Completed, VaultError> {
        let provider = self.setup.registry.get(&pending.provider);
        let provider = provider.ok_or(VaultError::Format)?;
        let (id, owner) = (provider.profile().id, &pending.owner);
        // A record that cannot be read any more (its key is gone) is simply replaced.
        let before = match self.setup.vault.get(owner, id).await {
            Err(VaultError::Store(error)) => return Err(error.into()),
            before => before.ok().flatten().map(|stored| stored.connection),
        };
        let replaced = before
            .as_ref()
            .filter(|before| before.account.id != account.id)
            .map(|before| before.account.name.clone());
        let mut connection = self.connection(provider, grant, account);
        if let Some(before) = before.filter(|_| replaced.is_none()) {
            connection.continue_history(before);
        }
        self.setup.vault.put(owner, id, &connection).await?;
        if replaced.is_some() {
            self.forget_loads(pending).await;
        }
        Ok(Completed::Connected {
            account: account.clone(),
            replaced,
            return_to: pending.return_to.clone(),
        })
    }

    fn connection(&self, provider: &dyn Provider, grant: &Grant, account: &Account) -> Connection {
        let now = self.setup.clock.now();
        let profile = provider.profile();
        let asked = self.asked_scopes(profile);
        let granted = provider.granted_scopes(grant);
        let granted = granted.unwrap_or_else(|| asked.clone());
        let missing = asked
            .into_iter()
            .filter(|scope| profile.needs(scope) && !granted.contains(scope))
            .collect();
        let credential = Credential::from_grant(grant, now);
        let mut connection = Connection::new(account.clone(), credential, granted, missing, now);
        connection.note(now, format!("Connected as {}", account.name));
        connection
    }

    /// Items of another account are not shown any more; here they also go away.
    async fn forget_loads(&self, pending: &Pending) {
        let loads = &self.setup.loads;
        let erased = match loads.withdraw(&pending.owner, &pending.provider).await {
            Ok(withdrawn) => loads.erase(&withdrawn).await,
            Err(error) => Err(error),
        };
        if let Err(error) = erased {
            tracing::warn!(%error, "items of the account before could not be erased; they end later");
        }
    }
}
