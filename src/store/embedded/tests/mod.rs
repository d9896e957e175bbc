//! With a real `redis-server`. Each test has a data folder of its own and ends the processes of
//! that folder by pid.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use redis::{FromRedisValue, cmd};
use rustix::process::{Pid, Signal, getpgid, kill_process};
use tempfile::TempDir;

use super::launch::OPTIONS;
use super::socket::Socket;
use super::*;

mod adopt;
mod join;
mod recover;
mod refuse;
mod start;

/// A data folder, and the promise that its Redis is gone when the test is over, however it ends.
struct Place {
    _base: TempDir,
    data: PathBuf,
}

impl Place {
    fn new() -> Self {
        Self::below("data")
    }

    fn below(name: &str) -> Self {
        let base = tempfile::tempdir().expect("a folder");
        let data = base.path().canonicalize().expect("a path").join(name);
        Self { _base: base, data }
    }

    async fn start(&self) -> Embedded {
        Embedded::start(&self.data).await.expect("a running Redis")
    }

    async fn refused(&self) -> String {
        Embedded::start(&self.data)
            .await
            .expect_err("a refusal")
            .to_string()
    }

    fn redis(&self) -> PathBuf {
        self.data.join("redis")
    }

    fn pid_file(&self) -> PathBuf {
        self.redis().join("redis.pid")
    }

    fn pid(&self) -> Pid {
        self.pid_now().expect("a pid")
    }

    /// `None` while a server that starts is writing the file.
    fn pid_now(&self) -> Option<Pid> {
        let text = fs::read_to_string(self.pid_file()).unwrap_or_default();
        text.trim().parse().ok().and_then(Pid::from_raw)
    }

    fn signal(&self, signal: Signal) -> Pid {
        let pid = self.pid();
        kill_process(pid, signal).expect("signalled");
        pid
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(pid) = self
            .pid_now()
            .filter(|pid| owner::serves(*pid, &self.redis()))
        {
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}

async fn ask<T: FromRedisValue>(url: &str, words: &[&str]) -> redis::RedisResult<T> {
    let mut command = cmd(words[0]);
    command.arg(&words[1..]);
    let mut connection = redis::Client::open(url)?
        .get_multiplexed_async_connection()
        .await?;
    command.query_async(&mut connection).await
}

async fn write(redis: &Embedded, value: &str) {
    ask::<()>(&redis.url(), &["SET", "kept", value])
        .await
        .expect("written");
}

async fn read(redis: &Embedded) -> Option<String> {
    ask(&redis.url(), &["GET", "kept"])
        .await
        .expect("an answer")
}

async fn setting(redis: &Embedded, name: &str) -> String {
    ask::<(String, String)>(&redis.url(), &["CONFIG", "GET", name])
        .await
        .expect("a setting")
        .1
}

async fn until(what: &str, mut true_now: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !true_now().await {
        assert!(
            started.elapsed() < Duration::from_secs(15),
            "not in time: {what}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn answers_again(url: &str) {
    until("an answer", async || {
        ask::<String>(url, &["PING"]).await.is_ok()
    })
    .await;
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("there").permissions().mode() & 0o777
}

/// Waits for a server in place of the one that was `killed`.
async fn another_runs(place: &Place, killed: Pid) {
    until("a new process", async || {
        place.pid_now().is_some_and(|pid| pid != killed)
    })
    .await;
}
