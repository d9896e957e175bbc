//! Why a key is not made, and why one does not let anybody in.

use super::{ApiKey, MOST_KEYS, TITLE_CHARS};
use crate::error::{Failure, Kind};
use crate::store::StoreError;

/// Why a key is not made. The texts say what to do.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// It has no name, or a bad one.
    #[error("the name must have 1 to {TITLE_CHARS} characters, and no control characters")]
    Name,
    /// It could do nothing.
    #[error("choose at least one scope")]
    NoScope,
    /// It would end at once, or too late.
    #[error("the expiry must lie between a minute and ten years from now")]
    Life,
    /// There are too many.
    #[error("there are {MOST_KEYS} keys already: revoke one that is not used any more")]
    TooMany,
    /// Its owner has no account in the org any more.
    #[error("whose it would be was removed from the org; it would let nobody in")]
    Left,
    /// The form was sent before.
    #[error("this form has made its key already; it was shown once")]
    Made,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CreateError {
    /// The failure, for those who did not ask by a form.
    pub fn into_failure(self) -> Failure {
        match self {
            Self::Store(error) => error.into(),
            error => {
                let title = "No key was made";
                Failure::new(Kind::Unprocessable, title, format!("Because {error}."))
            }
        }
    }
}

/// Why a key does not let anybody in.
#[derive(Debug, thiserror::Error)]
pub enum NoKey {
    /// It cannot be one of ours: a letter is wrong or missing.
    #[error("it is not a key of Patchbay: a character is wrong or missing")]
    Malformed,
    /// It looks like one and is not known.
    #[error("this Patchbay does not know it")]
    Unknown,
    /// It has ended.
    #[error("it has expired")]
    Expired(Box<ApiKey>),
    /// Somebody revoked it.
    #[error("it was revoked")]
    Revoked(Box<ApiKey>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl NoKey {
    /// The key that was shown, where it is one that was made here.
    pub fn key(&self) -> Option<&ApiKey> {
        match self {
            Self::Expired(key) | Self::Revoked(key) => Some(key),
            Self::Malformed | Self::Unknown | Self::Store(_) => None,
        }
    }
}
