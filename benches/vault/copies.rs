//! What it costs to wait for a replica, against the same write without: on a master with one, and on a server alone.

use std::time::{Duration, Instant};

use patchbay::clock::Entropy;
use patchbay::owner::Owner;
use patchbay::store::{Store, Target, TlsFiles, keys};

use crate::support::{self, Redis};

const WRITES: u32 = 2_000;
/// As long as a sealed connection.
const BYTES: usize = 900;

pub async fn measure(replica: bool) {
    support::install_tls();
    let master = Redis::with(&["--repl-diskless-sync-delay", "0"]);
    let port = master.port().to_string();
    let _replica = replica.then(|| Redis::with(&["--replicaof", "127.0.0.1", &port]));
    while replica
        && !master
            .cli(&["INFO", "replication"])
            .contains("state=online")
    {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let target = Target::Single {
        url: master.url().into(),
        tls: TlsFiles::default(),
    };
    let store = Store::new(&target, Entropy::system()).expect("a store");
    // In turns, so that whatever else the machine does falls on both.
    let (mut plain, mut copied) = (Vec::new(), Vec::new());
    for number in 0..WRITES {
        plain.push(write(&store, number, false).await);
        copied.push(write(&store, number, true).await);
    }
    let (plain, copied) = (median(plain), median(copied));
    println!(
        "{WRITES} writes, {}: {plain:?} each at the median, {copied:?} waited for, {:.2} times",
        if replica { "a replica" } else { "no replica" },
        copied.as_secs_f64() / plain.as_secs_f64(),
    );
}

async fn write(store: &Store, number: u32, copied: bool) -> Duration {
    let owner = Owner {
        org: "acme".to_owned(),
        user: format!("{number}-{copied}"),
    };
    let (key, bytes) = (keys::connection(&owner, "provider"), vec![b'x'; BYTES]);
    let begun = Instant::now();
    let written = if copied {
        store.compare_and_set_copied(&key, 0, &bytes).await
    } else {
        store.compare_and_set(&key, 0, &bytes).await
    };
    written.expect("written").expect("the first");
    begun.elapsed()
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort_unstable();
    all[all.len() / 2]
}
