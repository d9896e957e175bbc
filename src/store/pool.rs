//! Connections: a pool over a single server, or over a Cluster.

use std::time::Duration;

use deadpool_redis::{PoolError, Runtime, cluster};
use redis::aio::ConnectionLike;
use redis::{AsyncConnectionConfig, Cmd, Pipeline, RedisFuture, Value};
use secrecy::{ExposeSecret, SecretString};

use super::StoreError;

/// Connections, and so operations under way at once. Each takes well under a millisecond.
const POOL_SIZE: usize = 16;
/// Longest wait for a connection to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// The connection's own limit. The store's, which is the one that matters, is shorter.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(10);

/// Which Redis.
#[derive(Clone, Debug)]
pub enum Target {
    /// One server: `redis://`, `rediss://`, `unix:`.
    Single {
        /// Its address, which may hold a password.
        url: SecretString,
        /// Certificates for `rediss://`.
        tls: TlsFiles,
    },
    /// A Cluster, by its seed nodes.
    Cluster {
        /// `redis://` or `rediss://` addresses of some of its nodes.
        urls: Vec<SecretString>,
    },
}

/// PEM text for `rediss://`, where the system's own roots are not the right ones.
#[derive(Clone, Debug, Default)]
pub struct TlsFiles {
    /// The authority that signed the server's certificate.
    pub ca: Option<Vec<u8>>,
    /// The client's certificate and its key.
    pub client: Option<(Vec<u8>, SecretString)>,
}

/// The address of Redis cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the address of Redis cannot be used: {0}")]
pub struct ConnectError(String);

#[derive(Clone)]
pub(super) enum Pools {
    Single(deadpool_redis::Pool),
    Cluster(cluster::Pool),
}

pub(super) enum Connection {
    Single(deadpool_redis::Connection),
    Cluster(cluster::Connection),
}

impl Pools {
    pub(super) fn new(target: &Target) -> Result<Self, ConnectError> {
        let bad = |error: &dyn std::fmt::Display| ConnectError(error.to_string());
        match target {
            Target::Single { url, tls } => {
                let config = AsyncConnectionConfig::new()
                    .set_connection_timeout(Some(CONNECT_TIMEOUT))
                    .set_response_timeout(Some(RESPONSE_TIMEOUT));
                let info = connection_info(url, tls)?;
                let manager = deadpool_redis::Manager::new_with_config(info, config)
                    .map_err(|error| bad(&error))?;
                deadpool_redis::Pool::builder(manager)
                    .max_size(POOL_SIZE)
                    .runtime(Runtime::Tokio1)
                    .build()
                    .map(Self::Single)
                    .map_err(|error| bad(&error))
            }
            Target::Cluster { urls } => {
                let urls: Vec<&str> = urls.iter().map(ExposeSecret::expose_secret).collect();
                let manager = cluster::Manager::new(urls, false).map_err(|error| bad(&error))?;
                cluster::Pool::builder(manager)
                    .max_size(POOL_SIZE)
                    .runtime(Runtime::Tokio1)
                    .build()
                    .map(Self::Cluster)
                    .map_err(|error| bad(&error))
            }
        }
    }

    pub(super) async fn get(&self) -> Result<Connection, StoreError> {
        match self {
            Self::Single(pool) => match pool.get().await {
                Ok(connection) => Ok(Connection::Single(connection)),
                Err(error) => Err(fault(error)),
            },
            Self::Cluster(pool) => match pool.get().await {
                Ok(connection) => Ok(Connection::Cluster(connection)),
                Err(error) => Err(fault(error)),
            },
        }
    }
}

/// A server that refuses us is another fault than one that is away.
fn fault(error: PoolError) -> StoreError {
    match error {
        PoolError::Backend(error) => error.into(),
        other => StoreError::Away(other.to_string()),
    }
}

fn connection_info(
    url: &SecretString,
    tls: &TlsFiles,
) -> Result<redis::ConnectionInfo, ConnectError> {
    use redis::IntoConnectionInfo as _;
    // The parser's own message may repeat the address, and with it a password.
    let unusable = |_| ConnectError("it is not of the form redis://host:port/db".to_owned());
    let info = url
        .expose_secret()
        .into_connection_info()
        .map_err(unusable)?;
    if tls.ca.is_none() && tls.client.is_none() {
        return Ok(info);
    }
    let certificates = redis::TlsCertificates {
        client_tls: tls
            .client
            .as_ref()
            .map(|(certificate, key)| redis::ClientTlsConfig {
                client_cert: certificate.clone(),
                client_key: key.expose_secret().as_bytes().to_vec(),
            }),
        root_cert: tls.ca.clone(),
    };
    redis::Client::build_with_tls(info, certificates)
        .map(|client| client.get_connection_info().clone())
        .map_err(|_| ConnectError("its certificates are not valid PEM text".to_owned()))
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, cmd: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Single(connection) => connection.req_packed_command(cmd),
            Self::Cluster(connection) => connection.req_packed_command(cmd),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        cmd: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::Single(connection) => connection.req_packed_commands(cmd, offset, count),
            Self::Cluster(connection) => connection.req_packed_commands(cmd, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::Single(connection) => connection.get_db(),
            Self::Cluster(connection) => connection.get_db(),
        }
    }
}
