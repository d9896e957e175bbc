//! A master with two replicas, and the three Sentinels that look after them.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use tempfile::TempDir;

use super::tls::tls_options;
use super::{Plan, Redis, block_until, free_port, lasts_until, signal};

/// The name of the master.
const NAME: &str = "patchbay";
/// Who does not answer for so long is taken for dead, in milliseconds.
const DEAD_AFTER: u32 = 1500;

/// What is asked of those who come.
#[derive(Clone, Copy, Default)]
pub struct Wants {
    /// A certificate, of master and Sentinels alike.
    pub tls: bool,
    /// A name and a password of the master.
    pub login: Option<(&'static str, &'static str)>,
    /// A password of the Sentinels themselves.
    pub own: Option<&'static str>,
}

/// The set.
pub struct Sentinels {
    pub servers: Vec<Redis>,
    sentinels: Vec<Sentinel>,
    wants: Wants,
}

struct Sentinel {
    child: Child,
    port: u16,
    tls_port: u16,
    _folder: TempDir,
}

impl Sentinels {
    /// A set that asks nothing of anybody.
    pub fn start() -> Self {
        Self::that_want(Wants::default())
    }

    pub fn that_want(wants: Wants) -> Self {
        let master = server(wants, None);
        let place = if wants.tls {
            master.tls_port()
        } else {
            master.port()
        };
        let mut servers = vec![master];
        servers.extend((0..2).map(|_| server(wants, Some(place))));
        let sentinels = (0..3).map(|_| Sentinel::start(place, wants)).collect();
        let set = Self {
            servers,
            sentinels,
            wants,
        };
        set.settles();
        set
    }

    /// For `REDIS_URL`, with the master's login.
    pub fn url(&self) -> String {
        let scheme = if self.wants.tls { "rediss" } else { "redis" };
        let login = self.wants.login;
        let login = login.map_or_else(String::new, |(name, password)| {
            format!("{name}:{password}@")
        });
        let port = |one: &Sentinel| {
            if self.wants.tls {
                one.tls_port
            } else {
                one.port
            }
        };
        let hosts: Vec<_> = self
            .sentinels
            .iter()
            .map(|one| format!("127.0.0.1:{}", port(one)))
            .collect();
        format!("{scheme}-sentinel://{login}{}/{NAME}", hosts.join(","))
    }

