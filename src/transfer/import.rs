//! Into a Patchbay.

use super::{Contents, Taken, Transfer, TransferError};
use crate::activity::Action;
use crate::load::LoadError;
use crate::owner::Owner;
use crate::vault::{Connection, Restored, State, Stored};

/// How a file is imported.
#[derive(Clone, Copy, Debug)]
pub struct How<'a> {
    /// Into which org, if not into the one that it comes from.
    pub org: Option<&'a str>,
    /// What becomes of connections that are here.
    pub existing: Existing,
    /// Whether it is done.
    pub run: Run,
}

/// What becomes of connections that are here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// They stay.
    Stays,
    /// They make room, but never those with newer tokens of the same grant.
    MakesRoom,
}

/// Whether something is done, or only said what would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// It is done.
    Real,
    /// Nothing is done.
    Dry,
}

/// What came of a connection in the file, or would come of it.
#[derive(Debug)]
pub struct Brought {
    /// Whose it is, in the org that it goes to.
    pub owner: Owner,
    /// To which provider.
    pub provider: String,
    /// What came of it.
    pub fate: Fate,
    /// What to know about it.
    pub caveats: Vec<Caveat>,
}

/// What came of a connection in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is here now, and none was before.
    New,
    /// It is here now, in the place of one that was; of another account, if so it is.
    Replaced {
        /// Whether the one before was of another account, or could not be read.
        other_account: bool,
    },
    /// There is one here, which stays.
    Kept,
    /// There is one here with the same tokens, or with newer ones of the same grant, which stays.
    AsNew,
    /// There is one here that cannot be read, which stays.
    KeptUnreadable,
    /// This version knows no such provider.
    UnknownProvider,
    /// The store failed before it was known to be here.
    Failed(String),
    /// It was not begun, for the store had failed before.
    NotReached,
}

/// What to know about a connection that is here now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caveat {
    /// Its provider has no OAuth client here: its token ends and cannot be renewed until it has.
    NotConfigured,
    /// The OAuth client here is another one than its tokens are bound to: they cannot be renewed.
    OtherClient,
    /// The file does not say to which OAuth client its tokens are bound.
    UnknownClient,
    /// Nobody has an account under its user's id here.
    NoAccount,
    /// Its access had ended before it was taken along.
    Ended,
}

impl Fate {
    /// Whether the connection of the file is here, or something at least as good is.
    pub fn is_well(&self) -> bool {
        matches!(
            self,
            Self::New | Self::Replaced { .. } | Self::Kept | Self::AsNew
        )
    }

    /// Whether it was written, or would be.
    pub fn is_written(&self) -> bool {
        matches!(self, Self::New | Self::Replaced { .. })
    }
}

impl Transfer {
    /// Puts connections into this Patchbay, or says what would come of it.
    pub async fn import(&self, contents: &Contents, how: How<'_>) -> Vec<Brought> {
        let mut all = Vec::new();
        let mut failed = false;
        for taken in &contents.connections {
            let owner = contents.owner(taken, how.org);
            let brought = match failed {
                true => Ok((Fate::NotReached, Vec::new())),
                false => self.bring(contents, taken, &owner, how).await,
            };
            let (fate, caveats) = brought.unwrap_or_else(|error| {
                failed = true;
                (Fate::Failed(error.to_string()), Vec::new())
            });
            all.push(Brought {
                owner,
                provider: taken.provider.clone(),
                fate,
                caveats,
            });
        }
        all
    }

    async fn bring(
        &self,
        contents: &Contents,
        taken: &Taken,
        owner: &Owner,
        how: How<'_>,
    ) -> Result<(Fate, Vec<Caveat>), TransferError> {
        if self.registry.get(&taken.provider).is_none() {
            return Ok((Fate::UnknownProvider, Vec::new()));
        }
        let mut caveats = self.caveats(contents, taken, owner).await?;
        let fate = match how.run {
            Run::Dry => self.would_come_of(taken, owner, how.existing).await?,
            Run::Real => self.put(taken, owner, how.existing).await?,
        };
        if !fate.is_written() {
            caveats.clear();
        }
        Ok((fate, caveats))
    }

