//! A grant before it is a connection. Where it is for another account than the connected one, it is kept, sealed,
//! until the person has chosen between the two.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Connections;
use super::revoke::Loose;
use crate::activity::{Actor, By};
use crate::owner::Owner;
use crate::providers::Account;
use crate::store::keys;
use crate::vault::cipher::Binding;
use crate::vault::rotate::{ByName, Record};
use crate::vault::{Connection, Credential, VaultError};

/// How long the person may take to choose.
const GOOD_FOR: SignedDuration = SignedDuration::from_mins(15);
/// How long a record is kept: longer, so that a grant that nobody chose can still be let go.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// The candidates, for a rotation of the keys that seal them.
pub const CANDIDATES: ByName = ByName {
    title: "accounts to choose from",
    glob: keys::CANDIDATES,
    record: |name| {
        let found = keys::parse_owned(name)?;
        let (owner, provider) = (&found.owner, &found.provider[..]);
        let parts = [&owner.org[..], &owner.user, provider];
        let key = keys::candidate(owner, provider);
        Some(Record::text(key, binding(&parts)))
    },
};

/// A grant that was made and is not a connection yet.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Candidate {
    /// Tells it from another one of the same connection, in forms.
    pub(super) id: String,
    pub(super) account: Account,
    pub(super) credential: Credential,
    /// The permissions that were granted.
    pub(super) scopes: Vec<String>,
    /// The permissions that were asked for and not granted.
    pub(super) missing: Vec<String>,
    /// When the person came back with it.
    pub(super) made_at: Timestamp,
    /// Where the person goes on when they have chosen.
    #[serde(default)]
    pub(super) return_to: Option<String>,
    /// The program that began it, where one did.
    #[serde(default)]
    pub(super) program: Option<Actor>,
}

/// A candidate as it was read, with what its removal needs.
pub(super) struct Kept {
    pub(super) candidate: Candidate,
    sealed: Vec<u8>,
}

impl Candidate {
    /// Who connects by it: whoever chose or, where nobody has proved who they are, the program that began it.
    pub(super) fn by(&self, chosen: &By) -> By {
        match (&chosen.actor, &self.program) {
            (Actor::Unknown, Some(program)) => By {
                actor: program.clone(),
                peer: chosen.peer.clone(),
            },
            _ => chosen.clone(),
        }
    }

    /// The connection that it makes.
    pub(super) fn connection(&self) -> Connection {
        let mut connection = Connection::new(
            self.account.clone(),
            self.credential.clone(),
            self.scopes.clone(),
            self.missing.clone(),
            self.made_at,
        );
        connection.note(self.made_at, format!("Connected as {}", self.account.name));
        connection
    }

    /// Whether it is for the account of this connection.
    pub(super) fn is_for(&self, connection: &Connection) -> bool {
        self.account.id == connection.account.id
    }

    /// Until when the person may choose it.
    pub(super) fn counts_until(&self) -> Timestamp {
        self.made_at.checked_add(GOOD_FOR).unwrap_or(self.made_at)
    }

    pub(super) fn loose(self, owner: &Owner, provider: &str) -> Loose {
        Loose {
            owner: owner.clone(),
            provider: provider.to_owned(),
            account: self.account.id,
            credential: self.credential,
        }
    }
}

impl Connections {
    /// Keeps a candidate in the place of an older one, which it answers.
    pub(super) async fn keep_candidate(
        &self,
        owner: &Owner,
        provider: &str,
        candidate: &Candidate,
    ) -> Result<Option<Candidate>, VaultError> {
        let plain = serde_json::to_vec(candidate).map_err(|_| VaultError::Format)?;
        let parts = [&owner.org[..], &owner.user, provider];
        let sealed = self.setup.ring.seal(binding(&parts), &plain)?;
        let key = keys::candidate(owner, provider);
        // The upkeep lets it go where nobody chooses it, or looks at it again.
        let late = candidate.counts_until().as_millisecond() + 1;
        let store = &self.setup.store;
        store.schedule(&keys::due(), key.as_str(), late).await?;
        let older = store.exchange(&key, &sealed, KEPT).await?;
        let older = older.and_then(|sealed| self.open(owner, provider, sealed));
        Ok(older.map(|kept| kept.candidate))
    }

    /// The candidate that is kept.
    pub(super) async fn candidate(
        &self,
        owner: &Owner,
        provider: &str,
    ) -> Result<Option<Kept>, VaultError> {
        let key = keys::candidate(owner, provider);
        let sealed = self.setup.store.get(&key).await?;
        Ok(sealed.and_then(|sealed| self.open(owner, provider, sealed)))
    }

    /// Takes this very candidate away; `false` where it is not there any more.
    pub(super) async fn take_candidate(
        &self,
        owner: &Owner,
        provider: &str,
        kept: &Kept,
    ) -> Result<bool, VaultError> {
        let key = keys::candidate(owner, provider);
        Ok(self.setup.store.delete_if(&key, &kept.sealed).await?)
    }

    /// Takes away whatever candidate there is, readable or not.
    pub(super) async fn drop_candidate(
        &self,
        owner: &Owner,
        provider: &str,
    ) -> Result<Option<Candidate>, VaultError> {
        let kept = self.candidate(owner, provider).await?;
        let key = keys::candidate(owner, provider);
        self.setup.store.delete(&key).await?;
        Ok(kept.map(|kept| kept.candidate))
    }

    /// What cannot be read counts as not there: it ends by itself, and the connection is untouched by it.
    fn open(&self, owner: &Owner, provider: &str, sealed: Vec<u8>) -> Option<Kept> {
        let parts = [&owner.org[..], &owner.user, provider];
        let plain = self.setup.ring.open(binding(&parts), &sealed);
        let plain = plain
            .inspect_err(|error| tracing::warn!(provider, %error, "a candidate cannot be read"))
            .ok()?;
        let candidate = serde_json::from_slice(&plain).ok()?;
        Some(Kept { candidate, sealed })
    }
}

fn binding<'a>(parts: &'a [&'a str]) -> Binding<'a> {
    Binding {
        purpose: "candidate",
        parts,
    }
}
