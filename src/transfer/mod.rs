//! The connections of an org, taken along: as an encrypted file out of one Patchbay, and into another.
//!
//! A file holds what a connection is and lives by (`contents.rs`), sealed with a passphrase (`file.rs`). It is checked whole
//! before anything of it is written. Accounts, sessions, API keys and items do not go along: docs/backup.md says what
//! does, and why.

mod contents;
mod export;
mod file;
mod import;
mod passphrase;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

pub use contents::{Contents, ContentsError, Taken};
pub use export::{Gathered, Here, Left, NotTaken, Way};
pub use file::{FileError, LONGEST, open, seal};
pub use import::{Brought, Caveat, Existing, Fate, How, Run};
pub use passphrase::{BadPassphrase, check as check_passphrase};

use crate::activity::{Action, Activity, By, Entry};
use crate::clock::Clock;
use crate::identity::People;
use crate::load::{LoadError, Loads};
use crate::owner::Owner;
use crate::providers::Registry;
use crate::store::StoreError;
use crate::vault::{Vault, VaultError};

/// What takes connections along. It works beside a Patchbay that serves.
pub struct Transfer {
    /// Where the connections are.
    pub vault: Vault,
    /// What they brought, and which streams people chose.
    pub loads: Loads,
    /// Who has an account; nobody needs one where people sign in without.
    pub people: Option<People>,
    /// Where it is noted.
    pub activity: Activity,
    /// The providers there are.
    pub registry: Registry,
    /// The id of the OAuth client of each configured provider: tokens are bound to it.
    pub clients: HashMap<&'static str, String>,
    /// The time.
    pub clock: Clock,
}

/// Why connections could not be taken along. What was done until then is done.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The vault failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// What was loaded could not be taken away, or which streams were chosen not be read or kept.
    #[error(transparent)]
    Load(#[from] LoadError),
}

impl Transfer {
    async fn note(&self, owner: &Owner, provider: &str, action: Action) {
        let entry = Entry::of(&By::operator(), owner, action).at(provider);
        self.activity.note(&entry).await;
    }

    /// What was loaded goes, for it is of a connection that is here no more.
    async fn forget_loads(&self, owner: &Owner, provider: &str) -> Result<(), LoadError> {
        let withdrawn = self.loads.withdraw(owner, provider).await?;
        self.loads.erase(&withdrawn).await
    }
}
