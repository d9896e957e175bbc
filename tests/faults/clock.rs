//! Clocks that jump, on Linux. The processes ask libfaketime for the time, which reads from a file how far it is off.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use crate::scene::Scene;
use crate::support::{Home, Redis};
use crate::survive::{Excuse, survive};

/// Where distributions have it.
const LIBRARIES: [&str; 3] = ["/usr/lib/$ARCH-linux-gnu", "/usr/lib64", "/usr/lib"];
const LIBRARY: &str = "faketime/libfaketimeMT.so.1";
/// Redis's own allocator asks for the time before libfaketime is ready to tell it; the system's does not.
const LIBC: &str = "/lib/$ARCH-linux-gnu/libc.so.6";
const HOUR: i64 = 3_600;
/// Longer than the library keeps what it has read, and than tokens live.
const LONG: Duration = Duration::from_secs(4);

/// The clocks of processes, by name.
struct Clocks(TempDir);

impl Clocks {
    fn new() -> Self {
        Self(TempDir::new().expect("a folder"))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Sets a clock so many seconds off.
    fn set(&self, name: &str, seconds: i64) {
        let (file, new) = (self.file(name), self.file("new"));
        fs::write(&new, format!("{seconds:+}")).expect("written");
        fs::rename(new, file).expect("renamed");
    }

    /// What a process needs in its environment to go by this clock.
    fn environment(&self, name: &str) -> [(&'static str, String); 4] {
        self.set(name, 0);
        [
            ("LD_PRELOAD", library()),
            (
                "FAKETIME_TIMESTAMP_FILE",
                self.file(name).display().to_string(),
            ),
            ("FAKETIME_CACHE_DURATION", "1".to_owned()),
            // Only the time of day jumps.
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ]
    }
}

fn library() -> String {
    let places = LIBRARIES.map(|place| format!("{}/{LIBRARY}", on_this(place)));
    let found = places.into_iter().find(|place| Path::new(place).exists());
    found.expect("libfaketime is not here; scripts/setup.sh test installs it")
}

fn on_this(path: &str) -> String {
    path.replace("$ARCH", std::env::consts::ARCH)
}

async fn jump(name: &str, jumps: &[(&str, i64)]) {
    let clocks = Clocks::new();
    let set_up = |home: &mut Home, number: usize| {
        for (name, value) in clocks.environment(&format!("patchbay{number}")) {
            home.set(name, &value);
        }
    };
    let mut environment = clocks.environment("redis");
    environment[0].1 = format!("{} {}", library(), on_this(LIBC));
    let redis = Redis::within(&environment);
    let scene = Scene::on(redis, set_up).await;
    survive(name, scene, async |_, _| {
        for (which, seconds) in jumps {
            clocks.set(which, *seconds);
        }
        tokio::time::sleep(LONG).await;
        for (which, _) in jumps {
            clocks.set(which, 0);
        }
        tokio::time::sleep(LONG).await;
        Excuse::default()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_of_one_replica_goes_ahead() {
    jump("a clock an hour ahead", &[("patchbay0", HOUR)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_of_one_replica_falls_back() {
    jump("a clock an hour back", &[("patchbay0", -HOUR)]).await;
}

/// As when the machine of all of them is set. At that moment every lock ends and every mark of a refresh looks old.
#[tokio::test(flavor = "multi_thread")]
async fn all_clocks_go_ahead_and_back() {
    let all = ["redis", "patchbay0", "patchbay1"];
    jump("all clocks an hour ahead", &all.map(|which| (which, HOUR))).await;
}

/// Every lock ends, while those who held it are at work.
#[tokio::test(flavor = "multi_thread")]
async fn the_clock_of_redis_goes_ahead() {
    jump("the clock of Redis an hour ahead", &[("redis", HOUR)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_of_redis_falls_back() {
    jump("the clock of Redis an hour back", &[("redis", -HOUR)]).await;
}
