//! Writes that are waited for at a replica.

use std::time::{Duration, Instant};

use crate::owner::Owner;
use crate::store::{Key, keys};
use crate::testing;
use crate::testing::redis::{Redis, until};

fn key() -> Key {
    let owner = Owner {
        org: "acme".to_owned(),
        user: "ada".to_owned(),
    };
    keys::connection(&owner, "provider")
}

/// A master, and a replica that has what it has.
async fn pair(options: &[&str]) -> (Redis, Redis) {
    let master = Redis::with(&[&["--repl-diskless-sync-delay", "0"], options].concat());
    let replica = Redis::with(&["--replicaof", "127.0.0.1", &master.port().to_string()]);
    let patience = Duration::from_secs(20);
    until("the replica does not come", patience, || {
        let said = master.cli(&["INFO", "replication"]);
        said.contains("state=online")
    })
    .await;
    // It may be called online before it follows.
    master.cli(&["SET", "followed", "yes"]);
    until("the replica does not follow", patience, || {
        replica.cli(&["GET", "followed"]) == "yes"
    })
    .await;
    (master, replica)
}

#[tokio::test]
async fn what_was_waited_for_is_at_the_replica() {
    let (mut master, replica) = pair(&[]).await;
    let store = testing::store(&master);
    for version in 0..20_u64 {
        let before = store.get_versioned(&key()).await.expect("an answer");
        let expected = before.map_or(0, |record| record.version);
        let (key, bytes) = (key(), version.to_string());
        let written = store.compare_and_set_copied(&key, expected, bytes.as_bytes());
        assert!(written.await.expect("an answer").is_some());
        assert_eq!(replica.cli(&["HGET", key.as_str(), "r"]), bytes);
    }
    // Somebody who comes too late writes nothing.
    let late = store.compare_and_set_copied(&key(), 1, b"late").await;
    assert_eq!(late.expect("an answer"), None);
    master.kill();
    assert_eq!(replica.cli(&["HGET", key().as_str(), "r"]), "19");
}

#[tokio::test]
async fn a_replica_that_is_late_fails_no_write() {
    let (master, replica) = pair(&[]).await;
    let store = testing::store(&master);
    replica.freeze();
    let begun = Instant::now();
    let written = store.compare_and_set_copied(&key(), 0, b"a").await;
    let version = written.expect("an answer").expect("the first");
    assert!(
        begun.elapsed() >= Duration::from_millis(250),
        "it did not wait"
    );
    replica.thaw();
    let written = store.compare_and_set_copied(&key(), version, b"b").await;
    assert!(written.expect("an answer").is_some());
    assert_eq!(replica.cli(&["HGET", key().as_str(), "r"]), "b");
}

#[tokio::test]
async fn a_server_that_does_not_tell_or_not_wait_is_not_waited_for() {
    for refused in ["-role", "-wait"] {
        let user = [
            "--user", "default", "on", "nopass", "~*", "&*", "+@all", refused,
        ];
        let (master, replica) = pair(&user).await;
        replica.freeze();
        let begun = Instant::now();
        let store = testing::store(&master);
        let written = store.compare_and_set_copied(&key(), 0, b"a").await;
        assert!(written.expect("an answer").is_some());
        // A wait would have been this long at least.
        assert!(begun.elapsed() < Duration::from_millis(290), "it waited");
        replica.thaw();
    }
}
