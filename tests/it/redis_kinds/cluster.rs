//! A Cluster of three masters with replicas.

use super::busy::{Busy, PATIENCE};
use super::journey;
use crate::support::redis::{Cluster, certificate, until};

/// Bob's connection, whose master is the one that fails.
const KEY: &str = "pb:{acme.bob}:connection:airtable";

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_wants_certificates() {
    let cluster = Cluster::with_tls();
    let files = ["ca.pem", "client.pem", "client.key"].map(certificate);
    journey::goes_well(&[
        ("REDIS_URL", &cluster.url()),
        ("REDIS_CA_FILE", &files[0]),
        ("REDIS_CERT_FILE", &files[1]),
        ("REDIS_KEY_FILE", &files[2]),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_of_a_cluster_that_dies_takes_nothing_along() {
    let mut cluster = Cluster::start();
    let busy = Busy::start(&[("REDIS_URL", &cluster.url())]).await;
    let took = busy.comes_through(async || {
        let (master, other) = two_of(&cluster);
        cluster.nodes[master].kill();
        another_master(&cluster, master, other).await;
        cluster.nodes[master].revive();
    });
    println!("cluster, kill -9: {:?}", took.await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_of_a_cluster_that_was_frozen_gets_no_write_when_it_is_back() {
    let cluster = Cluster::start();
    let busy = Busy::start(&[("REDIS_URL", &cluster.url())]).await;
    let took = busy.comes_through(async || {
        let (master, other) = two_of(&cluster);
        cluster.nodes[master].freeze();
        another_master(&cluster, master, other).await;
        cluster.nodes[master].thaw();
    });
    println!("cluster, freeze: {:?}", took.await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failover_in_order_of_a_cluster_is_hardly_noticed() {
    let cluster = Cluster::start();
    let busy = Busy::start(&[("REDIS_URL", &cluster.url())]).await;
    let took = busy.comes_through(async || {
        let (master, other) = two_of(&cluster);
        cluster.fail_over(cluster.replica_of(master));
        another_master(&cluster, master, other).await;
    });
    println!("cluster, in order: {:?}", took.await);
}

/// The master that bob's connection lies at, and another one.
fn two_of(cluster: &Cluster) -> (usize, usize) {
    let master = cluster.master_of(KEY, 0).expect("a master");
    (master, (master + 1) % 3)
}

async fn another_master(cluster: &Cluster, than: usize, seen_by: usize) {
    let another = || cluster.master_of(KEY, seen_by).is_some_and(|it| it != than);
    until("nothing takes its place", PATIENCE, another).await;
}
