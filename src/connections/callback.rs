//! The way back: from the provider's redirect to a stored connection.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::Connections;
use super::pending::{Found, Pending};
use crate::error::{Failure, Kind};
use crate::outbound::oauth::{Client, Grant, GrantError};
use crate::outbound::{Call, CallError, NoAnswer, Target};
use crate::providers::{Account, GrantFailure, Introduction, Profile, Provider};
use crate::vault::{Connection, Credential, GrantBearer, VaultError};

/// The longest that asking who an account is may take.
const INTRODUCTION: Duration = Duration::from_secs(30);

/// What a provider's redirect carries. Prints without code and state.
#[derive(Default)]
pub struct Callback {
    /// The state that we gave.
    pub state: Option<String>,
    /// The code to exchange.
    pub code: Option<SecretString>,
    /// Why there is none.
    pub error: Option<String>,
    /// Who says so (RFC 9207).
    pub iss: Option<String>,
}

/// A connection that was made, or a person who said no.
pub enum Completed {
    /// It is stored.
    Connected {
        /// Who it is at the provider.
        account: Account,
        /// The name of the account that was connected before, if it was another one.
        replaced: Option<String>,
        /// Where the person goes on.
        return_to: String,
    },
    /// The person said no at the provider.
    Denied {
        /// Where the person goes on.
        return_to: String,
    },
}

/// Why a callback is refused.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It has no state.
    #[error("no state")]
    MissingState,
    /// Nothing was begun with this state.
    #[error("unknown state")]
    UnknownState,
    /// It was begun too long ago.
    #[error("expired state")]
    ExpiredState,
    /// It has been used.
    #[error("used state")]
    UsedState,
    /// It was begun for another provider.
    #[error("state of another provider")]
    OtherProvider,
    /// It was begun in another browser session.
    #[error("state of another session")]
    OtherSession,
    /// Someone else than the provider sent it.
    #[error("wrong issuer")]
    WrongIssuer,
    /// It has neither code nor error.
    #[error("no code")]
    MissingCode,
    /// The provider reports an error other than a denial.
    #[error("the provider reports {0}")]
    Reported(String),
    /// The provider is not configured any more.
    #[error("not configured")]
    NotConfigured,
    /// The code was not exchanged.
    #[error("the exchange failed: the provider {error}")]
    Exchange {
        /// What it means.
        failure: GrantFailure,
        /// What happened.
        error: GrantError,
    },
    /// The provider does not say whose grant it is.
    #[error("the account is unknown: the provider {0}")]
    Account(CallError),
    /// It cannot be stored.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Connections {
    /// Completes an authorisation. `session` is what the request's browser session is tied by.
    pub async fn complete(
        &self,
        provider: &str,
        session: Option<&str>,
        callback: Callback,
    ) -> Result<Completed, Refusal> {
        let known = self.registry.get(provider).ok_or(Refusal::NotConfigured)?;
        let client = self.vault.client(provider).ok_or(Refusal::NotConfigured)?;
        let pending = self
            .pending_of(known.profile(), session, &callback, client)
            .await?;
        if let Some(error) = callback.error {
            return match error.as_str() {
                "access_denied" => Ok(Completed::Denied {
                    return_to: pending.return_to,
                }),
                _ => Err(Refusal::Reported(printable(&error))),
            };
        }
        let code = callback.code.ok_or(Refusal::MissingCode)?;
        let verifier = pending.verifier();
        let grant = client
            .exchange(&self.outbound, &code, verifier.as_ref())
            .await
            .map_err(|error| Refusal::Exchange {
                failure: known.classify(&error),
                error,
            })?;
        let account = self
            .account(known, client, &grant)
            .await
            .map_err(Refusal::Account)?;
        self.store_connection(known, &pending, grant, account).await
    }

    /// The authorisation that the callback belongs to, if nothing speaks against it.
    async fn pending_of(
        &self,
        profile: &Profile,
        session: Option<&str>,
        callback: &Callback,
        client: &Client,
    ) -> Result<Pending, Refusal> {
        let state = callback.state.as_deref().filter(|state| !state.is_empty());
        let pending = match self
            .take_pending(state.ok_or(Refusal::MissingState)?)
            .await?
        {
            Found::Good(pending) => *pending,
            Found::Expired => return Err(Refusal::ExpiredState),
            Found::Used => return Err(Refusal::UsedState),
            Found::Nothing => return Err(Refusal::UnknownState),
        };
        if pending.provider != profile.id {
            return Err(Refusal::OtherProvider);
        }
        if session != Some(pending.session.as_str()) {
            return Err(Refusal::OtherSession);
        }
        let own_issuer = client.auth_url.origin().ascii_serialization();
        let issuer = profile.oauth.issuer.unwrap_or(&own_issuer);
        if callback
            .iss
            .as_deref()
            .is_some_and(|iss| iss.trim_end_matches('/') != issuer)
        {
            return Err(Refusal::WrongIssuer);
        }
        Ok(pending)
    }

    /// Asks the provider who the grant belongs to.
    async fn account(
        &self,
        provider: &dyn Provider,
        client: &Client,
        grant: &Grant,
    ) -> Result<Account, CallError> {
        let profile = provider.profile();
        let api = self
            .apis
            .get(profile.id)
            .ok_or_else(|| CallError::Broken("it is not configured".to_owned()))?;
        let target = Target {
            base: api.base.clone(),
            unit: format!("{}:introduction", profile.id),
            rate: api.rate,
            passing: profile.passing,
            wait_hint: profile.wait_hint,
        };
        let bearer = Arc::new(GrantBearer(grant.access.clone()));
        let call = Call::new(self.outbound.clone(), target, bearer);
        let introduction = Introduction {
            call: &call,
            client,
            outbound: &self.outbound,
            grant,
        };
        // Somebody sits in front of this: not all the tries that a load would make.
        tokio::time::timeout(INTRODUCTION, provider.account(introduction))
            .await
            .unwrap_or(Err(CallError::NoAnswer(NoAnswer::Lost)))
    }

    async fn store_connection(
        &self,
        provider: &dyn Provider,
        pending: &Pending,
        grant: Grant,
        account: Account,
    ) -> Result<Completed, Refusal> {
        let now = self.clock.now();
        let id = provider.profile().id;
        let asked = self.asked_scopes(id);
        let granted = provider
            .granted_scopes(&grant)
            .unwrap_or_else(|| asked.clone());
        let missing = asked
            .into_iter()
            .filter(|scope| !granted.contains(scope))
            .collect();
        // A record that cannot be read any more (its key is gone) is simply replaced.
        let before = match self.vault.get(&pending.owner, id).await {
            Ok(before) => before.map(|stored| stored.connection),
            Err(VaultError::Store(error)) => return Err(VaultError::Store(error).into()),
            Err(_) => None,
        };
        let credential = Credential::from_grant(&grant, None, now);
        let mut connection = Connection::new(account.clone(), credential, granted, missing, now);
        let replaced = before
            .as_ref()
            .filter(|before| before.account.id != account.id)
            .map(|before| before.account.name.clone());
        if let Some(before) = before.filter(|_| replaced.is_none()) {
            connection.history = before.history;
        }
        connection.note(now, format!("Connected as {}", account.name));
        self.vault.put(&pending.owner, id, &connection).await?;
        if replaced.is_some()
            && let Err(error) = self.loads.forget(&pending.owner, id).await
        {
            tracing::warn!(%error, "items of the account before could not be deleted");
        }
        Ok(Completed::Connected {
            account,
            replaced,
            return_to: pending.return_to.clone(),
        })
    }
}

