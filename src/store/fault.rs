//! What can go wrong with Redis, and how long an operation waits before it has.

use std::future::Future;
use std::time::{Duration, Instant};

use redis::{ErrorKind, RedisError, ServerErrorKind};

use crate::error::{Failure, Kind};
use crate::metrics::{self, RedisDid};
use crate::patience;
use crate::printable::printable;

/// The longest that one operation may take where no request waits for it.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(5);

/// Why the store could not do what was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Redis did not answer in time, cannot be reached, or cannot work just now.
    #[error("Redis is away: {0}")]
    Away(String),
    /// Redis answered with an error, or with something else than expected.
    #[error("Redis refused: {}", words(.0))]
    Refused(RedisError),
}

impl StoreError {
    /// What was begun in a task of its own has no end that is known.
    pub fn broken_off() -> Self {
        Self::Away("what was begun broke off".to_owned())
    }

    /// What was written came to stand so late that it does not count any more.
    pub fn too_late() -> Self {
        Self::Away("it answered too late".to_owned())
    }

    /// What happened, in words that may be shown.
    pub fn words(&self) -> String {
        match self {
            Self::Away(why) => why.clone(),
            Self::Refused(error) => words(error),
        }
    }

    /// Whether Redis does not know our name and password, or does not let that user do what we need.
    pub fn is_about_login(&self) -> bool {
        let Self::Refused(error) = self else {
            return false;
        };
        error.kind() == ErrorKind::AuthenticationFailed
            || matches!(
                error.code(),
                Some("NOAUTH" | "WRONGPASS" | "NOPERM" | "DENIED")
            )
    }

    /// Whether what lies under the key is of another type than was asked for, as nothing of ours would be.
    pub fn is_of_another_type(&self) -> bool {
        let Self::Refused(error) = self else {
            return false;
        };
        error.code() == Some("WRONGTYPE")
            || matches!(
                error.kind(),
                ErrorKind::Parse | ErrorKind::UnexpectedReturnType
            )
    }
}

/// What it says, in words that may be shown: a server can say anything.
fn words(error: &RedisError) -> String {
    printable(&error.to_string())
}

impl From<RedisError> for StoreError {
    fn from(error: RedisError) -> Self {
        if passes(&error) {
            Self::Away(words(&error))
        } else {
            Self::Refused(error)
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::of(Kind::Unavailable).because(error)
    }
}

/// Waits for an operation, and notes with the request when it was in vain. Callers box the operation: the futures
/// of the Redis client are large, and every future around one would be as large again.
pub(super) async fn bounded<T>(
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    let begun = Instant::now();
    let result = patience::bounded(OPERATION_TIMEOUT, work)
        .await
        .unwrap_or_else(|| Err(StoreError::Away("no answer in time".to_owned())));
    let outcome = match &result {
        Ok(_) => RedisDid::Ok,
        Err(StoreError::Away(_)) => RedisDid::Away,
        Err(StoreError::Refused(_)) => RedisDid::Refused,
    };
    metrics::redis_did(outcome, begun.elapsed());
    if matches!(result, Err(StoreError::Away(_))) {
        patience::in_vain();
    }
    result
}

/// A broken connection, a server that loads its data or cannot write it: all of them pass.
fn passes(error: &RedisError) -> bool {
    error.is_io_error()
        || error.is_timeout()
        || error.is_connection_dropped()
        || error.is_connection_refusal()
        || error.is_cluster_error()
        || matches!(
            error.kind(),
            ErrorKind::ClusterConnectionNotFound
                | ErrorKind::MasterNameNotFoundBySentinel
                | ErrorKind::Server(
                    ServerErrorKind::BusyLoading
                        | ServerErrorKind::TryAgain
                        | ServerErrorKind::ClusterDown
                        | ServerErrorKind::MasterDown
                        | ServerErrorKind::ReadOnly
                )
        )
        || matches!(error.code(), Some("OOM" | "MISCONF" | "NOREPLICAS"))
}
