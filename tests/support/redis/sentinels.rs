//! A master with two replicas, and the three Sentinels that look after them.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::tls::tls_options;
use super::{Redis, free_port};

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
            tls_port(&master)
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
        let of = |redis: &Redis| redis.port() == port || self.wants.tls && tls_port(redis) == port;
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
        let deadline = Instant::now() + Duration::from_secs(20);
        let knows = |one: &Sentinel| {
            let said = one.cli(self.wants, &["INFO", "sentinel"]);
            said.contains("status=ok") && said.contains("slaves=2,sentinels=3")
        };
        let follow = || self.servers[0].cli(&["INFO", "replication"]);
        while !(self.sentinels.iter().all(knows) && follow().matches("state=online").count() == 2) {
            assert!(
                Instant::now() < deadline,
                "they do not find each other: {}",
                follow()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// A server, which follows the master at a port if one is told. Its own default user is for the test.
fn server(wants: Wants, master: Option<u16>) -> Redis {
    let mut options: Vec<String> = [
        "--repl-diskless-sync-delay",
        "0",
        "--repl-ping-replica-period",
        "1",
    ]
    .map(str::to_owned)
    .into();
    if let Some((name, password)) = wants.login {
        options.extend(
            [
                "--user",
                name,
                "on",
                &format!(">{password}"),
                "~*",
                "&*",
                "+@all",
            ]
            .map(str::to_owned),
        );
    }
    if wants.tls {
        options.extend(tls_options(free_port()));
        options.extend(["--tls-replication", "yes"].map(str::to_owned));
    }
    if let Some(port) = master {
        options.extend(["--replicaof", "127.0.0.1", &port.to_string()].map(str::to_owned));
    }
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    Redis::with(&options)
}

fn tls_port(redis: &Redis) -> u16 {
    let at = redis
        .options
        .iter()
        .position(|option| option == "--tls-port");
    let port = at.and_then(|at| redis.options.get(at + 1)?.parse().ok());
    port.expect("a port with TLS")
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
        let deadline = Instant::now() + Duration::from_secs(10);
        while Instant::now() < deadline {
            if sentinel.cli(wants, &["PING"]) == "PONG" {
                return Some(sentinel);
            }
            if sentinel.child.try_wait().is_ok_and(|it| it.is_some()) {
                return None;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        None
    }

    fn cli(&self, wants: Wants, arguments: &[&str]) -> String {
        let mut command = Command::new("redis-cli");
        command.args(["-p", &self.port.to_string(), "--raw"]);
        if let Some(password) = wants.own {
            command.env("REDISCLI_AUTH", password);
        }
        let output = command.args(arguments).output().expect("redis-cli");
        String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned()
    }
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
