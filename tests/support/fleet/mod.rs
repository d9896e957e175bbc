//! Patchbays on one Redis, each a process of its own, and the stand-ins.

pub mod process;
mod stand_ins;

use std::time::Duration;

use rustix::process::Signal;
use url::Url;

use super::{Browser, Home, Program, Redis};
use process::Memory;
use stand_ins::StandIns;

/// Somebody with a browser.
#[derive(Clone)]
pub struct Person {
    pub browser: Browser,
    /// Every Patchbay there is.
    pub homes: Vec<Url>,
}

impl Person {
    /// Turns to another Patchbay.
    pub fn turn_to(&mut self, which: usize) {
        self.browser.home = self.homes[which % self.homes.len()].clone();
    }

    /// Connects, by the first Patchbay, with fields of the consent page changed.
    pub async fn connect(&mut self, provider: &str, fields: &[(&str, &str)]) {
        let page = self.browser.connect(provider, fields).await;
        assert_eq!(page.state(), "connected");
    }
}

pub struct Fleet {
    pub redis: Redis,
    pub stand_ins: StandIns,
    homes: Vec<Home>,
    programs: Vec<Option<Program>>,
}

impl Fleet {
    /// So many Patchbays, with settings such as `("HUBSPOT_RATE_LIMIT", "off")`.
    pub async fn start(number: usize, settings: &[(&str, &str)]) -> Self {
        // As the Redis that Patchbay brings along.
        let redis = Redis::with(&["--appendfsync", "always"]);
        let mut homes: Vec<Home> = (0..number).map(|_| Home::new()).collect();
        let stand_ins = StandIns::start(&homes[0].url()).await;
        for home in &mut homes {
            home.use_redis(&redis.url());
            home.set("PATCHBAY_RATE_LIMITS", "off");
            for (name, value) in &stand_ins.settings {
                home.set(name, value);
            }
            for (name, value) in settings {
                home.set(name, value);
            }
        }
        let mut programs = Vec::new();
        for home in &homes {
            programs.push(Some(home.serve().await));
        }
        Self {
            redis,
            stand_ins,
            homes,
            programs,
        }
    }

    /// Somebody who is signed in, and finds one Patchbay as well as the other.
    pub async fn person(&self, name: &str) -> Person {
        let mut browser = self.homes[0].browser();
        browser.sign_in("acme", name).await;
        let homes = self
            .homes
            .iter()
            .map(|home| home.url().parse().expect("a URL"));
        Person {
            browser,
            homes: homes.collect(),
        }
    }

    /// Where the first of them is.
    pub fn url(&self) -> String {
        self.homes[0].url()
    }

    /// The memory of each.
    pub fn memory(&self) -> Vec<Option<Memory>> {
        let programs = self.programs.iter().flatten();
        programs.map(process::memory).collect()
    }

    /// Seconds of the processor that they have used together.
    pub fn processor(&self) -> f64 {
        let programs = self.programs.iter().flatten();
        programs.filter_map(process::processor).sum()
    }

    /// Bytes that Redis holds.
    pub fn redis_memory(&self) -> f64 {
        let info = self.redis.cli(&["INFO", "memory"]);
        let line = info
            .lines()
            .find_map(|line| line.trim().strip_prefix("used_memory:"));
        line.and_then(|bytes| bytes.parse().ok())
            .unwrap_or_default()
    }

    /// Bytes of all its keys, each as it says of itself.
    pub fn redis_keys(&self) -> f64 {
        let all = "local sum = 0 for _, key in ipairs(redis.call('KEYS', '*')) do \
                   sum = sum + redis.call('MEMORY', 'USAGE', key) end return sum";
        let sum = self.redis.cli(&["EVAL", all, "0"]);
        sum.parse().unwrap_or_default()
    }

    /// Ends one as `kill -9` does.
    pub async fn kill(&mut self, which: usize) {
        if let Some(program) = self.programs[which].take() {
            program.kill().await;
        }
    }

    /// Starts one that was ended.
    pub async fn revive(&mut self, which: usize) {
        self.programs[which] = Some(self.homes[which].serve().await);
    }

    /// Ends one in order and starts it again: what it had in memory is gone.
    pub async fn restart(&mut self, which: usize) {
        if let Some(mut program) = self.programs[which].take() {
            program.end(Signal::TERM).await;
        }
        self.revive(which).await;
    }

    /// Lets what is left of a start come to rest.
    pub async fn settle(&self) {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
