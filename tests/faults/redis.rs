//! A Redis that dies, stands still or is full.

use std::time::Duration;

use crate::scene::Scene;
use crate::survive::{Excuse, survive};

/// Longer than any request or renewal of a lock waits.
const LONG: Duration = Duration::from_secs(6);

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_of_redis() {
    survive(
        "kill -9 of Redis",
        Scene::start().await,
        async |scene, _| {
            scene.redis().kill();
            tokio::time::sleep(Duration::from_secs(2)).await;
            scene.redis().revive();
            Excuse::default()
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_redis() {
    survive(
        "SIGSTOP of Redis",
        Scene::start().await,
        async |scene, _| {
            scene.redis().freeze();
            tokio::time::sleep(LONG).await;
            scene.redis().thaw();
            Excuse::default()
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_out_of_memory() {
    survive(
        "Redis out of memory",
        Scene::start().await,
        async |scene, _| {
            let redis = scene.redis();
            assert_eq!(redis.cli(&["CONFIG", "SET", "maxmemory", "1mb"]), "OK");
            assert!(redis.cli(&["SET", "pb:test:full", "1"]).contains("OOM"));
            tokio::time::sleep(LONG).await;
            assert_eq!(redis.cli(&["CONFIG", "SET", "maxmemory", "0"]), "OK");
            Excuse::default()
        },
    )
    .await;
}
