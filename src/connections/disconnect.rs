//! The way out: everything of a connection goes, here and, where it can be, at the provider.

use tracing::Instrument as _;

use super::revoke::Loose;
use super::{Connections, Revocation};
use crate::activity::{Action, By, Entry};
use crate::load::{Load, LoadError};
use crate::owner::Owner;
use crate::vault::Removed;

/// How a disconnect went.
pub struct Disconnected {
    /// Whether there was a connection.
    pub was_connected: bool,
    /// What became of the grant at the provider.
    pub revocation: Revocation,
}

impl Connections {
    /// Disconnects, as its owner wishes, or an admin. It is done to its end even if whoever asked goes away.
    pub async fn disconnect(
        &self,
        owner: &Owner,
        provider: &str,
        by: By,
    ) -> Result<Disconnected, LoadError> {
        let (this, owner, provider) = (self.clone(), owner.clone(), provider.to_owned());
        self.to_its_end(async move {
            let withdrawn = this.setup.loads.withdraw(&owner, &provider).await?;
            let removed = match this.setup.vault.remove(&owner, &provider).await {
                Ok(removed) => removed,
                Err(error) => {
                    // Nothing names the items any more.
                    this.erase(&withdrawn).await;
                    return Err(error.into());
                }
            };
            let action = match by.actor.user() {
                Some(user) if user != owner.user => Action::DisconnectedByAdmin,
                _ => Action::Disconnected,
            };
            let entry = Entry::of(&by, &owner, action).at(&provider);
            let gone = this.let_all_go(&owner, &provider, removed, entry);
            let (gone, ()) = tokio::join!(gone, this.erase(&withdrawn));
            // A load may have begun, or ended, while the record was still there.
            let late = this.setup.loads.withdraw(&owner, &provider).await?;
            this.erase(&late).await;
            Ok(gone)
        })
        .await
    }

    /// Takes a connection away that nobody has used for too long.
    pub(super) async fn forget(&self, owner: &Owner, provider: &str) -> Result<(), LoadError> {
        let (this, owner, provider) = (self.clone(), owner.clone(), provider.to_owned());
        self.to_its_end(async move {
            let removed = this.setup.vault.remove_unused(&owner, &provider).await?;
            if matches!(removed, Removed::Nothing) {
                return Ok(());
            }
            tracing::info!(provider, "a connection that nobody used is forgotten");
            let entry = Entry::of(&By::patchbay(), &owner, Action::Forgotten);
            let entry = entry.at(&provider);
            this.let_all_go(&owner, &provider, removed, entry).await;
            let withdrawn = this.setup.loads.withdraw(&owner, &provider).await?;
            this.erase(&withdrawn).await;
            Ok(())
        })
        .await
    }

    /// Runs in a task that a stop waits for.
    async fn to_its_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, LoadError>> + Send + 'static,
    ) -> Result<T, LoadError> {
        let work = self.grants.track_future(work.in_current_span());
        let done = self.setup.tasks.spawn(work).await;
        done.unwrap_or_else(|error| {
            tracing::error!(%error, "a disconnect broke off");
            Err(LoadError::Gone)
        })
    }

    /// Notes what was done, and tells the provider of the connection's grant and of one that waits to be chosen.
    async fn let_all_go(
        &self,
        owner: &Owner,
        provider: &str,
        removed: Removed,
        entry: Entry,
    ) -> Disconnected {
        let was_connected = !matches!(removed, Removed::Nothing);
        if was_connected {
            self.setup.activity.note(&entry).await;
        }
        let candidate = self.drop_candidate(owner, provider).await;
        let candidate = candidate.unwrap_or_else(|error| {
            tracing::warn!(provider, %error, "a candidate could not be dropped; it ends by itself");
            None
        });
        let connected = match removed {
            Removed::Connection(connection) => Some(Loose::of(owner, provider, *connection)),
            Removed::Nothing | Removed::Unreadable => None,
        };
        let waiting = candidate.map(|it| it.loose(owner, provider));
        let (connected, waiting) = tokio::join!(self.let_go(connected), self.let_go(waiting));
        Disconnected {
            was_connected,
            revocation: connected.and(waiting),
        }
    }

    /// What cannot be erased now is out of sight, and ends by itself.
    async fn erase(&self, withdrawn: &[Load]) {
        if let Err(error) = self.setup.loads.erase(withdrawn).await {
            tracing::warn!(%error, "items could not be erased; they end by themselves");
        }
    }
}
