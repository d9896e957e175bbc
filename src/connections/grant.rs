//! From a code to a stored connection.
//!
//! A code is good once, so what it brings is seen to its end in a task of its own: neither a browser that
//! went away nor a store that is away for a while loses a grant.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use tokio::sync::oneshot;

use tracing::Instrument as _;

use super::candidate::Candidate;
use super::pending::Pending;
use super::{Connections, End, Refusal};
use crate::activity::{Action, By, Entry};
use crate::outbound::CallError;
use crate::outbound::oauth::{Client, Grant};
use crate::owner::Owner;
use crate::peer::Peer;
use crate::providers::{Account, Provider, introduce};
use crate::store::StoreError;
use crate::vault::{Connection, Credential, GrantBearer, VaultError};

/// How long a grant is held while the store is away.
const HELD: Duration = Duration::from_secs(60);
const STORE_AGAIN: Duration = Duration::from_millis(500);

impl Connections {
    /// Exchanges the code and stores what it brings.
    pub(super) async fn make(
        &self,
        pending: Pending,
        code: SecretString,
        peer: Peer,
    ) -> Result<End, Refusal> {
        let (tell, hear) = oneshot::channel();
        let this = self.clone();
        let task = self.grants.track_future(async move {
            // Whoever asked may be gone: then nobody hears it, and the connection is there all the same.
            match this.grant(&pending, &code).await {
                Ok(made) => {
                    let by = pending.by(peer);
                    this.store_patiently(&pending, made, &by, tell).await;
                }
                Err(refusal) => drop(tell.send(Err(refusal))),
            }
        });
        self.setup.tasks.spawn(task.in_current_span());
        hear.await.unwrap_or(Err(Refusal::Dropped))
    }

    async fn grant(&self, pending: &Pending, code: &SecretString) -> Result<Candidate, Refusal> {
        let provider = self.setup.registry.get(&pending.provider);
        let client = self.setup.vault.client(&pending.provider);
        let (provider, client) = provider.zip(client).ok_or(Refusal::NotConfigured)?;
        let verifier = pending.verifier();
        let asked = self.setup.clock.now();
        let grant = client
            .exchange(&self.setup.outbound, code, verifier.as_ref())
            .await
            .map_err(|error| Refusal::Exchange {
                failure: provider.classify(&error),
                error,
            })?;
        let account = self.account(provider, client, &grant).await;
        let account = account.map_err(Refusal::Account)?;
        let made = self.candidate_of(provider, &grant, asked, account);
        Ok(Candidate {
            return_to: Some(pending.return_to.clone()),
            program: pending.program.clone(),
            ..made
        })
    }

    /// Asks the provider who the grant belongs to.
    async fn account(
        &self,
        provider: &dyn Provider,
        client: &Client,
        grant: &Grant,
    ) -> Result<Account, CallError> {
        let unknown = || CallError::Broken("it is not configured".to_owned());
        let api = self.setup.apis.get(provider.profile().id);
        let api = api.ok_or_else(unknown)?;
        let bearer = Arc::new(GrantBearer(grant.access.clone()));
        introduce(provider, api, (client, &self.setup.outbound), grant, bearer).await
    }

    /// Stores the connection. While the store is away the person is told so, and it is tried on.
    async fn store_patiently(
        &self,
        pending: &Pending,
        made: Candidate,
        by: &By,
        tell: oneshot::Sender<Result<End, Refusal>>,
    ) {
        let mut tell = Some(tell);
        let mut say = |result| tell.take().map(|tell| drop(tell.send(result)));
        let deadline = tokio::time::Instant::now() + HELD;
        loop {
            let error = match self.store_or_ask(pending, &made, by).await {
                Ok(end) => {
                    say(Ok(end));
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

    /// Stores the connection, or keeps the grant of another account than the connected one until the person has
    /// chosen. A candidate from before is let go, unless it is of the same account.
    async fn store_or_ask(
        &self,
        pending: &Pending,
        made: &Candidate,
        by: &By,
    ) -> Result<End, VaultError> {
        let (owner, provider) = (&pending.owner, &pending.provider[..]);
        let before = self.readable(owner, provider).await?;
        if before.as_ref().is_some_and(|before| !made.is_for(before)) {
            let older = self.keep_candidate(owner, provider, made).await?;
            let (this, loose) = (self.clone(), older.map(|it| it.loose(owner, provider)));
            self.setup
                .tasks
                .spawn(async move { this.let_go(loose).await }.in_current_span());
            return Ok(End::OtherAccount {
                question: made.id.clone(),
            });
        }
        self.store_grant(owner, provider, made, before, by).await?;
        Ok(End::Connected(made.account.clone()))
    }

    /// Stores the connection that a grant makes in place of the one `before`. A record that cannot be read any
    /// more is simply replaced.
    pub(super) async fn store_grant(
        &self,
        owner: &Owner,
        provider: &str,
        made: &Candidate,
        before: Option<Connection>,
        by: &By,
    ) -> Result<(), VaultError> {
        let other = before.as_ref().is_some_and(|before| !made.is_for(before));
        let action = match &before {
            None => Action::Connected,
            Some(_) if other => Action::Replaced,
            Some(_) => Action::Reconnected,
        };
        let mut connection = made.connection();
        if let Some(before) = before.filter(|_| !other) {
            connection.continue_history(before);
        }
        self.setup.vault.put(owner, provider, &connection).await?;
        if other {
            self.forget_loads(owner, provider).await;
        }
        let entry = Entry::of(by, owner, action).at(provider);
        self.setup.activity.note(&entry).await;
        Ok(())
    }

    /// What came of a grant that was asked for at this moment.
    fn candidate_of(
        &self,
        provider: &dyn Provider,
        grant: &Grant,
        asked: Timestamp,
        account: Account,
    ) -> Candidate {
        let profile = provider.profile();
        let granted = provider.granted_scopes(grant);
        let granted = granted.unwrap_or_else(|| self.asked_scopes(profile));
        let missing = self.lacking(profile, &granted);
        Candidate {
            id: self.setup.entropy.token(),
            account,
            credential: Credential::from_grant(grant, asked),
            scopes: granted,
            missing,
            made_at: self.setup.clock.now(),
            return_to: None,
            program: None,
        }
    }

    /// Items of another account are not shown any more; here they also go away.
    async fn forget_loads(&self, owner: &Owner, provider: &str) {
        let loads = &self.setup.loads;
        let erased = match loads.withdraw(owner, provider).await {
            Ok(withdrawn) => loads.erase(&withdrawn).await,
            Err(error) => Err(error),
        };
        if let Err(error) = erased {
            tracing::warn!(%error, "items of the account before could not be erased; they end later");
        }
    }
}
