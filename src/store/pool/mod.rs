//! Connections: a pool over one server, over the master that Sentinels name, or over a Cluster.
//!
//! A connection goes back to its pool only when it is in order. One that was given up in the middle of an answer, that
//! broke, or that turned out to lead to a replica is dropped, so that the next one looks anew where the master is.

mod aside;
mod asked;
mod careful;
mod cluster;
mod fitness;
mod sentinel;
mod sentinels;
mod single;
mod slots;
mod target;
mod tls;

use deadpool::managed::{Manager, Object, Pool, PoolError, Status};
use deadpool_redis::Runtime;
use redis::aio::ConnectionLike;
use redis::cluster_routing::Route;
use redis::{Cmd, Pipeline, RedisError, RedisFuture, RedisResult, Value};

use super::StoreError;
use asked::Want;
use fitness::Fitness;
pub use target::{Login, Sentinels, Target};
pub use tls::TlsFiles;

/// Connections, and so operations under way at once. Each takes well under a millisecond.
const POOL_SIZE: usize = 16;
const TWO_SLOTS: &str = "an operation over two slots, which a Cluster does not take";

/// The address of Redis cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the address of Redis cannot be used: {0}")]
pub struct ConnectError(String);

impl ConnectError {
    fn new(what: impl ToString) -> Self {
        Self(what.to_string())
    }

    fn certificates() -> Self {
        Self::new("its certificates are not valid PEM text")
    }
}

/// The connections to a Redis of any kind.
#[derive(Clone)]
pub(super) struct Pools(Pooled);

#[derive(Clone)]
enum Pooled {
    Single(Pool<single::Server>),
    Sentinel(Pool<sentinel::Master>),
    Cluster(Pool<cluster::Nodes>),
}

/// A connection, and whether it may go back.
pub(super) struct Connection {
    /// There until it is dropped.
    kind: Option<Kind>,
    fitness: Fitness,
}

enum Kind {
    Single(Object<single::Server>),
    Sentinel(Object<sentinel::Master>),
    Cluster(Box<Object<cluster::Nodes>>),
}

impl Pools {
    pub(super) fn new(target: &Target) -> Result<Self, ConnectError> {
        Ok(Self(match target {
            Target::Single { url, tls } => Pooled::Single(pool(single::server(url, tls)?)?),
            Target::Cluster { urls, tls } => {
                Pooled::Cluster(pool(cluster::Nodes::new(urls, tls)?)?)
            }
            Target::Sentinel(sentinels) => {
                Pooled::Sentinel(pool(sentinel::Master::new(sentinels)?)?)
            }
        }))
    }

    pub(super) async fn get(&self) -> Result<Connection, StoreError> {
        let kind = match &self.0 {
            Pooled::Single(pool) => Kind::Single(pool.get().await.map_err(fault)?),
            Pooled::Sentinel(pool) => Kind::Sentinel(pool.get().await.map_err(fault)?),
            Pooled::Cluster(pool) => Kind::Cluster(Box::new(pool.get().await.map_err(fault)?)),
        };
        Ok(Connection {
            kind: Some(kind),
            fitness: Fitness::default(),
        })
    }

    /// What an error means at such a Redis: one server that is really a node of something larger says so by what it answers.
    pub(super) fn fault(&self, error: RedisError) -> StoreError {
        match &self.0 {
            Pooled::Single(_) => single::explained(error).into(),
            Pooled::Sentinel(_) | Pooled::Cluster(_) => error.into(),
        }
    }

    /// How busy they are.
    pub(super) fn status(&self) -> Status {
        match &self.0 {
            Pooled::Single(pool) => pool.status(),
            Pooled::Sentinel(pool) => pool.status(),
            Pooled::Cluster(pool) => pool.status(),
        }
    }

    /// Whether another server may take the place of the one that is written to.
    pub(super) fn fails_over(&self) -> bool {
        !matches!(self.0, Pooled::Single(_))
    }
}

