//! A Cluster of three masters, each with a replica.

use std::ops::Range;
use std::time::Duration;

use super::{LAST_SLOT, Plan, Redis, block_until};

/// Who does not answer for so long is taken for dead, in milliseconds.
const DEAD_AFTER: &str = "1500";

/// The Cluster.
pub struct Cluster {
    /// The masters of the beginning, then their replicas.
    pub nodes: Vec<Redis>,
    ids: Vec<String>,
    tls: bool,
}

impl Cluster {
    pub fn start() -> Self {
        Self::build(&plan())
    }

    /// One that is reached with a certificate only.
    pub fn with_tls() -> Self {
        let plan = plan().and(&["--tls-cluster", "yes", "--tls-replication", "yes"]);
        Self::build(&Plan { tls: true, ..plan })
    }

    fn build(plan: &Plan) -> Self {
        let third = LAST_SLOT / 3;
        let slots = [
            (0, third),
            (third + 1, 2 * third),
            (2 * third + 1, LAST_SLOT),
        ];
        let nodes: Vec<Redis> = (0..6)
            .map(|number| {
                Redis::launched(&Plan {
                    slots: slots.get(number).copied(),
                    ..plan.clone()
                })
            })
            .collect();
        let ids = nodes.iter().map(|node| node.cli(&["CLUSTER", "MYID"]));
        let cluster = Self {
            ids: ids.collect(),
            nodes,
            tls: plan.tls,
        };
        cluster.meet();
        cluster
    }

    /// For `REDIS_URL`: two of the nodes are enough to find the others.
    pub fn url(&self) -> String {
        let scheme = if self.tls { "rediss" } else { "redis" };
        format!(
            "{scheme}-cluster://127.0.0.1:{},127.0.0.1:{}",
            self.port(0),
            self.port(4)
        )
    }

    /// Where a node is reached as the others see it.
    fn port(&self, number: usize) -> u16 {
        let node = &self.nodes[number];
        if self.tls {
            node.tls_port()
        } else {
            node.port()
        }
    }

    /// The master of a key by its number, as one of the nodes sees it; `None` while it sees none.
    pub fn master_of(&self, key: &str, seen_by: usize) -> Option<usize> {
        let node = &self.nodes[seen_by];
        let slot: u16 = node.cli(&["CLUSTER", "KEYSLOT", key]).parse().ok()?;
        let said = node.cli(&["CLUSTER", "NODES"]);
        let id = said.lines().find_map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            let has = words.iter().skip(8).any(|range| has_slot(range, slot));
            (has && !words[2].contains("fail")).then(|| words[0].to_owned())
        })?;
        self.ids.iter().position(|it| *it == id)
    }

    /// The number of a master's replica.
    pub fn replica_of(&self, master: usize) -> usize {
        let said = self.nodes[master].cli(&["CLUSTER", "REPLICAS", &self.ids[master]]);
        let is = |id: &String| said.starts_with(id.as_str());
        self.ids.iter().position(is).expect("one of ours")
    }

    /// A replica takes its master's place in order, all being well.
    pub fn fail_over(&self, replica: usize) {
        assert_eq!(self.nodes[replica].cli(&["CLUSTER", "FAILOVER"]), "OK");
    }

    fn meet(&self) {
        for number in 1..6 {
            let to = self.port(number).to_string();
            self.nodes[0].cli(&["CLUSTER", "MEET", "127.0.0.1", &to]);
        }
        let info = |node: &Redis| node.cli(&["CLUSTER", "INFO"]);
        self.until(0..6, |node| info(node).contains("cluster_known_nodes:6"));
        self.until(0..6, |node| {
            info(node).contains("cluster_slots_assigned:16384")
        });
        for number in 3..6 {
            let id = &self.ids[number - 3];
            let follows = |node: &Redis| node.cli(&["CLUSTER", "REPLICATE", id]) == "OK";
            self.until(number..number + 1, follows);
        }
        let followed = |node: &Redis| node.cli(&["INFO", "replication"]).contains("state=online");
        self.until(0..3, followed);
        for node in &self.nodes {
            node.cli(&["CONFIG", "SET", "cluster-require-full-coverage", "yes"]);
        }
        self.until(0..6, |node| info(node).contains("cluster_state:ok"));
        self.until(0..6, |node| {
            node.cli(&["CLUSTER", "NODES"]).matches("slave").count() == 3
        });
    }

    fn until(&self, which: Range<usize>, done: impl Fn(&Redis) -> bool) {
        let what = "the nodes do not come together";
        block_until(what, Duration::from_secs(30), || {
            self.nodes[which.clone()].iter().all(&done)
        });
    }
}

/// What every node is started with.
fn plan() -> Plan {
    Plan::of_cluster(None)
        .and(&["--cluster-node-timeout", DEAD_AFTER])
        .and(&["--cluster-require-full-coverage", "no"])
        .and(&["--repl-diskless-sync-delay", "0"])
        .and(&["--repl-ping-replica-period", "1"])
}

/// Whether a range of `CLUSTER NODES` (`1-5`, or `7` alone) has a slot.
fn has_slot(range: &str, slot: u16) -> bool {
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let ends = first.parse::<u16>().ok().zip(last.parse::<u16>().ok());
    ends.is_some_and(|(first, last)| (first..=last).contains(&slot))
}
