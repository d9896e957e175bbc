//! The master that Sentinels name.
//!
//! A connection is made to whom they name, and only where that one says itself that it is the master. One that goes back into
//! use is looked at likewise. Besides, they are asked again and again who it is: a master that was cut off or frozen while
//! they chose another one goes on taking writes for seconds after it is back, and loses them all.

use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use redis::aio::{ConnectionLike as _, MultiplexedConnection};
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionInfo, ErrorKind, Pipeline, RedisError,
    RedisResult, Role, Value,
};
use tokio::time::timeout;

use super::asked::{Asked, Silence, Want};
use super::careful::{Careful, Watch};
use super::sentinels::{Address, Sentinels};
use super::{ConnectError, target, tls};

/// Longest wait for a connection to the master.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// A connection's own limit to an answer: shorter than it takes Sentinels to choose another master. What is sent again after
/// that finds the new one.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(2);
/// Longest time of a question of who has no connection.
const FIND: Duration = Duration::from_secs(1);
/// Longest time of a question of who has one.
const LOOK: Duration = Duration::from_millis(300);

/// Makes connections to the master.
pub(super) struct Master(Arc<Finder>);

/// Knows where the master is; its connections look there too.
struct Finder {
    sentinels: Sentinels,
    asked: Asked<Address>,
    careful: Arc<Careful>,
    /// Where it is, but for host and port.
    info: ConnectionInfo,
    config: AsyncConnectionConfig,
}

/// A connection, and where it leads.
pub(super) struct ToMaster {
    connection: MultiplexedConnection,
    address: Address,
    finder: Arc<Finder>,
}

impl Master {
    pub(super) fn new(to: &target::Sentinels) -> Result<Self, ConnectError> {
        let first = to.urls.first();
        let first = first.ok_or_else(|| ConnectError::new("it names no Sentinel"))?;
        Ok(Self(Arc::new(Finder {
            sentinels: Sentinels::new(&to.urls, &to.master, &to.own, &to.tls)?,
            asked: Asked::new(),
            careful: Arc::new(Careful::new()),
            info: tls::with_login(to.tls.apply(first)?, &to.login),
            config: AsyncConnectionConfig::new()
                .set_connection_timeout(Some(CONNECT_TIMEOUT))
                .set_response_timeout(Some(RESPONSE_TIMEOUT)),
        })))
    }

    /// Connects to whom the Sentinels name.
    async fn connect(&self) -> RedisResult<ToMaster> {
        let finder = &self.0;
        let named = finder.ask(finder.want(), FIND).await;
        let address = named.map_err(|silence| silence.error)?;
        // From here on: how long the Sentinels take says nothing of the master.
        let watch = finder.careful.watch();
        let client = Client::open(tls::at(&finder.info, &address))?;
        let mut connection = client
            .get_multiplexed_async_connection_with_config(&finder.config)
            .await?;
        if !is_master(&mut connection).await? {
            return Err(no_master());
        }
        drop(watch);
        let to = ToMaster {
            connection,
            address,
            finder: Arc::clone(finder),
        };
        // A server that was frozen answers when it is back, and another one may be the master by then: what the Sentinels
        // said before is not enough, however little later it answered.
        if to.is_still(finder.want()).await {
            Ok(to)
        } else {
            Err(replaced())
        }
    }
}

impl Finder {
    /// Who is the master.
    async fn ask(&self, want: Want, limit: Duration) -> Result<Address, Silence<Address>> {
        let question = async {
            let named = timeout(limit, self.sentinels.master()).await;
            named.unwrap_or_else(|_| Err(silent()))
        };
        self.asked.answer(want, question).await
    }

    /// Whether it matters just now what the Sentinels say at this moment.
    fn want(&self) -> Want {
        if self.careful.is_on() {
            Want::New
        } else {
            Want::Known
        }
    }
}

impl ToMaster {
    /// Sends a command.
    pub(super) async fn one(&mut self, command: &Cmd) -> RedisResult<Value> {
        let watch = self.finder.careful.watch();
        let answer = self.connection.req_packed_command(command).await;
        self.believed(watch, answer).await
    }

    /// Sends several commands.
    pub(super) async fn several(
        &mut self,
        commands: &Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisResult<Vec<Value>> {
        let watch = self.finder.careful.watch();
        let sent = self.connection.req_packed_commands(commands, offset, count);
        let answers = sent.await;
        self.believed(watch, answers).await
    }

    /// Takes an answer that came late for one only while its server is still the master. Of a write to one that was
    /// replaced meanwhile it cannot be said what came of it.
    async fn believed<T>(&self, watch: Watch, answer: RedisResult<T>) -> RedisResult<T> {
        let was_slow = watch.ended();
        if was_slow && answer.is_ok() && !self.is_still(Want::New).await {
            return Err(replaced());
        }
        answer
    }

    /// Whether it still leads to the master. Sentinels that do not answer take no connection away.
    pub(super) async fn is_still(&self, want: Want) -> bool {
        let named = match self.finder.ask(want, LOOK).await {
            Ok(master) => Some(master),
            Err(silence) => silence.before,
        };
        named.is_none_or(|master| master == self.address)
    }

    pub(super) fn get_db(&self) -> i64 {
        self.connection.get_db()
    }
}

impl Manager for Master {
    type Type = ToMaster;
    type Error = RedisError;

    async fn create(&self) -> RedisResult<ToMaster> {
        if let Ok(made) = self.connect().await {
            return Ok(made);
        }
        self.0.asked.forget().await;
        let made = self.connect().await;
        if made.is_err() {
            self.0.asked.forget().await;
        }
        made
    }

    async fn recycle(&self, to: &mut ToMaster, _: &Metrics) -> RecycleResult<RedisError> {
        let watch = self.0.careful.watch();
        let is_master = is_master(&mut to.connection).await;
        // Before anybody is waited for who waits for others: it is the master that is looked at.
        drop(watch);
        if !is_master? {
            self.0.asked.forget().await;
            return Err(RecycleError::Backend(no_master()));
        }
        // In this order: one that was frozen says that it is the master, as soon as it can.
        if to.is_still(self.0.want()).await {
            Ok(())
        } else {
            Err(RecycleError::Backend(replaced()))
        }
    }
}

fn silent() -> RedisError {
    let kind = ErrorKind::MasterNameNotFoundBySentinel;
    (kind, "the Sentinels do not answer in time").into()
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
