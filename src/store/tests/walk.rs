//! Walks over keys: all of them are met, on one server and on several.

use std::collections::HashSet;

use futures_util::{StreamExt, stream};

use crate::owner::Owner;
use crate::store::{Key, Store, Walk, keys};
use crate::testing;
use crate::testing::redis::Redis;

const KEYS: usize = 3000;

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

#[tokio::test]
async fn a_step_that_failed_is_taken_again() {
    let mut redis = Redis::start();
    let store = testing::store(&redis);
    let all = fill(&store).await;
    let mut walk = Walk::default();
    let glob = keys::CONNECTIONS;
    let first = store.walk(glob, &mut walk).await.expect("a step");
    let mut met: HashSet<_> = first.expect("names").into_iter().collect();
    redis.kill();
    assert!(store.walk(glob, &mut walk).await.is_err());
    redis.revive();
    // A Redis that was started anew orders its keys in another way: what a walk promises ends with it. So this
    // only shows that the walk goes on.
    loop {
        match store.walk(glob, &mut walk).await {
            Ok(Some(names)) => met.extend(names),
            Ok(None) => break,
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
        }
    }
    assert!(met.is_subset(&all) && met.len() > KEYS / 2, "{}", met.len());
}