fn pool<M: Manager>(manager: M) -> Result<Pool<M>, ConnectError> {
    Pool::builder(manager)
        .max_size(POOL_SIZE)
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(ConnectError::new)
}

/// A server that refuses us is another fault than one that is away.
fn fault(error: PoolError<RedisError>) -> StoreError {
    match error {
        PoolError::Backend(error) => error.into(),
        other => StoreError::Away(other.to_string()),
    }
}

impl Connection {
    /// It was seen to lead to another server than it should: it does not go back to its pool.
    pub(super) fn leads_elsewhere(&mut self) {
        self.fitness.begin();
    }

    /// Whether it leads to the nodes of a Cluster.
    pub(super) fn is_of_cluster(&self) -> bool {
        matches!(self.kind, Some(Kind::Cluster(_)))
    }

    /// Whether it leads to where it should, as far as anybody knows at this moment.
    pub(super) async fn leads_right(&self) -> bool {
        match &self.kind {
            Some(Kind::Sentinel(master)) => master.is_still(Want::New).await,
            // There is one server, or the nodes of a Cluster tell each other.
            _ => true,
        }
    }

    /// Asks the server that a slot of a Cluster leads to. Without a Cluster there is one for all. Each command has an
    /// answer, which may be a refusal.
    pub(super) async fn ask_master(
        &mut self,
        to: Route,
        commands: &Pipeline,
    ) -> RedisResult<Vec<Value>> {
        let count = commands.len();
        self.fitness.begin();
        let answers = match &mut self.kind {
            Some(Kind::Single(server)) => server.req_packed_commands(commands, 0, count).await,
            Some(Kind::Sentinel(master)) => master.several(commands, 0, count).await,
            Some(Kind::Cluster(nodes)) => nodes.to(to, commands).await,
            None => Err(gone()),
        };
        self.fitness.end(answers.as_ref().map(Vec::as_slice));
        answers
    }
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, cmd: &'a Cmd) -> RedisFuture<'a, Value> {
        debug_assert!(slots::are_one([cmd]), "{TWO_SLOTS}");
        Box::pin(async move {
            self.fitness.begin();
            let answer = match &mut self.kind {
                Some(Kind::Single(server)) => server.req_packed_command(cmd).await,
                Some(Kind::Sentinel(master)) => master.one(cmd).await,
                Some(Kind::Cluster(nodes)) => nodes.one(cmd).await,
                None => Err(gone()),
            };
            self.fitness.end(answer.as_ref().map(std::slice::from_ref));
            answer
        })
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        cmd: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        debug_assert!(slots::are_one(cmd.cmd_iter()), "{TWO_SLOTS}");
        Box::pin(async move {
            self.fitness.begin();
            let answers = match &mut self.kind {
                Some(Kind::Single(server)) => server.req_packed_commands(cmd, offset, count).await,
                Some(Kind::Sentinel(master)) => master.several(cmd, offset, count).await,
                Some(Kind::Cluster(nodes)) => nodes.several(cmd, offset, count).await,
                None => Err(gone()),
            };
            self.fitness.end(answers.as_ref().map(Vec::as_slice));
            answers
        })
    }

    fn get_db(&self) -> i64 {
        match &self.kind {
            Some(Kind::Single(server)) => server.get_db(),
            Some(Kind::Sentinel(master)) => master.get_db(),
            Some(Kind::Cluster(_)) | None => 0,
        }
    }
}

fn gone() -> RedisError {
    (redis::ErrorKind::Io, "the connection was let go").into()
}

impl Drop for Connection {
    fn drop(&mut self) {
        let cluster = self.is_of_cluster();
        if self.fitness.may_go_back(cluster) {
            return;
        }
        // What is taken from its pool is closed, and makes room for another.
        match self.kind.take() {
            Some(Kind::Single(server)) => drop(Object::take(server)),
            Some(Kind::Sentinel(master)) => drop(Object::take(master)),
            Some(Kind::Cluster(nodes)) => drop(Object::take(*nodes)),
            None => {}
        }
    }
}
