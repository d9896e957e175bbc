//! Into a Patchbay.

use super::{Contents, Taken, Transfer, TransferError};
use crate::activity::Action;
use crate::owner::Owner;
use crate::store::keys;
use crate::vault::{Connection, Restored, State, Stored};

/// What came of a connection in the file, or would come of it.
#[derive(Debug)]
pub struct Brought {
    /// Whose it is, in the org that it goes to.
    pub owner: Owner,
    /// To which provider.
    pub provider: String,
    /// What came of it.
    pub fate: Fate,
    /// What to know about it. Of no account where it is not here.
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
    /// The store failed.
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
    /// Puts connections into this Patchbay, or says what would come of it (`only_look`). `org` is where they go, if not
    /// to the org that they come from; `replace` lets them take the place of others, but never of newer tokens of the
    /// same grant.
    pub async fn import(
        &self,
        contents: &Contents,
        org: Option<&str>,
        replace: bool,
        only_look: bool,
    ) -> Vec<Brought> {
        let mut all = Vec::new();
        let mut failed = false;
        for taken in &contents.connections {
            let owner = contents.owner(taken, org);
            let brought = match failed {
                true => Ok((Fate::NotReached, Vec::new())),
                false => {
                    self.bring(contents, taken, &owner, (replace, only_look))
                        .await
                }
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
        (replace, only_look): (bool, bool),
    ) -> Result<(Fate, Vec<Caveat>), TransferError> {
        if self.registry.get(&taken.provider).is_none() {
            return Ok((Fate::UnknownProvider, Vec::new()));
        }
        let caveats = self.caveats(contents, taken, owner).await?;
        let fate = match only_look {
            true => self.would_come_of(taken, owner, replace).await?,
            false => self.put(taken, owner, replace).await?,
        };
        Ok((fate, caveats))
    }

    async fn would_come_of(
        &self,
        taken: &Taken,
        owner: &Owner,
        replace: bool,
    ) -> Result<Fate, TransferError> {
        let there = self.vault.look(owner, &taken.provider).await?;
        Ok(match there {
            None => Fate::New,
            Some(there) if keeps(there.as_ref(), &taken.connection, replace) => {
                kept(there.as_ref(), &taken.connection)
            }
            Some(there) => replaced(there.as_ref(), &taken.connection),
        })
    }

    async fn put(
        &self,
        taken: &Taken,
        owner: &Owner,
        replace: bool,
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
        let keeps = |there: Option<&Connection>| keeps(there, &taken.connection, replace);
        let fate = match self.vault.restore(owner, provider, &stored, keeps).await? {
            Restored::Kept(there) => return Ok(kept(there.as_deref(), &taken.connection)),
            Restored::New => Fate::New,
            Restored::InPlaceOf(before) => replaced(before.as_deref(), &taken.connection),
        };
        self.note(owner, provider, Action::ConnectionImported).await;
        // What was loaded before is of the account before.
        if fate
            == (Fate::Replaced {
                other_account: true,
            })
        {
            self.forget_loads(owner, provider).await?;
        }
        if let Some(streams) = &taken.streams {
            let bytes = serde_json::to_vec(streams).unwrap_or_default();
            let choice = keys::choice(owner, provider);
            self.store.set(&choice, &bytes, None).await?;
        }
        Ok(fate)
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
fn keeps(there: Option<&Connection>, new: &Connection, replace: bool) -> bool {
    let as_new = |there: &Connection| there.credential.is_as_new_as(&new.credential);
    !replace || there.is_some_and(as_new)
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
