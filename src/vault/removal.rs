//! The end of a record: its owner disconnects, or nobody has used it for too long.

use super::records::Found;
use super::{Connection, Parts, Stored, Vault, VaultError};
use crate::owner::Owner;
use crate::store::{StoreError, Versioned, keys};

/// What was taken out of the vault.
#[derive(Debug)]
pub enum Removed {
    /// There was nothing to take.
    Nothing,
    /// A record that cannot be read.
    Unreadable,
    /// This connection.
    Connection(Box<Connection>),
}

impl Vault {
    /// Forgets a connection, and answers what there was.
    pub async fn remove(&self, owner: &Owner, provider: &str) -> Result<Removed, VaultError> {
        loop {
            let removed = self.parts.take(owner, provider, |_| true).await?;
            if let Some(removed) = removed {
                self.parts.unindex(owner, provider, &removed).await;
                return Ok(removed);
            }
        }
    }

    /// Forgets a connection if nobody has used it for too long, and not since it was looked at for this. One that
    /// cannot be read stays: its key may come back, or another replica has it.
    pub async fn remove_unused(
        &self,
        owner: &Owner,
        provider: &str,
    ) -> Result<Removed, VaultError> {
        let parts = &self.parts;
        let unused = |stored: Option<&Stored>| {
            stored.is_some_and(|stored| parts.is_forgotten(provider, stored))
        };
        let removed = parts.take(owner, provider, unused).await?;
        let removed = removed.unwrap_or(Removed::Nothing);
        parts.unindex(owner, provider, &removed).await;
        Ok(removed)
    }
}

impl Parts {
    /// Takes a record out, if it is as `wanted`, which hears `None` of one that cannot be read; `None` where it
    /// was changed or used meanwhile.
    pub(super) async fn take(
        &self,
        owner: &Owner,
        provider: &str,
        wanted: impl Fn(Option<&Stored>) -> bool,
    ) -> Result<Option<Removed>, VaultError> {
        let found = match self.find(owner, provider).await? {
            Found::Nothing => return Ok(Some(Removed::Nothing)),
            Found::Damaged => None,
            Found::Record(found) => Some(found),
        };
        let stored = found.as_ref().map(|it| self.open(owner, provider, it));
        let stored = stored.and_then(Result::ok);
        if !wanted(stored.as_ref()) {
            return Ok(Some(Removed::Nothing));
        }
        let connection = stored.map(|stored| stored.connection);
        self.hand_on(owner, provider, connection.as_ref()).await?;
        let gone = self.delete(owner, provider, found.as_ref()).await?;
        Ok(gone.then(|| match connection {
            Some(connection) => Removed::Connection(Box::new(connection)),
            None => Removed::Unreadable,
        }))
    }

    /// Deletes a record if it is still as it was `found`; what is none (`None`), whatever it is. Tells whether
    /// something was deleted.
    pub(super) async fn delete(
        &self,
        owner: &Owner,
        provider: &str,
        found: Option<&Versioned>,
    ) -> Result<bool, StoreError> {
        let key = keys::connection(owner, provider);
        match found {
            Some(found) => self.store.delete_versioned(&key, found).await,
            None => {
                tracing::error!(provider, "a damaged record is taken out of the way");
                self.store.delete(&key).await
            }
        }
    }

    /// Before a record goes, or another takes its place: connections that share its grant and were left behind
    /// get its tokens. One whose tokens are spent has none to give.
    pub(super) async fn hand_on(
        &self,
        owner: &Owner,
        provider: &str,
        connection: Option<&Connection>,
    ) -> Result<(), VaultError> {
        if let Some(connection) = connection.filter(|it| !it.is_spent()) {
            let (account, tokens) = (&connection.account.id, &connection.credential);
            self.share(owner, provider, account, tokens).await?;
        }
        Ok(())
    }

    /// Takes what is gone out of the indexes. What fails leads nowhere, and is found out then.
    pub(super) async fn unindex(&self, owner: &Owner, provider: &str, removed: &Removed) {
        let mut done = Ok(());
        if let Removed::Connection(connection) = removed {
            done = self.unlist(owner, provider, &connection.account.id).await;
        }
        if !matches!(removed, Removed::Nothing) {
            done = done.and(self.unschedule(owner, provider).await);
        }
        if let Err(error) = done {
            tracing::warn!(provider, %error, "a connection that is gone is still indexed");
        }
    }
}
