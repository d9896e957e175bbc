//! One server.

use std::time::Duration;

use redis::{AsyncConnectionConfig, ErrorKind, RedisError, ServerErrorKind};
use secrecy::SecretString;

use super::ConnectError;
use super::tls::TlsFiles;

/// Makes connections to it, and looks with a ping whether they live.
pub(super) type Server = deadpool_redis::Manager;

/// Longest wait for a connection to be made: there is nobody else to turn to.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// A connection's own limit to an answer. The store's, which is the one that matters, is shorter.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) fn server(url: &SecretString, tls: &TlsFiles) -> Result<Server, ConnectError> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(CONNECT_TIMEOUT))
        .set_response_timeout(Some(RESPONSE_TIMEOUT));
    Server::new_with_config(tls.apply(url)?, config).map_err(ConnectError::new)
}

/// The error, or what it means of a server that is none by itself.
pub(super) fn explained(error: RedisError) -> RedisError {
    let is_unknown = |detail: &str| detail.starts_with("unknown command");
    match error.kind() {
        ErrorKind::Server(ServerErrorKind::Moved | ServerErrorKind::Ask) => {
            let means = "it is a node of a Cluster, whose address begins with redis-cluster:// or rediss-cluster://";
            (ErrorKind::InvalidClientConfig, means).into()
        }
        ErrorKind::Server(ServerErrorKind::ResponseError)
            if error.detail().is_some_and(is_unknown) =>
        {
            let means = "it lacks a command; if it is a Sentinel, its address begins with redis-sentinel:// or rediss-sentinel://";
            // Behind the command's name the server repeats what was asked of it, which may be a key.
            let detail = error.detail().unwrap_or_default();
            let detail = detail
                .split(", with args")
                .next()
                .unwrap_or_default()
                .to_owned();
            (ErrorKind::InvalidClientConfig, means, detail).into()
        }
        _ => error,
    }
}