    /// Which of the servers is the master, as the Sentinels have it.
    pub fn master(&self) -> usize {
        let said = self.ask(&["SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME]);
        let port = said.lines().nth(1).and_then(|port| port.parse().ok());
        let port: u16 = port.unwrap_or_else(|| panic!("{said}"));
        let of = |redis: &Redis| redis.port() == port || self.wants.tls && redis.tls_port() == port;
        self.servers.iter().position(of).expect("one of ours")
    }

    /// Lets them choose another master in order, all being well.
    pub fn fail_over(&self) {
        let said = self.ask(&["SENTINEL", "FAILOVER", NAME]);
        assert_eq!(said, "OK");
    }

    /// Ends a Sentinel.
    pub fn kill_sentinel(&mut self, number: usize) {
        let child = &mut self.sentinels[number].child;
        child.kill().expect("killed");
        child.wait().expect("gone");
    }

    /// Stops a Sentinel in its tracks: it takes connections, and does not answer.
    pub fn freeze_sentinel(&self, number: usize) {
        signal(&self.sentinels[number].child, Signal::STOP);
    }

    /// How many commands a Sentinel was sent by anybody: two for each question who the master is, and a few a second by the
    /// others.
    pub fn commands(&self, number: usize) -> u64 {
        let said = self.sentinels[number].cli(self.wants, &["INFO", "stats"]);
        let name = "total_commands_processed:";
        let count = said.lines().find_map(|line| line.strip_prefix(name));
        count.expect("a count").trim().parse().expect("a number")
    }

    /// Asks any Sentinel that lives.
    fn ask(&self, arguments: &[&str]) -> String {
        let answers = self
            .sentinels
            .iter()
            .map(|one| one.cli(self.wants, arguments));
        let answer = answers.into_iter().find(|answer| !answer.is_empty());
        answer.expect("a Sentinel that answers")
    }

    /// Until the replicas follow and the Sentinels know each other, so that they can fail over.
    fn settles(&self) {
        let knows = |one: &Sentinel| {
            let said = one.cli(self.wants, &["INFO", "sentinel"]);
            said.contains("status=ok") && said.contains("slaves=2,sentinels=3")
        };
        let follow = || self.servers[0].cli(&["INFO", "replication"]);
        block_until(
            "they do not find each other",
            Duration::from_secs(20),
            || self.sentinels.iter().all(knows) && follow().matches("state=online").count() == 2,
        );
    }
}

/// A server, which follows the master at a port if one is told. Its own default user is for the test.
fn server(wants: Wants, master: Option<u16>) -> Redis {
    let mut plan = Plan {
        tls: wants.tls,
        ..Plan::default()
    }
    .and(&["--repl-diskless-sync-delay", "0"])
    .and(&["--repl-ping-replica-period", "1"]);
    if let Some((name, password)) = wants.login {
        let password = format!(">{password}");
        plan = plan.and(&["--user", name, "on", &password, "~*", "&*", "+@all"]);
    }
    if wants.tls {
        plan = plan.and(&["--tls-replication", "yes"]);
    }
    if let Some(port) = master {
        plan = plan.and(&["--replicaof", "127.0.0.1", &port.to_string()]);
    }
    Redis::launched(&plan)
}

impl Sentinel {
    fn start(master: u16, wants: Wants) -> Self {
        // Another process may take the port in between: then it ends at once, and another one is tried.
        for _ in 0..20 {
            if let Some(sentinel) = Self::launch(master, wants) {
                return sentinel;
            }
        }
        panic!("a Sentinel does not start");
    }

    fn launch(master: u16, wants: Wants) -> Option<Self> {
        let folder = TempDir::new().expect("a folder");
        let (port, tls_port) = (free_port(), free_port());
        let mut lines = vec![
            format!("port {port}"),
            "bind 127.0.0.1".to_owned(),
            "protected-mode no".to_owned(),
            format!("dir {}", folder.path().display()),
            format!("sentinel monitor {NAME} 127.0.0.1 {master} 2"),
            format!("sentinel down-after-milliseconds {NAME} {DEAD_AFTER}"),
            format!("sentinel failover-timeout {NAME} 4000"),
        ];
        if wants.tls {
            let options = tls_options(tls_port);
            let pairs = options.chunks(2);
            lines.extend(
                pairs.map(|pair| format!("{} {}", pair[0].trim_start_matches('-'), pair[1])),
            );
            lines.push("tls-replication yes".to_owned());
        }
        if let Some(password) = wants.own {
            lines.push(format!("requirepass {password}"));
        }
        let file = folder.path().join("sentinel.conf");
        fs::write(&file, lines.join("\n")).expect("written");
        let child = Command::new("redis-server")
            .arg(file)
            .arg("--sentinel")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server is installed");
        let mut sentinel = Self {
            child,
            port,
            tls_port,
            _folder: folder,
        };
        let answers = || cli(port, wants, &["PING"]) == "PONG";
        lasts_until(Some(&mut sentinel.child), answers).then_some(sentinel)
    }

    fn cli(&self, wants: Wants, arguments: &[&str]) -> String {
        cli(self.port, wants, arguments)
    }
}

fn cli(port: u16, wants: Wants, arguments: &[&str]) -> String {
    let mut command = Command::new("redis-cli");
    command.args(["-p", &port.to_string(), "--raw"]);
    if let Some(password) = wants.own {
        command.env("REDISCLI_AUTH", password);
    }
    let output = command.args(arguments).output().expect("redis-cli");
    String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned()
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
