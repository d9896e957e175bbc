//! What the domain fails with, as problems.

use std::time::Duration;

use super::{FieldError, Problem, Type};
use crate::api::access::Refused;
use crate::contacts::Barrier;
use crate::error::{Failure, Kind};
use crate::identity::NoKey;
use crate::load::{LoadError, Misplaced};
use crate::providers::{Fault, Taken};
use crate::vault::{TokenError, VaultError};

/// When to ask again where the provider or the operator must do something first.
const SOME_TIME: Duration = Duration::from_secs(5);

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Host(own) => Self::new(Type::HostRefused, format!("Use {own} instead.")),
            Refused::Origin => Self::of(Type::OriginRefused),
            Refused::NoKey => Self::of(Type::KeyMissing),
            Refused::Key(NoKey::Malformed) => Self::of(Type::KeyMalformed),
            Refused::Key(NoKey::Unknown) => Self::of(Type::KeyUnknown),
            Refused::Key(NoKey::Expired(_)) => Self::of(Type::KeyExpired),
            Refused::Key(NoKey::Revoked(_)) => Self::of(Type::KeyRevoked),
            Refused::Key(NoKey::Store(error)) => Failure::from(error).into(),
            Refused::TooMany(allowance) => Self::of(Type::RateLimited).again_in(allowance.again_in),
            Refused::Failed(failure) => failure.into(),
        }
    }
}

/// A failure that the API has no better word for.
impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let what = match failure.kind {
            Kind::Unavailable => Type::StoreUnavailable,
            Kind::Provider => Type::ProviderUnavailable,
            Kind::TooMany => Type::RateLimited,
            _ => Type::Internal,
        };
        let wait = failure.wait();
        Self::of(what).again_in(wait).because(failure)
    }
}

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Store(error) => Failure::from(error).into(),
            error => unreadable(error),
        }
    }
}

impl From<LoadError> for Problem {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Store(error) => Failure::from(error).into(),
            LoadError::Vault(error) => error.into(),
            LoadError::NotConnected => Self::of(Type::NotConnected),
            LoadError::NotConfigured => Self::of(Type::ProviderNotConfigured),
            LoadError::NothingChosen => Self::field(
                Type::InvalidBody,
                "streams",
                "name at least one stream that the provider has",
            ),
            LoadError::Misplaced(Misplaced::Over) => Self::of(Type::CursorExpired),
            LoadError::Misplaced(_) => Self::of(Type::BadCursor),
            error @ LoadError::Cipher(_) => unreadable(error),
            // A newer load, or a change, came in between.
            error @ (LoadError::Gone | LoadError::Lost | LoadError::Busy) => {
                Self::of(Type::Interrupted).because(error)
            }
            error => Failure::from(error).into(),
        }
    }
}

/// What keeps a token back.
impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        let detail = format!("{error}.");
        match error {
            TokenError::NotConnected => Self::of(Type::NotConnected),
            TokenError::Ended(_) => Self::new(Type::ReconnectNeeded, detail),
            TokenError::Misconfigured => Self::new(Type::OperatorNeeded, detail),
            TokenError::Passing => {
                Self::new(Type::ProviderUnavailable, detail).again_in(Some(SOME_TIME))
            }
            TokenError::Own(fault) => match &*fault {
                VaultError::Store(error) => Failure::from(error.clone()).into(),
                _ => unreadable(fault),
            },
        }
    }
}

/// What is in the way of contacts.
impl From<Barrier> for Problem {
    fn from(barrier: Barrier) -> Self {
        match barrier {
            Barrier::NotConfigured => Self::of(Type::ProviderNotConfigured),
            Barrier::NotConnected => Self::of(Type::NotConnected),
            Barrier::Ended(ended) => TokenError::Ended(ended).into(),
            Barrier::Misconfigured => TokenError::Misconfigured.into(),
            Barrier::Missing(scope) => Self::of(Type::PermissionMissing).with("permission", scope),
            Barrier::Denied(scope) => Self::of(Type::PermissionDenied).with("permission", scope),
            Barrier::Failed(how) => {
                let detail = format!("The provider {how}. Nothing was changed.");
                Self::new(Type::ProviderUnavailable, detail).again_in(Some(SOME_TIME))
            }
            Barrier::Busy { how, wait } => {
                let detail = format!("The provider {how}. Nothing was sent.");
                Self::new(Type::ProviderLimited, detail).again_in(Some(wait))
            }
            Barrier::Late | Barrier::NoToken => {
                Self::of(Type::ProviderUnavailable).again_in(Some(SOME_TIME))
            }
            Barrier::Store(error) => Failure::from(error).into(),
            error @ Barrier::Unreadable => unreadable(error),
        }
    }
}

/// What the provider does not accept of a contact.
pub fn refused(faults: Vec<Fault>) -> Problem {
    let errors: Vec<FieldError> = faults
        .into_iter()
        .map(|fault| FieldError {
            field: fault.property,
            detail: fault.text,
        })
        .collect();
    Problem::of(Type::ContactRefused).errors(&errors)
}

/// That another contact has what must be a contact's own.
pub fn taken(taken: Taken) -> Problem {
    let what = taken.property.unwrap_or_else(|| "property".to_owned());
    let problem = match &taken.by {
        Some(id) => Problem::new(
            Type::ContactTaken,
            format!("The contact {id} has this {what}. Nothing was changed."),
        ),
        None => Problem::of(Type::ContactTaken),
    };
    match taken.by {
        Some(id) => problem.with("contact_id", id),
        None => problem,
    }
}

fn unreadable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Problem {
    Problem::of(Type::OperatorNeeded).because(cause)
}
