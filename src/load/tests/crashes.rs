//! A load of any tree of lists whose processes die at any point ends as though none had died.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::spawn_blocking;

use super::tree::{Chance, Tree};
use super::{PROVIDER, connection, ids, owner, setup, stray};
use crate::clock::{Clock, Entropy};
use crate::load::{Load, Loads, Status, Streams};
use crate::store::keys;
use crate::testing::http::Server;
use crate::testing::redis::Redis;

/// Trees that are grown, each with crashes of its own.
const TREES: u64 = 8;
const CRASHES: u64 = 4;

/// A process with threads of its own, which end with it in the middle of whatever they do.
struct Process {
    runtime: Option<Runtime>,
}

impl Process {
    /// Begins a load of everything, or takes up the one that the dead left.
    async fn start(redis: &Redis, server: &Server) -> Self {
        let mut runtime = Builder::new_multi_thread();
        let runtime = runtime.worker_threads(2).enable_all().build();
        let runtime = runtime.expect("threads");
        let setup = {
            let _inside = runtime.enter();
            setup(redis, server, 0, runtime.handle().clone())
        };
        let started = runtime.spawn(async move {
            let all = ["bases", "tables", "records"].map(str::to_owned);
            let loads = Loads::new(setup);
            loads.start(&owner(), PROVIDER, Streams::Chosen(&all)).await
        });
        let started = started.await.expect("it ran");
        assert!(started.expect("a start"), "somebody is at it");
        Self {
            runtime: Some(runtime),
        }
    }

    /// Ends it as a kill does; what it held ends at once, not only with its time.
    async fn die(mut self, redis: &Redis) {
        let runtime = self.runtime.take().expect("it lives");
        let end = move || runtime.shutdown_timeout(Duration::from_secs(5));
        spawn_blocking(end).await.expect("dead");
        redis.cli(&["DEL", keys::load_lease(&owner(), PROVIDER).as_str()]);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// What a load came to.
#[derive(Debug, PartialEq)]
struct Result {
    status: Status,
    ids: BTreeSet<String>,
    missed: BTreeSet<String>,
}

async fn latest(loads: &Loads) -> Load {
    let load = loads.latest(&owner(), PROVIDER).await.expect("a look");
    load.expect("a load")
}

async fn wait_for_end(loads: &Loads) -> Load {
    for _ in 0..1_500 {
        let load = latest(loads).await;
        if load.status != Status::Running {
            return load;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it does not end");
}

async fn result(loads: &Loads, load: &Load) -> Result {
    let missed = load.parts.iter().flat_map(|part| &part.missed);
    Result {
        status: load.status,
        ids: ids(loads, load).await,
        missed: missed.map(|missed| missed.title.clone()).collect(),
    }
}

async fn grow_and_load(seed: u64) {
    let tree = Arc::new(Tree::grow(seed));
    let (ids, missed) = tree.truth();
    let answering = Arc::clone(&tree);
    let server = Server::start(move |request| answering.answer(request)).await;
    let redis = Redis::start();
    let setup = setup(&redis, &server, 0, Handle::current());
    let stored = setup.vault.put(&owner(), PROVIDER, &connection()).await;
    stored.expect("stored");
    let loads = Loads::new(setup);
    let mut chance = Chance(!seed);
    let mut process = Process::start(&redis, &server).await;
    for _ in 0..CRASHES {
        let more = Duration::from_millis(chance.below(400));
        tokio::time::sleep(more).await;
        if latest(&loads).await.status != Status::Running {
            break;
        }
        process.die(&redis).await;
        if latest(&loads).await.status != Status::Running {
            break;
        }
        process = Process::start(&redis, &server).await;
    }
    let load = wait_for_end(&loads).await;
    let status = match missed.is_empty() {
        true => Status::Complete,
        false => Status::Partial,
    };
    let found = result(&loads, &load).await;
    let lost: Vec<_> = ids.difference(&found.ids).take(9).collect();
    assert!(lost.is_empty(), "seed {seed} lost {lost:?}");
    assert_eq!(
        found,
        Result {
            status,
            ids,
            missed
        },
        "seed {seed}"
    );
    assert_eq!(stray(&redis, &load), [""; 0], "seed {seed}");
    let (times, asked) = (load.taken_up, server.seen().len());
    println!("seed {seed}: taken up {times} times, {asked} calls");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn a_load_whose_processes_die_at_any_point_ends_as_though_none_had() {
    let seed = u64::from_be_bytes(Entropy::system().bytes()) >> 8;
    println!("seeds from {seed}");
    for tree in 0..TREES {
        grow_and_load(seed + tree).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn what_is_withdrawn_after_a_crash_leaves_no_page_behind() {
    let tree = Tree::grow(7);
    let server = Server::start(move |request| tree.answer(request)).await;
    let redis = Redis::start();
    let setup = setup(&redis, &server, 0, Handle::current());
    let stored = setup.vault.put(&owner(), PROVIDER, &connection()).await;
    stored.expect("stored");
    let loads = Loads::new(setup);
    let process = Process::start(&redis, &server).await;
    server.asked(30).await;
    process.die(&redis).await;
    let _process = Process::start(&redis, &server).await;
    server.asked(50).await;
    assert_eq!(latest(&loads).await.status, Status::Running);
    let withdrawn = loads.withdraw(&owner(), PROVIDER).await.expect("withdrawn");
    loads.erase(&withdrawn).await.expect("erased");
    // Whoever carries it out notices at the next write.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let nothing = Load::new(String::new(), "", Clock::system().now(), Vec::new());
    assert_eq!(stray(&redis, &nothing), [""; 0]);
    let known = loads.latest(&owner(), PROVIDER).await.expect("a look");
    assert!(known.is_none(), "{known:?}");
}
