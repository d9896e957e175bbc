//! The master that Sentinels name.
//!
//! A connection is made to whom they name, and only where that one says itself that it is the master. One that goes back into
//! use is looked at likewise. Besides, they are asked again and again who it is: a master that was cut off or frozen while
//! they chose another one goes on taking writes for seconds after it is back, and loses them all.

use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::{Manager, Metrics, Object, RecycleError, RecycleResult};
use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, ConnectionInfo, ErrorKind, RedisError, RedisResult, Role,
};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::careful::{Careful, Watch};
use super::sentinels::{Address, Sentinels};
use super::{ConnectError, target, tls};

/// Longest wait for a connection to the master.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// A connection's own limit to an answer: shorter than it takes Sentinels to choose another master. What is sent again after
/// that finds the new one.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(2);
/// For so long an answer of the Sentinels counts.
const COUNTS: Duration = Duration::from_millis(250);
/// Whoever has a connection waits so long for them, and asks again after so long where that was not enough.
const LOOK: Duration = Duration::from_millis(300);
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// Makes connections to the master.
pub(super) struct Master {
    known: Mutex<Known>,
    careful: Arc<Careful>,
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
            careful: Arc::new(Careful::new()),
            info: tls::with_login(to.tls.apply(first)?, &to.login),
            config: AsyncConnectionConfig::new()
                .set_connection_timeout(Some(CONNECT_TIMEOUT))
                .set_response_timeout(Some(RESPONSE_TIMEOUT)),
        })
    }

    /// Connects to whom the Sentinels name.
    async fn connect(&self) -> RedisResult<ToMaster> {
        let watch = self.careful.watch();
        let address = self.known.lock().await.ask(&self.careful).await?;
        let client = Client::open(tls::at(&self.info, &address))?;
        let mut connection = client
            .get_multiplexed_async_connection_with_config(&self.config)
            .await?;
        if !is_master(&mut connection).await? {
            return Err(no_master());
        }
        let to = ToMaster {
            connection,
            address,
        };
        // A server that was frozen answers when it is back, and another one may be the master by then.
        if !watch.is_slow() || self.is_still(&to).await {
            Ok(to)
        } else {
            Err(replaced())
        }
    }

    /// What was said last does not count any more.
    async fn ask_anew(&self) {
        self.known.lock().await.until = Instant::now();
    }

    /// Looks how long something takes.
    pub(super) fn watch(&self) -> Watch {
        self.careful.watch()
    }

    /// Whether a connection still leads to the master, as far as the Sentinels know at this moment.
    pub(super) async fn is_still(&self, to: &ToMaster) -> bool {
        let mut known = self.known.lock().await;
        known.until = Instant::now();
        !known.is_another_than(&to.address, &self.careful).await
    }
}

impl Known {
    /// Who is the master.
    async fn ask(&mut self, careful: &Careful) -> RedisResult<Address> {
        let counts = Instant::now() < self.until && !careful.is_on();
        if let Some(address) = self.master.as_ref().filter(|_| counts) {
            return Ok(address.clone());
        }
        let address = self.sentinels.master().await?;
        self.until = Instant::now() + COUNTS;
        Ok(self.master.insert(address).clone())
    }

    /// Whether another one is the master by now. Sentinels that do not answer take no connection away.
    async fn is_another_than(&mut self, address: &Address, careful: &Careful) -> bool {
        match timeout(LOOK, self.ask(careful)).await {
            Ok(Ok(master)) => master != *address,
            _ => {
                self.until = Instant::now() + LOOK_AGAIN;
                self.master.as_ref().is_some_and(|master| master != address)
            }
        }
    }
}

impl Manager for Master {
    type Type = ToMaster;
    type Error = RedisError;

    async fn create(&self) -> RedisResult<ToMaster> {
        if let Ok(made) = self.connect().await {
            return Ok(made);
        }
        self.ask_anew().await;
        let made = self.connect().await;
        if made.is_err() {
            self.ask_anew().await;
        }
        made
    }

    async fn recycle(&self, to: &mut ToMaster, _: &Metrics) -> RecycleResult<RedisError> {
        let watch = self.careful.watch();
        if !is_master(&mut to.connection).await? {
            self.ask_anew().await;
            return Err(RecycleError::Backend(no_master()));
        }
        // In this order: one that was frozen says that it is the master, as soon as it can.
        let right = if watch.is_slow() {
            self.is_still(to).await
        } else {
            let mut known = self.known.lock().await;
            !known.is_another_than(&to.address, &self.careful).await
        };
        if right {
            Ok(())
        } else {
            Err(RecycleError::Backend(replaced()))
        }
    }
}

/// Takes an answer that came late for one only while its server is still the master. Of a write to one that was replaced
/// meanwhile it cannot be said what came of it.
pub(super) async fn believed<T>(
    to: &Object<Master>,
    watch: Option<Watch>,
    answer: RedisResult<T>,
) -> RedisResult<T> {
    if answer.is_err() || watch.is_none_or(|watch| !watch.is_slow()) {
        return answer;
    }
    match Object::pool(to) {
        Some(pool) if !pool.manager().is_still(to).await => Err(replaced()),
        _ => answer,
    }
}

/// Looks how long what is asked by a connection takes.
pub(super) fn watch(to: &Object<Master>) -> Option<Watch> {
    Some(Object::pool(to)?.manager().watch())
}

fn replaced() -> RedisError {
    (
        ErrorKind::Io,
        "another server has become the master meanwhile",
    )
        .into()
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
