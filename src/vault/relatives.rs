//! Connections that hold the same grant.
//!
//! An older Notion connection gives one live pair to the same person wherever they connect, and HubSpot's
//! installs of one portal can share a refresh token. So the connections of each account are listed, with what
//! their grants are known by. The list is a hint, written beside the records and not with them: what counts is
//! what a record itself holds.

use super::credential::Credential;
use super::record::Connection;
use super::{Parts, Stored, VaultError};
use crate::owner::Owner;
use crate::store::keys;

impl Parts {
    /// Lists the connection with its account.
    pub(super) async fn list(
        &self,
        owner: &Owner,
        provider: &str,
        connection: &Connection,
    ) -> Result<(), VaultError> {
        let list = keys::account(provider, &connection.account.id);
        let name = keys::connection(owner, provider);
        let family = connection.credential.family();
        let family: Vec<String> = family.map(String::from).collect();
        let family = family.join(" ");
        Ok(self.store.map_put(&list, name.as_str(), &family).await?)
    }

    /// Takes the connection off its account's list.
    pub(super) async fn unlist(
        &self,
        owner: &Owner,
        provider: &str,
        account: &str,
    ) -> Result<(), VaultError> {
        let list = keys::account(provider, account);
        let name = keys::connection(owner, provider);
        Ok(self.store.map_drop(&list, name.as_str()).await?)
    }

    /// The owners of other connections of an account that are listed with a grant of the same family: the same
    /// one, one that it came of, or one that came of it.
    pub(super) async fn kin(
        &self,
        owner: &Owner,
        provider: &str,
        account: &str,
        own: &Credential,
    ) -> Result<Vec<Owner>, VaultError> {
        let list = keys::account(provider, account);
        let family: Vec<String> = own.family().map(String::from).collect();
        let of_the_family = |listed: &str| {
            let mut listed = listed.split(' ');
            listed.any(|id| family.iter().any(|own| own == id))
        };
        let listed = self.store.map_all(&list).await?.into_iter();
        let kin = listed.filter(|(_, listed)| of_the_family(listed));
        let owners = kin.filter_map(|(name, _)| Some(keys::connection_of(&name)?.0));
        Ok(owners.filter(|other| other != owner).collect())
    }

    /// Gives fresh tokens to the other connections that still hold some which they came of; answers to how
    /// many. May be repeated.
    pub(super) async fn share(
        &self,
        owner: &Owner,
        provider: &str,
        account: &str,
        fresh: &Credential,
    ) -> Result<usize, VaultError> {
        let mut given = 0;
        for other in self.kin(owner, provider, account, fresh).await? {
            given += usize::from(self.give(&other, provider, fresh).await?);
        }
        Ok(given)
    }

    async fn give(
        &self,
        other: &Owner,
        provider: &str,
        fresh: &Credential,
    ) -> Result<bool, VaultError> {
        let now = self.clock.now();
        let given = self.change(other, provider, |connection| {
            let newer = fresh.succeeds(&connection.credential);
            newer.then(|| connection.renewed(fresh, now))
        });
        match given.await {
            Ok(Some(connection)) => {
                self.list(other, provider, &connection).await?;
                Ok(connection.credential.id() == fresh.id())
            }
            Ok(None) => Ok(false),
            Err(error) if error.passes() => Err(error),
            Err(error) => {
                tracing::warn!(provider, %error, "a connection of the same grant is unreadable");
                Ok(false)
            }
        }
    }

    /// The tokens of another connection of the same account that came of those which this one holds. Those of
    /// one that the provider has refused them to are of no use.
    pub(super) async fn newer_elsewhere(
        &self,
        owner: &Owner,
        provider: &str,
        connection: &Connection,
    ) -> Result<Option<Credential>, VaultError> {
        let own = connection.credential.id();
        let account = &connection.account.id;
        for other in self
            .relatives(owner, provider, account, &connection.credential)
            .await?
        {
            let spent = other.connection.is_spent();
            let theirs = other.connection.credential;
            if !spent && theirs.id() != own && theirs.descends_from(own) {
                return Ok(Some(theirs));
            }
        }
        Ok(None)
    }

    /// How many connections of other owners use this grant.
    pub(super) async fn users_of(
        &self,
        owner: &Owner,
        provider: &str,
        account: &str,
        own: &Credential,
    ) -> Result<usize, VaultError> {
        let relatives = self.relatives(owner, provider, account, own).await?;
        let same = relatives.iter().filter(|other| other.connection.uses(own));
        Ok(same.count())
    }

    /// The other connections of the same account and family that can be read.
    async fn relatives(
        &self,
        owner: &Owner,
        provider: &str,
        account: &str,
        own: &Credential,
    ) -> Result<Vec<Stored>, VaultError> {
        let mut relatives = Vec::new();
        for other in self.kin(owner, provider, account, own).await? {
            match self.read(&other, provider).await {
                Ok(Some(stored)) if stored.connection.account.id == account => {
                    relatives.push(stored);
                }
                // Gone, of another account by now, or listed just before it is written.
                Ok(_) => {}
                Err(error) if error.passes() => return Err(error),
                Err(error) => {
                    tracing::warn!(%error, "a connection of the same account is unreadable")
                }
            }
        }
        Ok(relatives)
    }
}