    async fn would_come_of(
        &self,
        taken: &Taken,
        owner: &Owner,
        existing: Existing,
    ) -> Result<Fate, TransferError> {
        let there = self.vault.look(owner, &taken.provider).await?;
        Ok(match there {
            None => Fate::New,
            Some(there) if keeps(there.as_ref(), &taken.connection, existing) => {
                kept(there.as_ref(), &taken.connection)
            }
            Some(there) => replaced(there.as_ref(), &taken.connection),
        })
    }

    async fn put(
        &self,
        taken: &Taken,
        owner: &Owner,
        existing: Existing,
    ) -> Result<Fate, TransferError> {
        let expected = self.would_come_of(taken, owner, existing).await?;
        if !expected.is_written() {
            return Ok(expected);
        }
        self.make_ready(taken, owner, &expected).await?;
        let (provider, now) = (&taken.provider[..], self.clock.now());
        let mut connection = taken.connection.clone();
        connection.note(now, "Imported from a file of another Patchbay");
        let stored = Stored {
            connection,
            version: 0,
            used_at: taken.used_at,
            // Whoever takes it along wants it, however long nobody has used it.
            seen_at: Some(now),
        };
        let keeps = |there: Option<&Connection>| keeps(there, &taken.connection, existing);
        let fate = match self.vault.restore(owner, provider, &stored, keeps).await? {
            Restored::Kept(there) => return Ok(kept(there.as_deref(), &taken.connection)),
            Restored::New => Fate::New,
            Restored::InPlaceOf(before) => replaced(before.as_deref(), &taken.connection),
        };
        self.note(owner, provider, Action::ConnectionImported).await;
        Ok(fate)
    }

    /// Makes what belongs to a connection ready before it is written: nothing that was loaded of another account, and its
    /// owner's choice of streams. So whatever fails, what is written is whole, and what is not can be imported again.
    async fn make_ready(&self, taken: &Taken, owner: &Owner, fate: &Fate) -> Result<(), LoadError> {
        let provider = &taken.provider[..];
        let of_another = Fate::Replaced {
            other_account: true,
        };
        if *fate == of_another {
            self.forget_loads(owner, provider).await?;
        }
        match &taken.streams {
            Some(streams) => self.loads.choose(owner, provider, streams).await,
            None => Ok(()),
        }
    }

    async fn caveats(
        &self,
        contents: &Contents,
        taken: &Taken,
        owner: &Owner,
    ) -> Result<Vec<Caveat>, TransferError> {
        let here = self.clients.get(&taken.provider[..]);
        let client = match (here, contents.clients.get(&taken.provider)) {
            (None, _) => Some(Caveat::NotConfigured),
            (Some(_), None) => Some(Caveat::UnknownClient),
            (Some(here), Some(there)) if here != there => Some(Caveat::OtherClient),
            (Some(_), Some(_)) => None,
        };
        let nobody = match &self.people {
            Some(people) => people.member(&owner.org, &owner.user).await?.is_none(),
            None => false,
        };
        let ended = taken.connection.state == State::ActionNeeded;
        let all = [
            client,
            nobody.then_some(Caveat::NoAccount),
            ended.then_some(Caveat::Ended),
        ];
        Ok(all.into_iter().flatten().collect())
    }
}

/// Whether what is there stays: always, unless it may be replaced, and also then where its tokens are as new.
fn keeps(there: Option<&Connection>, new: &Connection, existing: Existing) -> bool {
    let as_new = |there: &Connection| there.credential.is_as_new_as(&new.credential);
    existing == Existing::Stays || there.is_some_and(as_new)
}

fn kept(there: Option<&Connection>, new: &Connection) -> Fate {
    match there {
        None => Fate::KeptUnreadable,
        Some(there) if there.credential.is_as_new_as(&new.credential) => Fate::AsNew,
        Some(_) => Fate::Kept,
    }
}

fn replaced(before: Option<&Connection>, new: &Connection) -> Fate {
    let same = before.is_some_and(|before| before.account.id == new.account.id);
    Fate::Replaced {
        other_account: !same,
    }
}
