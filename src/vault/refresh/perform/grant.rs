//! The steps about the grant: its lock, the question to the provider, and the others who have it.

use std::time::Duration;

use super::super::procedure::{Event, Refusal};
use super::{HeldPair, Refresh};
use crate::outbound::oauth::GrantError;
use crate::providers::GrantFailure;
use crate::store::{Held, StoreError, keys};

/// Life of the lock, which is renewed while its holder lives. Longer than a call to the provider can take.
const LOCK_LIFE: Duration = Duration::from_secs(30);
/// So long after its mark was written a request may still be sent.
const MARK_COUNTS: Duration = Duration::from_secs(5);

impl Refresh<'_> {
    pub(super) async fn take(&mut self, grant: &str) -> Event {
        let key = keys::refresh_lock(self.provider, grant);
        match self.parts.store.hold(key, LOCK_LIFE).await {
            Ok(held) => {
                self.lock = held;
                Event::Took(self.lock.is_some())
            }
            Err(error) => self.own_fault(error.into()),
        }
    }

    pub(super) async fn release(&mut self) {
        if let Some(held) = self.lock.take()
            && let Err(error) = held.release().await
        {
            tracing::warn!(%error, "a refresh lock could not be released; it ends by itself");
        }
    }

    pub(super) async fn ask(&mut self) -> Event {
        // A process that was stopped in between would send a token that somebody else has spent by now.
        let lost = self.lock.as_ref().is_none_or(Held::is_lost);
        if lost || self.marked.elapsed() > MARK_COUNTS {
            return self.own_fault(StoreError::too_late().into());
        }
        let client = self.parts.clients.get(self.provider);
        let Some((client, stored)) = client.zip(self.record.as_ref()) else {
            return Event::Fault;
        };
        let credential = &stored.connection.credential;
        let Some(refresh) = &credential.refresh else {
            return Event::Failed(Refusal::Spent);
        };
        // From here on it may live: an answer can be long on its way.
        let asked = self.parts.clock.now();
        match client.refresh(&self.parts.outbound, refresh).await {
            Ok(grant) => {
                self.fresh = Some(credential.renewed(&grant, asked));
                self.held = Some(HeldPair::new(&self.parts.held));
                Event::Granted
            }
            Err(error) => self.failed_with(error),
        }
    }

    fn failed_with(&mut self, error: GrantError) -> Event {
        let known = self.parts.registry.get(self.provider);
        let failure = known.map_or(GrantFailure::Passing, |known| known.classify(&error));
        tracing::warn!(%error, ?failure, "a refresh failed");
        self.failed = Some((error, failure));
        Event::Failed(match failure {
            GrantFailure::Withdrawn => Refusal::Spent,
            GrantFailure::Conflict(_) => Refusal::Conflict,
            _ => Refusal::Other,
        })
    }

    /// Other connections of the same grant get the fresh tokens, too. One that is missed here finds them by
    /// itself, when the provider refuses its own.
    pub(super) async fn share(&mut self) -> Event {
        self.held = None;
        let Some(fresh) = &self.fresh else {
            return Event::Passed;
        };
        let (owner, provider) = (self.owner, self.provider);
        let shared = self.parts.share(owner, provider, &self.account, fresh);
        match shared.await {
            Ok(count) => {
                self.shared_with += count;
                Event::Passed
            }
            Err(error) => self.own_fault(error),
        }
    }

    pub(super) async fn look_around(&mut self) -> Event {
        let Some(stored) = &self.record else {
            return Event::Fault;
        };
        let newer = self
            .parts
            .newer_elsewhere(self.owner, self.provider, &stored.connection);
        match newer.await {
            Ok(newer) => {
                self.fresh = newer;
                self.adopted = self.fresh.is_some();
                Event::Found(self.fresh.is_some())
            }
            Err(error) => self.own_fault(error),
        }
    }
}
