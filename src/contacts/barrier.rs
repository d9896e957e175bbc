//! What is in the way of somebody and their contacts.

use std::time::Duration;

use crate::outbound::CallError;
use crate::providers::ContactError;
use crate::store::StoreError;
use crate::vault::{CheckBearer, Ended, TokenError, VaultError};

/// What is in the way. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Barrier {
    /// The operator does not offer the provider.
    #[error("the provider is not configured")]
    NotConfigured,
    /// There is no connection.
    #[error("there is no connection")]
    NotConnected,
    /// The credential cannot be read.
    #[error("the credential cannot be read")]
    Unreadable,
    /// Access has ended: reconnect.
    #[error("access has ended")]
    Ended(Ended),
    /// The operator's fault: the client id or secret is not accepted.
    #[error("the client is not accepted")]
    Misconfigured,
    /// This permission is missing: reconnect with it.
    #[error("the permission {0} is missing")]
    Missing(String),
    /// This permission was granted, and the provider refuses all the same: the person lacks the right there.
    #[error("the permission {0} is granted and refused")]
    Denied(String),
    /// The provider failed; how, as a phrase that follows its name.
    #[error("the provider {0}")]
    Failed(String),
    /// All that the provider's limit allows has been used; nothing was sent.
    #[error("the provider {how}")]
    Busy {
        /// How, as a phrase that follows its name.
        how: String,
        /// When it may be tried again.
        wait: Duration,
    },
    /// No answer came in time.
    #[error("the provider did not answer in time")]
    Late,
    /// No token can be had just now.
    #[error("a fresh token could not be had")]
    NoToken,
    /// Our store is away.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Barrier {
    /// Access that has ended for the reason that is most likely.
    pub(super) const ENDED: Self = Self::Ended(Ended::Withdrawn);

    /// Whether reconnecting helps.
    pub fn asks_to_reconnect(&self) -> bool {
        matches!(self, Self::Unreadable | Self::Ended(_) | Self::Missing(_))
    }

    /// What a permission that the provider misses comes to, by whether it was granted.
    pub(super) fn of_permission(scope: String, granted: impl Fn(&str) -> bool) -> Self {
        match granted(&scope) {
            true => Self::Denied(scope),
            false => Self::Missing(scope),
        }
    }

    /// Why a call brought nothing; `bearer` knows why there was no token.
    pub(super) fn of_call(error: CallError, bearer: &CheckBearer) -> Self {
        match error {
            CallError::Rejected => Self::Ended(Ended::Refused),
            CallError::Bearer(_) => bearer.error().map_or(Self::NoToken, Self::of_token),
            CallError::Store(error) => Self::Store(error),
            error @ CallError::Busy(wait) => Self::Busy {
                how: error.to_string(),
                wait,
            },
            error => Self::Failed(error.to_string()),
        }
    }

    /// Why something was not read. What a reading cannot meet is a fault of the provider.
    pub(super) fn of_reading(error: ContactError, bearer: &CheckBearer) -> Self {
        match error {
            ContactError::MissingPermission(scope) => Self::Missing(scope),
            ContactError::Call(error) | ContactError::Unclear(error) => {
                Self::of_call(error, bearer)
            }
            ContactError::Unread(error) => Self::of_reading(*error, bearer),
            ContactError::Refused(_) => Self::Failed("does not accept what was asked".to_owned()),
            ContactError::Taken(_) | ContactError::NotFound => {
                Self::Failed("answered something that does not fit".to_owned())
            }
        }
    }

    fn of_token(error: TokenError) -> Self {
        match error {
            TokenError::NotConnected => Self::NotConnected,
            TokenError::Ended(ended) => Self::Ended(ended),
            TokenError::Misconfigured => Self::Misconfigured,
            TokenError::Passing => Self::NoToken,
            TokenError::Own(fault) => match &*fault {
                VaultError::Store(error) => Self::Store(error.clone()),
                _ => Self::Unreadable,
            },
        }
    }
}
