//! Walks over keys: all of them are met, on one server and on several.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};

use crate::owner::Owner;
use crate::store::{Key, Store, Walk, keys};
use crate::testing;
use crate::testing::redis::{Redis, Sentinels, until};

const KEYS: usize = 3000;
/// Longest wait for a server to be back, or for another one.
const PATIENCE: Duration = Duration::from_secs(30);

fn connection(n: usize) -> Key {
    let owner = Owner {
        org: format!("org {n}"),
        user: "ada".to_owned(),
    };
    keys::connection(&owner, "provider")
}

/// Writes connections, and as many other keys beside them.
async fn fill(store: &Store) -> HashSet<String> {
    stream::iter(0..KEYS)
        .for_each_concurrent(32, async |n| {
            let beside = keys::pending(&n.to_string());
            for key in [connection(n), beside] {
                store.set(&key, b".", None).await.expect("written");
            }
        })
        .await;
    (0..KEYS).map(|n| connection(n).to_string()).collect()
}

async fn met(store: &Store) -> HashSet<String> {
    let (mut walk, mut met, mut batches) = (Walk::default(), HashSet::new(), 0);
    while let Some(names) = store
        .walk(keys::CONNECTIONS, &mut walk)
        .await
        .expect("a step")
    {
        assert!(names.len() < KEYS / 2, "{} names in one batch", names.len());
        met.extend(names);
        batches += 1;
    }
    assert!(batches > 2, "{batches} batches");
    assert_eq!(
        store
            .walk(keys::CONNECTIONS, &mut walk)
            .await
            .expect("a step"),
        None
    );
    met
}

#[tokio::test]
async fn all_keys_of_a_server_are_met() {
    let redis = Redis::with(&["--appendfsync", "no"]);
    let store = testing::store(&redis);
    let all = fill(&store).await;
    assert_eq!(met(&store).await, all);
}

#[tokio::test]
async fn all_keys_of_a_cluster_are_met() {
    let quick = ["--appendfsync", "no"];
    let [redis, _other] = Redis::pair(&quick, &quick);
    let store = testing::store(&redis);
    let all = fill(&store).await;
    assert_eq!(met(&store).await, all);
}

/// The rest of a walk, where steps may fail for a while.
async fn rest(store: &Store, walk: &mut Walk) -> HashSet<String> {
    let (mut met, begun) = (HashSet::new(), Instant::now());
    loop {
        match store.walk(keys::CONNECTIONS, walk).await {
            Ok(Some(names)) => met.extend(names),
            Ok(None) => return met,
            Err(error) => assert!(begun.elapsed() < PATIENCE, "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn first(store: &Store, walk: &mut Walk) -> HashSet<String> {
    let names = store.walk(keys::CONNECTIONS, walk).await.expect("a step");
    names.expect("names").into_iter().collect()
}

/// A Redis that was started anew orders its keys in another way.
async fn outlives_a_restart(mut redis: Redis) {
    let store = testing::store(&redis);
    let all = fill(&store).await;
    let mut walk = Walk::default();
    let mut met = first(&store, &mut walk).await;
    redis.kill();
    let failed = store.walk(keys::CONNECTIONS, &mut walk).await;
    assert!(failed.is_err());
    redis.revive();
    met.extend(rest(&store, &mut walk).await);
    assert_eq!(all.difference(&met).count(), 0, "keys were left out");
    assert!(met.is_subset(&all));
}

#[tokio::test]
async fn all_keys_of_a_server_are_met_over_a_restart() {
    outlives_a_restart(Redis::of_kind(false)).await;
}

#[tokio::test]
async fn all_keys_of_a_cluster_are_met_over_a_restart() {
    outlives_a_restart(Redis::of_kind(true)).await;
}

#[tokio::test]
async fn all_keys_are_met_over_a_failover() {
    let mut set = Sentinels::start();
    let store = testing::store_behind(&set);
    let all = fill(&store).await;
    let sizes = |set: &Sentinels| {
        let sizes = set.servers.iter().map(|redis| redis.cli(&["DBSIZE"]));
        sizes.collect::<HashSet<_>>()
    };
    let replicas = "the replicas do not have all keys";
    until(replicas, PATIENCE, || sizes(&set).len() == 1).await;
    let mut walk = Walk::default();
    let mut met = first(&store, &mut walk).await;
    let before = set.master();
    set.servers[before].kill();
    met.extend(rest(&store, &mut walk).await);
    assert_ne!(set.master(), before);
    assert_eq!(all.difference(&met).count(), 0, "keys were left out");
}

#[tokio::test]
async fn who_may_not_ask_which_server_it_is_walks_all_the_same() {
    let redis = Redis::of_kind(false);
    redis.cli(&["ACL", "SETUSER", "default", "-info"]);
    let store = testing::store(&redis);
    let all = fill(&store).await;
    assert_eq!(met(&store).await, all);
}
