//! A master of Redis that fails, and another that takes its place.

use std::time::Duration;

use crate::scene::Scene;
use crate::support::Redis;
use crate::support::redis::{Cluster, Sentinels, until};
use crate::survive::{Excuse, survive};

/// The connection of somebody, by whose master the Cluster's is chosen.
const KEY: &str = "pb:{acme.person0}:connection:airtable";
/// Longest wait for another master, and for the old one to follow it.
const PATIENCE: Duration = Duration::from_secs(60);

fn followers(redis: &Redis) -> usize {
    let said = redis.cli(&["INFO", "replication"]);
    said.matches("state=online").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_that_sentinels_watch_over() {
    let mut set = Sentinels::start();
    let scene = Scene::at(&set.url()).await;
    survive("failover by Sentinels", scene, async |_, _| {
        let master = set.master();
        until("a replica is missing", PATIENCE, || {
            followers(&set.servers[master]) == 2
        })
        .await;
        set.servers[master].kill();
        let another = || set.master() != master;
        until("nothing takes its place", PATIENCE, another).await;
        set.servers[master].revive();
        Excuse::default()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_of_a_cluster() {
    let mut cluster = Cluster::start();
    let scene = Scene::at(&cluster.url()).await;
    survive("failover of a Cluster", scene, async |_, _| {
        // Whoever was killed last sees it, or one that never is.
        let master = cluster.master_of(KEY, 0).expect("a master");
        let other = (master + 1) % 3;
        until("a replica is missing", PATIENCE, || {
            followers(&cluster.nodes[master]) == 1
        })
        .await;
        cluster.nodes[master].kill();
        let another = || cluster.master_of(KEY, other).is_some_and(|it| it != master);
        until("nothing takes its place", PATIENCE, another).await;
        cluster.nodes[master].revive();
        Excuse::default()
    })
    .await;
}
