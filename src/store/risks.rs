//! What a Redis may lose of what it has acknowledged, as far as its settings tell.

use std::collections::BTreeMap;
use std::fmt;

use redis::RedisError;

use super::nodes::Node;
use super::{Store, StoreError};

/// A setting of a server by which something can be lost.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    /// It may evict any key when its memory is full.
    EvictsAll(String),
    /// It would, but has no limit of memory yet.
    WouldEvictAll(String),
    /// It may evict what expires when its memory is full.
    EvictsExpiring(String),
    /// What it holds is not written down as it changes.
    NoFile,
    /// It acknowledges before it has written down; the policy of `appendfsync`.
    Lags(String),
    /// Others could take its place, but there are none.
    NoReplica,
    /// It takes writes while none of several replicas follows it.
    Unguarded,
}

impl fmt::Display for Risk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EvictsAll(policy) => write!(
                f,
                "it may evict any key when its memory is full (maxmemory-policy {policy}): connections can be LOST; set maxmemory-policy to noeviction"
            ),
            Self::WouldEvictAll(policy) => write!(
                f,
                "its maxmemory-policy is {policy}: as soon as it has a maxmemory, connections can be LOST; set maxmemory-policy to noeviction"
            ),
            Self::EvictsExpiring(policy) => write!(
                f,
                "it may evict what expires when its memory is full (maxmemory-policy {policy}): sign-ins, loaded items and locks can be lost; set maxmemory-policy to noeviction"
            ),
            Self::NoFile => f.write_str(
                "it has no append-only file: a power cut or a crash can lose refreshed tokens, and with them connections; set appendonly to yes and appendfsync to always",
            ),
            Self::Lags(policy) => write!(
                f,
                "it acknowledges before it has written to disk (appendfsync {policy}): a power cut can lose what was refreshed {}, and with it connections; set appendfsync to always",
                if policy == "everysec" {
                    "within up to a second"
                } else {
                    "within half a minute or more"
                }
            ),
            Self::NoReplica => f.write_str(
                "it has no replica: nothing takes its place when it fails, and what it has is nowhere else",
            ),
            Self::Unguarded => f.write_str(
                "it takes writes while none of its replicas follows it (min-replicas-to-write 0): what is written to a master that is cut off is lost when another takes its place; set min-replicas-to-write to 1",
            ),
        }
    }
}

/// A risk, and which servers of several have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The risk.
    pub risk: Risk,
    /// Addresses, where there is more than one server.
    pub servers: Vec<String>,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.servers.as_slice() {
            [] => write!(f, "Redis: {}", self.risk),
            servers => write!(f, "Redis ({}): {}", servers.join(", "), self.risk),
        }
    }
}

/// The settings of a server that matter here; `None` where it does not tell.
#[derive(Debug, Default)]
struct Settings {
    policy: Option<String>,
    limited: bool,
    appends: Option<bool>,
    sync: Fsync,
    /// Where others may take its place.
    failover: Option<Failover>,
}

/// What matters when another server takes the place of this one.
#[derive(Debug)]
struct Failover {
    replicas: Option<u64>,
    /// As many must follow, or it takes no writes; `None` where it does not tell.
    needed: Option<u64>,
}

/// What `CONFIG GET appendfsync` answers.
#[derive(Debug, Default)]
enum Fsync {
    Is(String),
    /// We may not ask: the rights of our user do not reach so far.
    #[default]
    Unknown,
    /// There is no such command, as with a managed service: how it keeps its data is its own affair.
    Managed,
}

impl Store {
    /// What the settings of the servers put at risk, each risk once.
    pub async fn warnings(&self) -> Result<Vec<Warning>, StoreError> {
        let nodes = self.nodes().await?;
        let mut found: BTreeMap<Risk, Vec<String>> = BTreeMap::new();
        for node in &nodes {
            let named = node.address().filter(|_| nodes.len() > 1);
            for risk in self.settings(node).await?.risks() {
                found
                    .entry(risk)
                    .or_default()
                    .extend(named.map(str::to_owned));
            }
        }
        let warning = |(risk, servers)| Warning { risk, servers };
        Ok(found.into_iter().map(warning).collect())
    }

