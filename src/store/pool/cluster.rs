//! The nodes of a Cluster.
//!
//! The client library knows which node has which slot, and mends broken connections. What it is not left to do is to send
//! something again: it does so too where an answer was lost, and what was done once would be done twice, or be reported as
//! refused because it had been done. Here only that is sent again which a node surely has not done.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deadpool::managed::{Manager, Metrics, RecycleResult};
use redis::aio::ConnectionLike;
use redis::cluster::{ClusterClient, ClusterClientBuilder};
use redis::cluster_async::ClusterConnection;
use redis::cluster_routing::{
    MultipleNodeRoutingInfo, ResponsePolicy, Route, RoutingInfo, SingleNodeRoutingInfo,
};
use redis::{
    AsyncConnectionConfig, Cmd, ErrorKind, Pipeline, RedisError, RedisResult, ServerErrorKind,
    Value,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::oneshot;

use super::aside::Aside;
use super::tls::TlsFiles;
use super::{ConnectError, POOL_SIZE};

/// Longest wait for a connection to a node. A node that is frozen costs it twice.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// A node's own limit to an answer. While nodes are asked who has which slot, one that is frozen costs it.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(2);
/// First pause before something is sent again; it doubles, so many times. Whoever asks may give up before.
const PAUSE: Duration = Duration::from_millis(10);
const TIMES: u32 = 7;
/// A connection that was used so recently is not looked at again.
const RECENT: Duration = Duration::from_secs(1);

/// Makes connections to all nodes.
pub(super) struct Nodes {
    client: ClusterClient,
    aside: Aside,
    /// Connections that came to stand when nobody waited for them any more.
    spares: Arc<Mutex<Vec<ToNodes>>>,
}

/// Connections to all nodes.
pub(super) struct ToNodes {
    connection: ClusterConnection,
    aside: Aside,
}

impl Nodes {
    pub(super) fn new(urls: &[SecretString], tls: &TlsFiles) -> Result<Self, ConnectError> {
        let addresses: Vec<&str> = urls.iter().map(ExposeSecret::expose_secret).collect();
        let mut builder = ClusterClientBuilder::new(addresses)
            .retries(0)
            .connection_timeout(CONNECT_TIMEOUT)
            .response_timeout(RESPONSE_TIMEOUT);
        // An authority or a certificate of ours holds for every node.
        if let Some(certificates) = tls.certificates()? {
            builder = builder.certs(certificates);
        }
        let first = urls.first();
        let first = first.ok_or_else(|| ConnectError::new("it names no node"))?;
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT_TIMEOUT))
            .set_response_timeout(Some(RESPONSE_TIMEOUT));
        Ok(Self {
            aside: Aside::new(tls.apply(first)?, config),
            client: builder.build().map_err(ConnectError::new)?,
            spares: Arc::default(),
        })
    }

    fn spares(&self) -> MutexGuard<'_, Vec<ToNodes>> {
        self.spares.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Manager for Nodes {
    type Type = ToNodes;
    type Error = RedisError;

    /// Whoever asks may not wait for as long as it takes to reach all nodes: what comes too late for them is kept for the
    /// next one, who would otherwise begin anew and never come to an end either.
    async fn create(&self) -> RedisResult<ToNodes> {
        if let Some(spare) = self.spares().pop() {
            return Ok(spare);
        }
        let (client, aside) = (self.client.clone(), self.aside.clone());
        let (spares, (to, made)) = (Arc::clone(&self.spares), oneshot::channel());
        tokio::spawn(async move {
            let connection = client.get_async_connection().await;
            let made = connection.map(|connection| ToNodes { connection, aside });
            if let Err(Ok(late)) = to.send(made) {
                let mut spares = spares.lock().unwrap_or_else(PoisonError::into_inner);
                if spares.len() < POOL_SIZE {
                    spares.push(late);
                }
            }
        });
        made.await.unwrap_or_else(|_| Err(super::gone()))
    }

    /// Connections that broke meanwhile are found out, and are mended beside what is done next. One node that answers is
    /// enough.
    async fn recycle(&self, to: &mut ToNodes, metrics: &Metrics) -> RecycleResult<RedisError> {
        if metrics.last_used() < RECENT {
            return Ok(());
        }
        let all = MultipleNodeRoutingInfo::AllMasters;
        let routing = RoutingInfo::MultiNode((all, Some(ResponsePolicy::OneSucceeded)));
        let ping = redis::cmd("PING");
        Ok(to.connection.route_command(ping, routing).await.map(drop)?)
    }
}

impl ToNodes {
    /// Sends a command to the node of its key.
    pub(super) async fn one(&mut self, command: &Cmd) -> RedisResult<Value> {
        let mut tries = Tries::default();
        loop {
            let mut answer = self.connection.req_packed_command(command).await;
            if let Err(error) = answer {
                answer = if is_sent_on(&error) {
                    self.aside.ask(error, command).await
                } else {
                    Err(error)
                };
            }
            match answer {
                Err(error) if was_not_done(&error) && tries.left() => tries.pause().await,
                answer => return answer,
            }
        }
    }

    /// Sends several commands to the node of their keys. Where one of them was refused, all are sent again: they do the
    /// same twice as once.
    pub(super) async fn several(
        &mut self,
        commands: &Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisResult<Vec<Value>> {
        let mut tries = Tries::default();
        loop {
            let sent = self.connection.req_packed_commands(commands, offset, count);
            match sent.await {
                // Their slot moves, and some of their keys are at its old node and some at the new one. An answer that
                // begins later belongs to a transaction, which must stay together.
                Err(error) if is_sent_on(&error) && offset == 0 => {
                    return self.one_by_one(commands).await;
                }
                Err(error) if was_not_done(&error) && tries.left() => tries.pause().await,
                answers => return answers,
            }
        }
    }

    async fn one_by_one(&mut self, commands: &Pipeline) -> RedisResult<Vec<Value>> {
        let mut answers = Vec::with_capacity(commands.len());
        for command in commands.cmd_iter() {
            answers.push(self.one(command).await?);
        }
        Ok(answers)
    }

    /// Sends commands to a node by a slot that it has.
    pub(super) async fn to(
        &mut self,
        route: Route,
        commands: &Pipeline,
    ) -> RedisResult<Vec<Value>> {
        let (mut tries, count) = (Tries::default(), commands.len());
        loop {
            let to = SingleNodeRoutingInfo::SpecificNode(route);
            let sent = self
                .connection
                .route_pipeline(commands.clone(), 0, count, to);
            match sent.await {
                Err(error) if was_not_done(&error) && tries.left() => tries.pause().await,
                answers => return answers,
            }
        }
    }
}

/// Whether the key is on its way to another node.
fn is_sent_on(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::Ask)
}

/// Whether a node refused, or none was reached. Of everything else it is not known what came of it.
fn was_not_done(error: &RedisError) -> bool {
    error.is_connection_refusal()
        || matches!(
            error.kind(),
            ErrorKind::ClusterConnectionNotFound
                | ErrorKind::Server(
                    ServerErrorKind::Moved
                        | ServerErrorKind::Ask
                        | ServerErrorKind::TryAgain
                        | ServerErrorKind::ClusterDown
                        | ServerErrorKind::MasterDown
                        | ServerErrorKind::BusyLoading
                        | ServerErrorKind::ReadOnly
                )
        )
}

/// How often something was sent.
#[derive(Default)]
struct Tries(u32);

impl Tries {
    fn left(&self) -> bool {
        self.0 < TIMES
    }

    async fn pause(&mut self) {
        tokio::time::sleep(PAUSE * 2_u32.pow(self.0)).await;
        self.0 += 1;
    }
}