/// Text that came with a URL, fit for a sentence.
fn printable(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_ascii_graphic())
        .take(60)
        .collect()
}

impl Refusal {
    /// The refusal in words, for a page; `name` is the provider's.
    pub fn into_failure(self, name: &str) -> Failure {
        let again = "Nothing was stored. Go to Connections and connect again.";
        let bad = |title: String| Failure::new(Kind::BadRequest, title, again);
        match self {
            Self::MissingState => bad(format!("The answer from {name} has no state")),
            Self::UnknownState => bad("Patchbay did not begin this connection".to_owned()),
            Self::ExpiredState => bad("This connection was begun too long ago".to_owned()),
            Self::UsedState => bad("This answer has been used already".to_owned()),
            Self::OtherProvider => bad(format!("This connection was not begun for {name}")),
            Self::WrongIssuer => bad(format!("This answer does not come from {name}")),
            Self::MissingCode => bad(format!("The answer from {name} has no code")),
            Self::Reported(error) => bad(format!("{name} reports an error: {error}")),
            Self::NotConfigured => bad(format!("{name} is not configured here")),
            Self::OtherSession => Failure::new(
                Kind::Forbidden,
                "This connection was begun in another browser session",
                "Nothing was stored. Sign in here, go to Connections and connect again.",
            ),
            Self::Exchange { failure, error } => exchange_failure(name, failure, error),
            Self::Account(error) => Failure::new(
                Kind::Provider,
                format!("{name} does not say which account this is"),
                "Nothing was stored. Try to connect again in a while.",
            )
            .because(error),
            Self::Vault(error) => error.into(),
        }
    }
}

fn exchange_failure(name: &str, failure: GrantFailure, error: GrantError) -> Failure {
    let (kind, title, message) = match failure {
        GrantFailure::Withdrawn => (
            Kind::BadRequest,
            format!("{name} does not accept the code any more"),
            "Nothing was stored. Codes are good once and for a few minutes: connect again."
                .to_owned(),
        ),
        GrantFailure::Misconfigured => (
            Kind::Provider,
            format!("{name} does not accept this Patchbay"),
            format!(
                "Nothing was stored. The client id, the secret or the redirect URL is not what {name} has on record: tell the operator."
            ),
        ),
        GrantFailure::Passing => (
            Kind::Provider,
            format!("{name} does not answer as it should"),
            "Nothing was stored. Try to connect again in a while.".to_owned(),
        ),
    };
    Failure::new(kind, title, message).because(error)
}
