//! The master that Sentinels name.
//!
//! A connection is made to whom they name, and only where that one says itself that it is the master. One that goes back into
//! use is looked at likewise. Besides, they are asked once a second who it is: a master that was cut off or frozen while
//! they chose another one goes on taking writes for seconds after it is back, and loses them all.

use std::time::Duration;

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, ConnectionInfo, ErrorKind, RedisError, RedisResult, Role,
};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::sentinels::{Address, Sentinels};
use super::{ConnectError, RESPONSE_TIMEOUT, target, tls};

/// Longest wait for a connection to the master.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// For so long an answer of the Sentinels counts.
const COUNTS: Duration = Duration::from_secs(1);
/// Whoever has a connection waits so long for them, and asks again after so long where that was not enough.
const LOOK: Duration = Duration::from_millis(300);
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Makes connections to the master.
pub(super) struct Master {
    known: Mutex<Known>,
    /// Where it is, but for host and port.
    info: ConnectionInfo,
    config: AsyncConnectionConfig,
}

/// The Sentinels, and what they said last.
struct Known {
    sentinels: Sentinels,
    master: Option<Address>,
    /// When to ask again.
    until: Instant,
}

/// A connection, and where it leads.
pub(super) struct ToMaster {
    pub(super) connection: MultiplexedConnection,
    address: Address,
}

impl Master {
    pub(super) fn new(to: &target::Sentinels) -> Result<Self, ConnectError> {
        let first = to.urls.first();
        let first = first.ok_or_else(|| ConnectError::new("it names no Sentinel"))?;
        let known = Known {
            sentinels: Sentinels::new(&to.urls, &to.master, &to.own, &to.tls)?,
            master: None,
            until: Instant::now(),
        };
        Ok(Self {
            known: Mutex::new(known),
            info: tls::with_login(to.tls.apply(first)?, &to.login),
            config: AsyncConnectionConfig::new()
                .set_connection_timeout(Some(CONNECT_TIMEOUT))
                .set_response_timeout(Some(RESPONSE_TIMEOUT)),
        })
    }

    /// Connects to whom the Sentinels name.
    async fn connect(&self) -> RedisResult<ToMaster> {
        let address = self.known.lock().await.ask().await?;
        let client = Client::open(tls::at(&self.info, &address))?;
        let mut connection = client
            .get_multiplexed_async_connection_with_config(&self.config)
            .await?;
        if !is_master(&mut connection).await? {
            return Err(no_master());
        }
        Ok(ToMaster {
            connection,
            address,
        })
    }

    async fn forget(&self) {
        self.known.lock().await.master = None;
    }
}

impl Known {
    /// Who is the master.
    async fn ask(&mut self) -> RedisResult<Address> {
        if Instant::now() >= self.until {
            self.master = None;
        }
        if let Some(address) = &self.master {
            return Ok(address.clone());
        }
        let address = self.sentinels.master().await?;
        self.until = Instant::now() + COUNTS;
        Ok(self.master.insert(address).clone())
    }

    /// Whether another one is the master by now. Sentinels that do not answer take no connection away.
    async fn is_another_than(&mut self, address: &Address) -> bool {
        if Instant::now() >= self.until {
            match timeout(LOOK, self.sentinels.master()).await {
                Ok(Ok(now)) => {
                    self.master = Some(now);
                    self.until = Instant::now() + COUNTS;
                }
                _ => self.until = Instant::now() + LOOK_AGAIN,
            }
        }
        self.master.as_ref().is_some_and(|master| master != address)
    }
}

impl Manager for Master {
    type Type = ToMaster;
    type Error = RedisError;

    async fn create(&self) -> RedisResult<ToMaster> {
        if let Ok(made) = self.connect().await {
            return Ok(made);
        }
        // What was known may be a second old.
        self.forget().await;
        let made = self.connect().await;
        if made.is_err() {
            self.forget().await;
        }
        made
    }

    async fn recycle(&self, to: &mut ToMaster, _: &Metrics) -> RecycleResult<RedisError> {
        let another = self.known.lock().await.is_another_than(&to.address).await;
        if another {
            return Err(RecycleError::message("another server is the master by now"));
        }
        if is_master(&mut to.connection).await? {
            return Ok(());
        }
        self.forget().await;
        Err(RecycleError::Backend(no_master()))
    }
}

fn no_master() -> RedisError {
    let kind = ErrorKind::MasterNameNotFoundBySentinel;
    (kind, "whom the Sentinels named is no master").into()
}

/// Asks the server itself. One that answers, but does not tell our user, is taken for what the Sentinels said.
async fn is_master(connection: &mut MultiplexedConnection) -> RedisResult<bool> {
    match redis::cmd("ROLE").query_async(connection).await {
        Ok(Role::Primary { .. }) => Ok(true),
        Ok(_) => Ok(false),
        Err(error) if error.is_io_error() || error.is_unrecoverable_error() => Err(error),
        Err(_) => Ok(true),
    }
}
