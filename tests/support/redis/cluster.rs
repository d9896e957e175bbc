//! A Cluster of three masters, each with a replica.

use std::ops::Range;
use std::time::{Duration, Instant};

use super::tls::tls_options;
use super::{LAST_SLOT, Redis, free_port};

/// Who does not answer for so long is taken for dead, in milliseconds.
const DEAD_AFTER: &str = "1500";

/// The Cluster.
pub struct Cluster {
    /// The masters of the beginning, then their replicas.
    pub nodes: Vec<Redis>,
    ids: Vec<String>,
    tls: Option<Vec<u16>>,
}

impl Cluster {
    pub fn start() -> Self {
        Self::build(false)
    }

    /// One that is reached with a certificate only.
    pub fn with_tls() -> Self {
        Self::build(true)
    }

    fn build(tls: bool) -> Self {
        let ports: Option<Vec<u16>> = tls.then(|| (0..6).map(|_| free_port()).collect());
        let third = LAST_SLOT / 3;
        let slots = [
            (0, third),
            (third + 1, 2 * third),
            (2 * third + 1, LAST_SLOT),
        ];
        let nodes: Vec<Redis> = (0..6)
            .map(|number| {
                let mut options: Vec<String> = [
                    ("--cluster-node-timeout", DEAD_AFTER),
                    ("--cluster-require-full-coverage", "no"),
                    ("--repl-diskless-sync-delay", "0"),
                    ("--repl-ping-replica-period", "1"),
                ]
                .into_iter()
                .flat_map(|(name, value)| [name.to_owned(), value.to_owned()])
                .collect();
                if let Some(ports) = &ports {
                    options.extend(tls_options(ports[number]));
                    options.extend(
                        ["--tls-cluster", "yes", "--tls-replication", "yes"].map(str::to_owned),
                    );
                }
                let options: Vec<&str> = options.iter().map(String::as_str).collect();
                Redis::launched(true, slots.get(number).copied(), &options, &[])
            })
            .collect();
        let ids = nodes.iter().map(|node| node.cli(&["CLUSTER", "MYID"]));
        let cluster = Self {
            ids: ids.collect(),
            nodes,
            tls: ports,
        };
        cluster.meet();
        cluster
    }

    /// For `REDIS_URL`: two of the nodes are enough to find the others.
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() {
            "rediss"
        } else {
            "redis"
        };
        format!(
            "{scheme}-cluster://127.0.0.1:{},127.0.0.1:{}",
            self.port(0),
            self.port(4)
        )
    }

    /// Where a node is reached as the others see it.
    fn port(&self, number: usize) -> u16 {
        self.tls
            .as_ref()
            .map_or(self.nodes[number].port(), |ports| ports[number])
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
        let deadline = Instant::now() + Duration::from_secs(30);
        while !self.nodes[which.clone()].iter().all(&done) {
            let said = self.nodes[0].cli(&["CLUSTER", "NODES"]);
            assert!(
                Instant::now() < deadline,
                "the nodes do not come together: {said}"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Whether a range of `CLUSTER NODES` (`1-5`, or `7` alone) has a slot.
fn has_slot(range: &str, slot: u16) -> bool {
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let ends = first.parse::<u16>().ok().zip(last.parse::<u16>().ok());
    ends.is_some_and(|(first, last)| (first..=last).contains(&slot))
}
