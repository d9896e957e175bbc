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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caveat {
    /// Its provider has no OAuth client here: its token ends and cannot be renewed until it has.
    NotConfigured,
    /// The OAuth client here is another one than its tokens are bound to: they cannot be renewed.
    OtherClient,
    /// Nobody has an account under its user's id here.
    NoAccount,
    /// Its access had ended before it was taken along.
    Ended,
    /// It is here, but the store failed at what belongs to it: which streams to load, and that what was loaded of
    /// another account goes. The next import of the file puts that right.
    Incomplete(String),
}

impl Brought {
    /// Whether the connection of the file is here with all that belongs to it, or something at least as good is.
    pub fn is_well(&self) -> bool {
        let incomplete = |it: &Caveat| matches!(it, Caveat::Incomplete(_));
        self.fate.is_well() && !self.caveats.iter().any(incomplete)
    }
}

impl Fate {
    fn is_well(&self) -> bool {
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
        // From here on it is written, whatever happens.
        if how.run == Run::Real
            && let Err(error) = self.complete(taken, owner, &fate).await
        {
            caveats.push(Caveat::Incomplete(error.to_string()));
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

    /// What belongs to a connection that is here now: nothing that was loaded of another account, and its owner's choice
    /// of streams. An import that failed at this left it to the next one, which finds the connection as new; what was chosen
    /// here since then counts.
    async fn complete(&self, taken: &Taken, owner: &Owner, fate: &Fate) -> Result<(), LoadError> {
        if !fate.is_written() && *fate != Fate::AsNew {
            return Ok(());
        }
        let provider = &taken.provider[..];
        let known = self.loads.chosen(owner, provider).await?;
        let wanted = match fate.is_written() {
            true => taken.streams.as_ref(),
            false => known.as_ref().or(taken.streams.as_ref()),
        };
        let of_another = Fate::Replaced {
            other_account: true,
        };
        let forget = *fate == of_another || self.has_loads_of_another(taken, owner).await?;
        if forget {
            self.forget_loads(owner, provider).await?;
        }
        let left = known.as_ref().filter(|_| !forget);
        match wanted {
            Some(wanted) if left != Some(wanted) => {
                self.loads.choose(owner, provider, wanted).await
            }
            _ => Ok(()),
        }
    }

    async fn has_loads_of_another(&self, taken: &Taken, owner: &Owner) -> Result<bool, LoadError> {
        let (provider, account) = (&taken.provider[..], &taken.connection.account.id);
        let loads = [
            self.loads.latest(owner, provider).await?,
            self.loads.snapshot(owner, provider).await?,
        ];
        Ok(loads.iter().flatten().any(|load| load.account != *account))
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
            (Some(here), Some(there)) if here != there => Some(Caveat::OtherClient),
            _ => None,
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
