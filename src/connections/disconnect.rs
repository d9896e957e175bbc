//! The way out: everything of a connection goes, here and, where it can be, at the provider.

use super::revoke::Loose;
use super::{Connections, Revocation};
use crate::activity::{Action, Entry};
use crate::load::LoadError;
use crate::owner::Owner;

/// How a disconnect went.
pub struct Disconnected {
    /// Whether there was a connection.
    pub was_connected: bool,
    /// What became of the grant at the provider.
    pub revocation: Revocation,
}

impl Connections {
    /// Disconnects, as its owner wishes.
    pub async fn disconnect(
        &self,
        owner: &Owner,
        provider: &str,
    ) -> Result<Disconnected, LoadError> {
        let gone = self.take_away(owner, provider).await?;
        if gone.was_connected {
            let entry = Entry::of_owner(owner, Action::Disconnected, provider);
            self.setup.activity.note(&entry).await;
        }
        Ok(gone)
    }

    /// Takes the connection and what was loaded out of sight, tells the provider, and erases the items. An
    /// account that waits to be chosen goes as well.
    pub(super) async fn take_away(
        &self,
        owner: &Owner,
        provider: &str,
    ) -> Result<Disconnected, LoadError> {
        let (vault, loads) = (&self.setup.vault, &self.setup.loads);
        let connection = self.readable(owner, provider).await?;
        let withdrawn = loads.withdraw(owner, provider).await?;
        let candidate = self.drop_candidate(owner, provider).await?;
        let was_connected = vault.remove(owner, provider).await?;
        let (connected, waiting, erased) = tokio::join!(
            self.let_go(connection.map(|it| Loose::of(owner, provider, it))),
            self.let_go(candidate.map(|it| it.loose(owner, provider))),
            loads.erase(&withdrawn),
        );
        erased?;
        Ok(Disconnected {
            was_connected,
            revocation: connected.and(waiting),
        })
    }
}