    async fn settings(&self, node: &Node) -> Result<Settings, StoreError> {
        let memory = self.info(node, "memory").await?;
        let persistence = self.info(node, "persistence").await?;
        Ok(Settings {
            policy: field(&memory, "maxmemory_policy").map(str::to_owned),
            limited: field(&memory, "maxmemory").is_some_and(|limit| limit != "0"),
            appends: field(&persistence, "aof_enabled").map(|enabled| enabled != "0"),
            sync: self.sync(node).await?,
            failover: if self.pool.fails_over() {
                Some(self.failover(node).await?)
            } else {
                None
            },
        })
    }

    async fn failover(&self, node: &Node) -> Result<Failover, StoreError> {
        let replication = self.info(node, "replication").await?;
        let needed = self.setting(node, "min-replicas-to-write").await?;
        Ok(Failover {
            replicas: field(&replication, "connected_slaves").and_then(|it| it.parse().ok()),
            needed: needed.ok().and_then(|needed| needed?.parse().ok()),
        })
    }

    /// A section of what a server says of itself.
    pub(super) async fn info(&self, node: &Node, section: &str) -> Result<String, StoreError> {
        let mut command = redis::cmd("INFO");
        command.arg(section);
        self.ask(node, command).await
    }

    async fn sync(&self, node: &Node) -> Result<Fsync, StoreError> {
        Ok(match self.setting(node, "appendfsync").await? {
            Ok(policy) => policy.map_or(Fsync::Unknown, Fsync::Is),
            Err(error) if error.code() == Some("NOPERM") => Fsync::Unknown,
            Err(_) => Fsync::Managed,
        })
    }

    /// A setting, or how the server refuses to tell it.
    async fn setting(
        &self,
        node: &Node,
        name: &str,
    ) -> Result<Result<Option<String>, RedisError>, StoreError> {
        let mut command = redis::cmd("CONFIG");
        command.arg("GET").arg(name);
        let answer: Result<BTreeMap<String, String>, _> = self.ask(node, command).await;
        match answer {
            Ok(mut values) => Ok(Ok(values.remove(name))),
            Err(StoreError::Refused(error)) => Ok(Err(error)),
            Err(away) => Err(away),
        }
    }
}

impl Settings {
    fn risks(self) -> impl Iterator<Item = Risk> {
        let eviction = self.eviction();
        let failover = self.failover.as_ref().and_then(Failover::risk);
        let persistence = match (self.appends, self.sync) {
            (_, Fsync::Managed) => None,
            (Some(false), _) => Some(Risk::NoFile),
            (Some(true), Fsync::Is(policy)) if policy != "always" => Some(Risk::Lags(policy)),
            _ => None,
        };
        eviction.into_iter().chain(persistence).chain(failover)
    }

    /// Without a limit of memory nothing is evicted.
    fn eviction(&self) -> Option<Risk> {
        let policy = self.policy.clone()?;
        match (policy.starts_with("allkeys"), self.limited) {
            (true, true) => Some(Risk::EvictsAll(policy)),
            (true, false) => Some(Risk::WouldEvictAll(policy)),
            (false, true) if policy.starts_with("volatile") => Some(Risk::EvictsExpiring(policy)),
            _ => None,
        }
    }
}

impl Failover {
    /// A master with one replica alone is better off without the guard: when that one takes its place, it has none itself.
    fn risk(&self) -> Option<Risk> {
        match (self.replicas?, self.needed) {
            (0, _) => Some(Risk::NoReplica),
            (2.., Some(0)) => Some(Risk::Unguarded),
            _ => None,
        }
    }
}

/// A field of an answer to `INFO`: `name:value`, a line each.
pub(super) fn field<'a>(info: &'a str, name: &str) -> Option<&'a str> {
    info.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        .map(str::trim)
}
