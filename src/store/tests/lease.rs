//! Locks: one owner at a time, and only the owner renews or releases.

use std::time::{Duration, Instant};

use crate::store::{Key, Lease, Store, keys};
use crate::testing;
use crate::testing::redis::Redis;

const LIFE: Duration = Duration::from_secs(60);

fn key() -> Key {
    keys::members_lock("acme")
}

/// A record that is written under the lock.
fn record() -> Key {
    keys::members("acme")
}

async fn take(store: &Store, life: Duration) -> Option<Lease> {
    store.acquire(key(), life).await.expect("an answer")
}

/// A lock whose life ended before its owner noticed.
async fn lost(store: &Store) -> Lease {
    let lease = take(store, Duration::from_millis(1)).await.expect("free");
    let started = Instant::now();
    while store.is_held(&key()).await.expect("an answer") {
        assert!(started.elapsed() < Duration::from_secs(10), "it lives on");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    lease
}

#[tokio::test]
async fn one_holds_it_at_a_time() {
    let redis = Redis::start();
    let (one, other) = (testing::store(&redis), testing::store(&redis));
    let lease = take(&one, LIFE).await.expect("free");
    assert!(take(&other, LIFE).await.is_none());
    assert!(take(&one, LIFE).await.is_none());
    assert!(one.release(lease).await.expect("an answer"));
    assert!(take(&other, LIFE).await.is_some());
}

#[tokio::test]
async fn whoever_lost_it_can_neither_renew_nor_release_what_another_holds() {
    let redis = Redis::start();
    let (one, other) = (testing::store(&redis), testing::store(&redis));
    let old = lost(&one).await;
    let new = take(&other, LIFE).await.expect("free");
    assert!(!one.renew(&old, LIFE).await.expect("an answer"));
    one.set(&record(), b"it", None).await.expect("written");
    let again = one.retake(&old, LIFE, (&record(), b"it")).await;
    assert!(!again.expect("an answer"));
    assert!(!one.release(old).await.expect("an answer"));
    assert!(other.renew(&new, LIFE).await.expect("an answer"));
    assert!(other.release(new).await.expect("an answer"));
}

#[tokio::test]
async fn a_lost_lock_is_not_renewed_but_can_be_taken_again() {
    let redis = Redis::start();
    let store = testing::store(&redis);
    let lease = lost(&store).await;
    assert!(!store.renew(&lease, LIFE).await.expect("an answer"));
    assert!(!store.is_held(&key()).await.expect("an answer"));
    store.set(&record(), b"it", None).await.expect("written");
    for (bytes, taken) in [(&b"other"[..], false), (b"it", true)] {
        let again = store.retake(&lease, LIFE, (&record(), bytes)).await;
        assert_eq!(again.expect("an answer"), taken);
    }
    assert!(store.renew(&lease, LIFE).await.expect("an answer"));
}

#[tokio::test]
async fn renewing_prolongs_its_life() {
    let redis = Redis::start();
    let store = testing::store(&redis);
    let lease = take(&store, LIFE).await.expect("free");
    assert!(store.renew(&lease, LIFE * 10).await.expect("an answer"));
    let left: u64 = redis
        .cli(&["PTTL", key().as_str()])
        .parse()
        .expect("a number");
    assert!(left > 500_000, "{left} ms are left");
}
