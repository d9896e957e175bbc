//! Why loads and what they brought cannot be had, and what people are told of it.

use std::time::Duration;

use super::Misplaced;
use crate::error::{Failure, Kind};
use crate::store::StoreError;
use crate::vault::{CipherError, VaultError};

/// Why a load cannot be started or seen.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A page cannot be opened.
    #[error("loaded items cannot be read: {0}")]
    Cipher(#[from] CipherError),
    /// The vault failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A page is gone or is not one of ours.
    #[error("loaded items cannot be read: a page is gone")]
    Gone,
    /// The load was forgotten, or somebody else has its lease.
    #[error("the load is no longer wanted")]
    Lost,
    /// There is nothing to load from.
    #[error("there is no connection")]
    NotConnected,
    /// The provider is not configured.
    #[error("the provider is not configured")]
    NotConfigured,
    /// No stream was chosen.
    #[error("no stream was chosen")]
    NothingChosen,
    /// Nothing is there to be tried again.
    #[error("nothing failed")]
    NothingFailed,
    /// The load's record changed at every try.
    #[error("the load's record changes too often")]
    Busy,
    /// A load runs that would bring back what is to be cleared.
    #[error("a load runs")]
    Running,
    /// As many exports run as there is room for.
    #[error("too many exports run")]
    Crowded,
    /// As many exports of one owner run as they may have at once.
    #[error("too many exports of one owner run")]
    OwnCrowded,
    /// A list cannot go on where somebody wants it to.
    #[error(transparent)]
    Misplaced(#[from] Misplaced),
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Store(error) => error.into(),
            LoadError::Vault(error) => error.into(),
            LoadError::NotConnected => Failure::new(
                Kind::BadRequest,
                "There is nothing to load from yet",
                "Connect the account first, then load its items.",
            ),
            LoadError::NotConfigured => Failure::new(
                Kind::BadRequest,
                "This provider is not configured",
                "The operator of this Patchbay must give it a client id and secret first.",
            ),
            LoadError::NothingChosen => Failure::new(
                Kind::BadRequest,
                "Nothing was chosen to load",
                "Choose at least one kind of items, then load again.",
            ),
            LoadError::NothingFailed => Failure::new(
                Kind::BadRequest,
                "There is nothing to try again",
                "The last load brought everything that it was asked for. Load items to bring all of it anew.",
            ),
            LoadError::Running => Failure::new(
                Kind::Conflict,
                "A load runs",
                "It would bring back what is cleared now. Wait for its end, or cancel it; then clear the loaded items.",
            ),
            LoadError::Crowded => Failure::new(
                Kind::TooMany,
                "Too many exports run at this moment",
                "Each takes memory, so only some run at a time. Try again when another one has ended, most likely within a minute.",
            )
            .retry_after(Some(Duration::from_secs(30))),
            LoadError::OwnCrowded => Failure::new(
                Kind::TooMany,
                "Two exports of yours run already",
                "Each takes memory that others wait for, so nobody has more than two at a time, programs with their keys included. Try again when one of them has ended, or break one off.",
            )
            .retry_after(Some(Duration::from_secs(30))),
            LoadError::Lost | LoadError::Busy => Failure::new(
                Kind::Unavailable,
                "The load did not get going",
                "Something came in between, such as a load that somebody else started at the same moment. Nothing is lost: load again.",
            )
            .retry_after(Some(Duration::from_secs(1))),
            LoadError::Misplaced(error) => error.into(),
            other => Failure::internal(other),
        }
    }
}
