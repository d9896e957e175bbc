//! What is done for one entry of the index.

use super::super::Connections;
use crate::load::LoadError;
use crate::owner::Owner;
use crate::store::keys;
use crate::vault::{Task, TokenError};

/// So much later an entry comes again that failed.
const LATER_MS: i64 = 60_000;

impl Connections {
    /// Looks after what an entry leads to. What fails comes again.
    pub(super) async fn look_after(&self, name: &str) {
        let done = match keys::parse_owned(name) {
            Some(found) if found.what == "connection" => {
                self.look_after_connection(&found.owner, &found.provider)
                    .await
            }
            Some(found) if found.what == "candidate" => {
                self.look_after_candidate(name, &found.owner, &found.provider)
                    .await
            }
            _ => self.unschedule(name).await,
        };
        if let Err(error) = done {
            tracing::warn!(%error, "a connection could not be looked after yet");
            self.put_off(name).await;
        }
    }

    async fn look_after_connection(&self, owner: &Owner, provider: &str) -> Result<(), LoadError> {
        match self.setup.vault.look_after(owner, provider).await? {
            None => Ok(()),
            Some(Task::Renew) => {
                self.renew(owner, provider).await;
                Ok(())
            }
            Some(Task::Forget) => self.forget(owner, provider).await,
        }
    }

    /// The vault writes down what comes of it, and when to look again.
    async fn renew(&self, owner: &Owner, provider: &str) {
        match self.setup.vault.renew(owner, provider, false).await {
            Ok(_) => tracing::debug!(provider, "a token was renewed before it was asked for"),
            Err(TokenError::Ended(_)) => tracing::info!(provider, "a connection has ended"),
            Err(error) => tracing::debug!(provider, %error, "a token could not be renewed yet"),
        }
    }

    /// A question that nobody answered.
    async fn look_after_candidate(
        &self,
        name: &str,
        owner: &Owner,
        provider: &str,
    ) -> Result<(), LoadError> {
        self.end_late_question(owner, provider).await?;
        self.unschedule(name).await
    }

    /// What fails must not stand before all else.
    async fn put_off(&self, name: &str) {
        let later = self.setup.clock.now().as_millisecond() + LATER_MS;
        let store = &self.setup.store;
        if let Err(error) = store.schedule(&keys::due(), name, later).await {
            tracing::debug!(%error, "an entry that fails could not be put off");
        }
    }

    async fn unschedule(&self, name: &str) -> Result<(), LoadError> {
        let store = &self.setup.store;
        Ok(store.unschedule(&keys::due(), name).await?)
    }
}
