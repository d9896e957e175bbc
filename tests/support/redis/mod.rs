//! A Redis of a test's own: a child process in a folder of its own, gone with the test.

mod cluster;
mod plan;
mod sentinels;
mod tls;
mod until;

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

#[allow(unused_imports)]
pub use cluster::Cluster;
#[allow(unused_imports)]
pub use sentinels::{Sentinels, Wants};
#[allow(unused_imports)]
pub use tls::{Tls, certificate};
#[allow(unused_imports)]
pub use until::until;

use plan::Plan;
use until::block_until;

/// With `cluster` in this variable every test runs against a one-node Cluster that holds all slots, where
/// an operation over two slots fails.
const KIND: &str = "PATCHBAY_TEST_REDIS";

pub struct Redis {
    child: Option<Child>,
    folder: TempDir,
    port: u16,
    tls_port: u16,
    plan: Plan,
}

/// The last slot of a Cluster.
const LAST_SLOT: u16 = 16_383;

impl Redis {
    /// Starts the kind of Redis that the test run asks for.
    pub fn start() -> Self {
        Self::of_kind(std::env::var(KIND).is_ok_and(|kind| kind == "cluster"))
    }

    /// Starts a single server, or a one-node Cluster, whatever the test run asks for.
    pub fn of_kind(cluster: bool) -> Self {
        Self::launched(&Plan {
            cluster,
            slots: Some((0, LAST_SLOT)),
            ..Plan::default()
        })
    }

    /// Starts a single server with further options, such as `&["--appendfsync", "everysec"]`.
    pub fn with(options: &[&str]) -> Self {
        Self::launched(&Plan::default().and(options))
    }

