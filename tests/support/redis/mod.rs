//! A Redis of a test's own: a child process in a folder of its own, gone with the test.

mod cluster;
mod sentinels;
mod tls;

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

#[allow(unused_imports)]
pub use cluster::Cluster;
#[allow(unused_imports)]
pub use sentinels::{Sentinels, Wants};
#[allow(unused_imports)]
pub use tls::{Tls, certificate};

/// With `cluster` in this variable every test runs against a one-node Cluster that holds all slots, where
/// an operation over two slots fails.
const KIND: &str = "PATCHBAY_TEST_REDIS";

pub struct Redis {
    child: Option<Child>,
    folder: TempDir,
    port: u16,
    cluster: bool,
    /// The slots of a Cluster that it holds.
    slots: Option<(u16, u16)>,
    options: Vec<String>,
    environment: Vec<(&'static str, String)>,
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
        Self::launched(cluster, Some((0, LAST_SLOT)), &[], &[])
    }

    /// Starts a single server with further options, such as `&["--appendfsync", "everysec"]`.
    pub fn with(options: &[&str]) -> Self {
        Self::launched(false, None, options, &[])
    }

    /// Starts a single server in an environment of its own.
    pub fn within(environment: &[(&'static str, String)]) -> Self {
        Self::launched(false, None, &[], environment)
    }

    /// Starts a Cluster of two masters, each with options of its own.
    pub fn pair(one: &[&str], other: &[&str]) -> [Self; 2] {
        let half = LAST_SLOT / 2;
        let alone = ["--cluster-require-full-coverage", "no"];
        let mut pair = [
            Self::launched(true, Some((0, half)), &[&alone, one].concat(), &[]),
            Self::launched(
                true,
                Some((half + 1, LAST_SLOT)),
                &[&alone, other].concat(),
                &[],
            ),
        ];
        let port = pair[1].port.to_string();
        pair[0].cli(&["CLUSTER", "MEET", "127.0.0.1", &port]);
        let all = "cluster_slots_assigned:16384";
        for redis in &mut pair {
            let met = redis.wait_until(|redis| redis.cli(&["CLUSTER", "INFO"]).contains(all));
            assert!(met, "the nodes do not meet");
        }
        pair
    }

    fn launched(
        cluster: bool,
        slots: Option<(u16, u16)>,
        options: &[&str],
        environment: &[(&'static str, String)],
    ) -> Self {
        // Another process may take the port in between: then Redis ends at once, and another port is tried.
        for _ in 0..20 {
            let mut redis = Self {
                child: None,
                folder: TempDir::new().expect("a folder"),
                port: free_port(),
                cluster,
                slots,
                options: options.iter().map(|option| (*option).to_owned()).collect(),
                environment: environment.to_vec(),
            };
            if redis.launch() {
                return redis;
            }
        }
        panic!("redis-server does not start; is it installed?");
    }

    /// The address for `REDIS_URL`.
    pub fn url(&self) -> String {
        let scheme = if self.cluster {
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

    /// Ends the process as a power cut would, and waits until it is gone. What it was told is on disk.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("killed");
            child.wait().expect("gone");
        }
    }

    /// Starts it again after [`Redis::kill`], on the same port with the same data.
    pub fn revive(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while !self.launch() {
            assert!(Instant::now() < deadline, "Redis does not come back");
        }
    }

    /// Stops it in its tracks: connections stay, answers do not come.
    pub fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        self.signal(Signal::CONT);
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
        let folder: PathBuf = self.folder.path().to_owned();
        let child = Command::new("redis-server")
            .args([
                "--port",
                &self.port.to_string(),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
            ])
            .args(["--appendonly", "yes", "--appendfsync", "always"])
            .args(["--cluster-enabled", if self.cluster { "yes" } else { "no" }])
            .arg("--dir")
            .arg(folder)
            .args(&self.options)
            .envs(self.environment.iter().cloned())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server is installed");
        self.child = Some(child);
        let ready = self.wait_until(|redis| redis.cli(&["PING"]) == "PONG");
        let Some((first, last)) = self.slots.filter(|_| self.cluster) else {
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

    fn wait_until(&mut self, done: impl Fn(&Self) -> bool) -> bool {
        let deadline = Instant::now() + Duration::from_secs(10);
        while Instant::now() < deadline {
            if done(self) {
                return true;
            }
            let ended = self
                .child
                .as_mut()
                .is_none_or(|child| child.try_wait().is_ok_and(|it| it.is_some()));
            if ended {
                return false;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }

    fn signal(&self, signal: Signal) {
        let child = self.child.as_ref().expect("it runs");
        let pid = i32::try_from(child.id())
            .ok()
            .and_then(Pid::from_raw)
            .expect("a pid");
        kill_process(pid, signal).expect("a signal");
    }
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
