//! How a connection is, for cards and pages.

use jiff::Timestamp;

use super::Connections;
use crate::load::{Load, LoadError};
use crate::owner::Owner;
use crate::providers::{Account, Profile, Stream};
use crate::vault::{Event, Stored, VaultError};

/// A provider and what there is of it.
pub struct Overview {
    /// The provider.
    pub profile: &'static Profile,
    /// Whether the operator gave it a client id and secret.
    pub configured: bool,
    /// The connection.
    pub stored: Option<Stored>,
    /// What programs have read of it, as events of its history.
    pub reads: Vec<Event>,
    /// When its token will be renewed before anybody asks for it, if that is planned.
    pub renewal: Option<Timestamp>,
    /// There is a record that cannot be read.
    pub unreadable: Option<Unreadable>,
    /// What was loaded last from this account.
    pub snapshot: Option<Load>,
    /// The load of this account that runs, or the last one.
    pub load: Option<Load>,
    /// Another account that the person came back as, while they have not chosen between the two.
    pub other: Option<Account>,
    /// The streams that the next load brings unless the person chooses otherwise.
    pub wanted: Vec<&'static Stream>,
}

/// Why a record cannot be read.
#[derive(Clone, Debug)]
pub enum Unreadable {
    /// The key of this name is not in the key ring.
    NoKey(String),
    /// It is damaged, or was not made here.
    Damaged,
}

impl Overview {
    /// The state's name: one of the vault's, `not_connected` or `not_configured`.
    pub fn state(&self) -> &'static str {
        match &self.stored {
            _ if self.unreadable.is_some() => crate::vault::State::Misconfigured.name(),
            Some(stored) => stored.connection.state.name(),
            None if self.configured => "not_connected",
            None => "not_configured",
        }
    }
}

impl Connections {
    /// All providers, in the order of their cards.
    pub async fn overviews(&self, owner: &Owner) -> Result<Vec<Overview>, LoadError> {
        let all = self
            .setup
            .registry
            .all()
            .map(|provider| self.look(owner, provider.profile()));
        futures_util::future::try_join_all(all).await
    }

    /// One provider; `None` for an unknown one.
    pub async fn overview(
        &self,
        owner: &Owner,
        provider: &str,
    ) -> Result<Option<Overview>, LoadError> {
        let Some(provider) = self.setup.registry.get(provider) else {
            return Ok(None);
        };
        let mut overview = self.look(owner, provider.profile()).await?;
        if let Some(stored) = &overview.stored {
            let due = self.setup.vault.due_at(owner, overview.profile.id);
            // The index is a hint: a page does without it.
            let due = match due.await {
                Err(error) if error.passes() => return Err(error.into()),
                due => due.ok().flatten(),
            };
            overview.renewal = due.filter(|due| renews(stored, *due));
            overview.reads = self.setup.vault.reads(owner, overview.profile.id).await?;
        }
        Ok(Some(overview))
    }

    async fn look(&self, owner: &Owner, profile: &'static Profile) -> Result<Overview, LoadError> {
        let (stored, unreadable) = match self.setup.vault.get(owner, profile.id).await {
            Ok(mut stored) => {
                // What a version of today asks for may be more than was asked for then.
                if let Some(Stored { connection, .. }) = &mut stored {
                    let missing = self.lacking(profile, &connection.scopes);
                    connection.lacks(missing);
                }
                (stored, None)
            }
            Err(VaultError::Store(error)) => return Err(error.into()),
            Err(error) => {
                tracing::error!(provider = profile.id, %error, "a connection cannot be read");
                (None, Some(self.unreadable(owner, profile).await?))
            }
        };
        let (snapshot, load) = self
            .loads(owner, profile, stored.as_ref(), unreadable.is_some())
            .await?;
        let connected = stored.as_ref().map(|stored| &stored.connection);
        let other = self.other_account(owner, profile.id, connected).await?;
        Ok(Overview {
            other,
            configured: self.setup.vault.client(profile.id).is_some(),
            profile,
            stored,
            renewal: None,
            reads: Vec::new(),
            unreadable,
            snapshot,
            load,
            wanted: self.setup.loads.choice(owner, profile).await?,
        })
    }

    async fn unreadable(&self, owner: &Owner, profile: &Profile) -> Result<Unreadable, VaultError> {
        let key = self.setup.vault.missing_key(owner, profile.id).await?;
        Ok(key.map_or(Unreadable::Damaged, Unreadable::NoKey))
    }

    /// What was loaded, of the account that is connected; of any, where that cannot be read.
    async fn loads(
        &self,
        owner: &Owner,
        profile: &Profile,
        stored: Option<&Stored>,
        unreadable: bool,
    ) -> Result<(Option<Load>, Option<Load>), LoadError> {
        if stored.is_none() && !unreadable {
            return Ok((None, None));
        }
        let loads = &self.setup.loads;
        let own =
            |load: &Load| stored.is_none_or(|stored| stored.connection.account.id == load.account);
        Ok((
            loads.snapshot(owner, profile.id).await?.filter(own),
            loads.latest(owner, profile.id).await?.filter(own),
        ))
    }
}

/// Whether what is planned is a renewal of the token: all else, such as keeping a grant alive that nobody uses,
/// comes long after its end.
fn renews(stored: &Stored, due: Timestamp) -> bool {
    let expires_at = stored.connection.credential.expires_at;
    expires_at.is_some_and(|expiry| due < expiry)
}