    /// Starts a single server in an environment of its own.
    pub fn within(environment: &[(&'static str, String)]) -> Self {
        Self::launched(&Plan {
            environment: environment.to_vec(),
            ..Plan::default()
        })
    }

    /// Starts a Cluster of two masters, each with options of its own.
    pub fn pair(one: &[&str], other: &[&str]) -> [Self; 2] {
        let half = LAST_SLOT / 2;
        let alone = ["--cluster-require-full-coverage", "no"];
        let node = |slots, options| {
            let plan = Plan::of_cluster(Some(slots)).and(&alone);
            Self::launched(&plan.and(options))
        };
        let mut pair = [node((0, half), one), node((half + 1, LAST_SLOT), other)];
        let port = pair[1].port.to_string();
        pair[0].cli(&["CLUSTER", "MEET", "127.0.0.1", &port]);
        let all = "cluster_slots_assigned:16384";
        for redis in &mut pair {
            let met = redis.wait_until(|redis| redis.cli(&["CLUSTER", "INFO"]).contains(all));
            assert!(met, "the nodes do not meet");
        }
        pair
    }

    fn launched(plan: &Plan) -> Self {
        // Another process may take a port in between: then Redis ends at once, and others are tried.
        for _ in 0..20 {
            let mut redis = Self {
                child: None,
                folder: TempDir::new().expect("a folder"),
                port: free_port(),
                tls_port: free_port(),
                plan: plan.clone(),
            };
            if redis.launch() {
                return redis;
            }
        }
        panic!("redis-server does not start; is it installed?");
    }

    /// The address for `REDIS_URL`.
    pub fn url(&self) -> String {
        let scheme = if self.plan.cluster {
            "redis-cluster"
        } else {
            "redis"
        };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    /// Where it keeps its files.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Where it listens without TLS.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where it listens with TLS, if it does.
    pub fn tls_port(&self) -> u16 {
        self.tls_port
    }

    /// Ends the process as a power cut would, and waits until it is gone. What it was told is on disk.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("killed");
            child.wait().expect("gone");
        }
    }

    /// Starts it again after [`Redis::kill`], on the same port with the same data.
    pub fn revive(&mut self) {
        let patience = Duration::from_secs(10);
        block_until("Redis does not come back", patience, || self.launch());
    }

    /// Stops it in its tracks: connections stay, answers do not come.
    pub fn freeze(&self) {
        signal(self.child.as_ref().expect("it runs"), Signal::STOP);
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        signal(self.child.as_ref().expect("it runs"), Signal::CONT);
    }

    /// Runs a command, for a look behind the scenes; answers what `redis-cli` prints.
    pub fn cli(&self, arguments: &[&str]) -> String {
        let output = Command::new("redis-cli")
            .args(["-p", &self.port.to_string(), "--raw"])
            .args(arguments)
            .output()
            .expect("redis-cli");
        String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned()
    }

    /// The keys of an owner, by their tag (`acme.ada`), but where they are signed in.
    pub fn owned(&self, tag: &str) -> Vec<String> {
        let keys = self.cli(&["KEYS", &format!("pb:{{{tag}}}:*")]);
        let keys = keys.lines().filter(|key| !key.contains(":sessions:"));
        keys.map(str::to_owned).collect()
    }

    /// All keys and everything under them, as text, to search for what must not be there.
    pub fn dump(&self) -> String {
        let keys = self.cli(&["KEYS", "*"]);
        // Redis lists them in an order that changes while nothing else does.
        let keys: BTreeSet<&str> = keys.lines().collect();
        let mut text = Vec::from_iter(keys.iter().copied()).join("\n");
        for key in keys {
            let command: &[&str] = match self.cli(&["TYPE", key]).as_str() {
                "hash" => &["HGETALL", key],
                "string" => &["GET", key],
                _ => continue,
            };
            text.push_str(&self.cli(command));
        }
        text
    }

    fn launch(&mut self) -> bool {
        let ports = (self.port, self.tls_port);
        let mut command = self.plan.command(self.folder.path(), ports);
        self.child = Some(command.spawn().expect("redis-server is installed"));
        let ready = self.wait_until(|redis| redis.cli(&["PING"]) == "PONG");
        let Some((first, last)) = self.plan.slots.filter(|_| self.plan.cluster) else {
            return ready;
        };
        if ready && self.cli(&["CLUSTER", "INFO"]).contains("assigned:0") {
            let (first, last) = (first.to_string(), last.to_string());
            self.cli(&["CLUSTER", "ADDSLOTSRANGE", &first, &last]);
        }
        // One that was away waits for the others, and they for it.
        let alone = |info: &str| info.contains("cluster_known_nodes:1\n");
        ready
            && self.wait_until(|redis| {
                let info = redis.cli(&["CLUSTER", "INFO"]).replace('\r', "");
                info.contains("cluster_state:ok") || !alone(&info)
            })
    }

    /// Whether it is done before long, and before the process ends.
    fn wait_until(&mut self, done: impl Fn(&Self) -> bool) -> bool {
        let mut child = self.child.take();
        let is_done = lasts_until(child.as_mut(), || done(self));
        self.child = child;
        is_done
    }
}

fn signal(child: &Child, signal: Signal) {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    kill_process(pid.expect("a pid"), signal).expect("a signal");
}

impl Drop for Redis {
    fn drop(&mut self) {
        if let Some(child) = self.child.as_mut() {
            // It may be frozen; a kill reaches it all the same.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Whether something is done before long, and before a process ends.
fn lasts_until(mut child: Option<&mut Child>, done: impl Fn() -> bool) -> bool {
    let (mut is_done, patience) = (false, Duration::from_secs(10));
    let begun = Instant::now();
    while !is_done && begun.elapsed() < patience {
        is_done = done();
        let ended = child
            .as_mut()
            .is_none_or(|child| child.try_wait().is_ok_and(|it| it.is_some()));
        if ended {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    is_done
}

fn free_port() -> u16 {
    // A Cluster node also takes the port 10,000 above.
    loop {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        if port < 55_000 {
            return port;
        }
    }
}
