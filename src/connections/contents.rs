//! Reading what stands in an item, while a person waits for it.

use std::sync::Arc;
use std::time::Duration;

use super::Connections;
use crate::outbound::{Call, CallError};
use crate::owner::Owner;
use crate::providers::{Content, ContentError, Contents};
use crate::vault::{CheckBearer, Ended, TokenError, VaultError};

/// The longest that it may take in all. Providers end by themselves before that, and say where.
const IN_TIME: Duration = Duration::from_secs(40);

/// Why what stands in an item cannot be shown.
#[derive(Debug)]
pub enum NoContent {
    /// There is no token to ask with, or none that the provider takes.
    NoToken(TokenError),
    /// It is not there any more, or was not shared.
    Gone,
    /// The provider failed, or does not let it be read; how, as a phrase that follows its name.
    Failed(String),
    /// There was no answer in time.
    Late,
    /// The operator does not offer the provider any more.
    NotConfigured,
}

impl Connections {
    /// Whether something can stand in items of this type that can be read.
    pub fn have_contents(&self, provider: &str, kind: &str) -> bool {
        let contents = self.contents(provider);
        contents.is_some_and(|contents| contents.kinds().contains(&kind))
    }

    fn contents(&self, provider: &str) -> Option<&'static dyn Contents> {
        self.setup.registry.get(provider)?.contents()
    }

    /// Asks the provider what stands in an item.
    pub async fn content(
        &self,
        owner: &Owner,
        provider: &str,
        kind: &str,
        id: &str,
    ) -> Result<Content, NoContent> {
        let reading = self.read_content(owner, provider, kind, id);
        let read = tokio::time::timeout(IN_TIME, reading).await;
        read.unwrap_or(Err(NoContent::Late))
    }

    async fn read_content(
        &self,
        owner: &Owner,
        provider: &str,
        kind: &str,
        id: &str,
    ) -> Result<Content, NoContent> {
        let setup = &self.setup;
        let (Some(profile), Some(contents), Some(api)) = (
            self.profile(provider),
            self.contents(provider),
            setup.apis.get(provider),
        ) else {
            return Err(NoContent::NotConfigured);
        };
        let connection = match setup.vault.get(owner, profile.id).await {
            Ok(Some(stored)) => stored.connection,
            Ok(None) => return Err(NoContent::NoToken(TokenError::NotConnected)),
            Err(error) => return Err(NoContent::NoToken(error.into())),
        };
        let bearer = CheckBearer::new(setup.vault.clone(), owner.clone(), profile.id);
        let bearer = Arc::new(bearer);
        let target = api.target(profile, connection.account.unit());
        let call = Call::new(setup.outbound.clone(), target, bearer.clone());
        let read = contents.read(&call, &connection.account, kind, id).await;
        read.map_err(|error| NoContent::of(error, &bearer))
    }
}

impl NoContent {
    fn of(error: ContentError, bearer: &CheckBearer) -> Self {
        match error {
            ContentError::NotFound => Self::Gone,
            ContentError::Unreadable(how) => Self::Failed(how.to_owned()),
            ContentError::Call(CallError::Rejected) => {
                Self::NoToken(TokenError::Ended(Ended::Refused))
            }
            ContentError::Call(CallError::Bearer(_)) => {
                Self::NoToken(bearer.error().unwrap_or(TokenError::Passing))
            }
            ContentError::Call(CallError::Store(error)) => {
                Self::NoToken(VaultError::from(error).into())
            }
            ContentError::Call(error) => Self::Failed(error.to_string()),
        }
    }
}
