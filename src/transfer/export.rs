//! Out of a Patchbay.
//!
//! What is taken along is read as it is, beside a Patchbay that serves. A refresh that is under way is waited for: the
//! tokens of before are about to end with it. A connection is taken out only if nothing was written to it since, and
//! since a refresh is written down before its provider is asked, none can be under way then.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use super::{Contents, Taken, Transfer, TransferError};
use crate::activity::Action;
use crate::owner::Owner;
use crate::vault::{Connection, Stored, VaultError};

/// How long refreshes that are under way are waited for, all together: longer than one can take.
const SETTLES: Duration = Duration::from_secs(45);
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// How connections are taken along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// They stay here too.
    Copy,
    /// They are taken out of here.
    Move,
}

/// What was found to take along.
pub struct Gathered {
    /// What goes into the file.
    pub contents: Contents,
    /// The same connections, as they lie here.
    pub here: Vec<Here>,
    /// What could not be taken.
    pub not_taken: Vec<NotTaken>,
}

/// A connection that is taken along, as it lies here.
pub struct Here {
    /// Whose it is.
    pub owner: Owner,
    /// To which provider.
    pub provider: String,
    /// Whether a refresh was under way of which it is not known what came of it.
    pub in_doubt: bool,
    /// Others here who live by the same grant and are not taken along.
    pub sharers: Vec<Owner>,
    version: u64,
}

/// A connection that could not be taken.
pub struct NotTaken {
    /// Whose it is.
    pub owner: Owner,
    /// To which provider.
    pub provider: String,
    /// Why not.
    pub why: String,
}

/// What came of taking a connection out.
#[derive(Debug, PartialEq, Eq)]
pub enum Left {
    /// It is here no more.
    Gone,
    /// It was changed since it was read, or a refresh may be under way: it is still here, and what is in the file may
    /// be of no use.
    Changed,
    /// It could not be taken out.
    Failed(String),
}

impl Transfer {
    /// Reads the connections of an org, of these users or, where none are named, of all.
    ///
    /// # Errors
    ///
    /// The store fails. A connection that cannot be read is told of in what was gathered.
    pub async fn gather(
        &self,
        org: &str,
        users: &[String],
        way: Way,
    ) -> Result<Gathered, TransferError> {
        let until = Instant::now() + SETTLES;
        let mut gathered = Gathered {
            contents: self.nothing_yet(org, way),
            here: Vec::new(),
            not_taken: Vec::new(),
        };
        let found = self.vault.connections_of(org).await?.into_iter();
        let wanted = |owner: &Owner| users.is_empty() || users.contains(&owner.user);
        for (owner, provider) in found.filter(|(owner, _)| wanted(owner)) {
            self.take(owner, provider, until, &mut gathered).await?;
        }
        self.find_sharers(&mut gathered).await?;
        Ok(gathered)
    }

    fn nothing_yet(&self, org: &str, way: Way) -> Contents {
        Contents {
            org: org.to_owned(),
            made_at: self.clock.now(),
            by: env!("CARGO_PKG_VERSION").to_owned(),
            moved: way == Way::Move,
            clients: BTreeMap::new(),
            connections: Vec::new(),
        }
    }

    async fn take(
        &self,
        owner: Owner,
        provider: String,
        until: Instant,
        gathered: &mut Gathered,
    ) -> Result<(), TransferError> {
        let stored = match self.settled(&owner, &provider, until).await {
            Ok(Some(stored)) => stored,
            Ok(None) => return Ok(()),
            Err(error) if error.passes() => return Err(error.into()),
            Err(error) => {
                let why = error.to_string();
                gathered.not_taken.push(NotTaken {
                    owner,
                    provider,
                    why,
                });
                return Ok(());
            }
        };
        let streams = self.loads.chosen(&owner, &provider).await?;
        let client = self.clients.get(&provider[..]);
        let clients = client.map(|client| (provider.clone(), client.clone()));
        gathered.contents.clients.extend(clients);
        gathered.here.push(Here {
            in_doubt: is_underway(&stored.connection),
            version: stored.version,
            sharers: Vec::new(),
            provider: provider.clone(),
            owner: owner.clone(),
        });
        gathered.contents.connections.push(Taken {
            user: owner.user,
            provider,
            connection: stored.connection,
            used_at: stored.used_at,
            streams,
        });
        Ok(())
    }

    /// A connection when no refresh of it is under way, or as it is when there is no more time.
    async fn settled(
        &self,
        owner: &Owner,
        provider: &str,
        until: Instant,
    ) -> Result<Option<Stored>, VaultError> {
        loop {
            let stored = self.vault.get(owner, provider).await?;
            let underway = stored
                .as_ref()
                .is_some_and(|it| is_underway(&it.connection));
            if !underway || Instant::now() >= until {
                return Ok(stored);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Who stays here with a grant that is taken along.
    async fn find_sharers(&self, gathered: &mut Gathered) -> Result<(), TransferError> {
        let taken = gathered.here.iter();
        let taken: Vec<(Owner, String)> = taken
            .map(|here| (here.owner.clone(), here.provider.clone()))
            .collect();
        let here = gathered.here.iter_mut();
        for (here, along) in here.zip(&gathered.contents.connections) {
            let (owner, provider) = (&here.owner, &here.provider);
            let sharers = self.vault.sharers(owner, provider, &along.connection);
            let sharers = sharers.await?.into_iter();
            let stays = |other: &Owner| {
                let goes = |(owner, to): &(Owner, String)| owner == other && to == provider;
                !taken.iter().any(goes)
            };
            here.sharers = sharers.filter(stays).collect();
        }
        Ok(())
    }

    /// Notes that what was gathered is in a file now.
    pub async fn note_export(&self, gathered: &Gathered) {
        for here in &gathered.here {
            self.note(&here.owner, &here.provider, Action::CredentialsExported)
                .await;
        }
    }

    /// Takes a connection out of this Patchbay, with what was loaded of it, and leaves its access at the provider alone:
    /// that goes on where the file is imported.
    pub async fn take_out(&self, here: &Here) -> Left {
        if here.in_doubt {
            return Left::Changed;
        }
        let (owner, provider) = (&here.owner, &here.provider);
        let removed = self.vault.remove_as_read(owner, provider, here.version);
        match removed.await {
            Ok(true) => {}
            Ok(false) => return Left::Changed,
            Err(error) => return Left::Failed(error.to_string()),
        }
        self.note(owner, provider, Action::MovedAway).await;
        if let Err(error) = self.forget_loads(owner, provider).await {
            tracing::warn!(provider, %error, "items could not be erased; they end by themselves");
        }
        Left::Gone
    }
}

fn is_underway(connection: &Connection) -> bool {
    connection.attempt.as_ref().is_some_and(|it| it.open)
}
