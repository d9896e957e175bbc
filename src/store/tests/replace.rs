//! Replacing what was read: only that, and for as long as it would have lived.

use std::time::Duration;

use crate::store::keys;
use crate::testing;
use crate::testing::redis::Redis;

#[tokio::test]
async fn only_what_was_read_is_replaced() {
    let redis = Redis::start();
    let store = testing::store(&redis);
    let key = keys::session("one");
    assert!(!store.replace(&key, b"", b"new").await.expect("an answer"));
    assert_eq!(
        store.get(&key).await.expect("read"),
        None,
        "nothing is made"
    );
    store.set(&key, b"old\0\xff", None).await.expect("written");
    assert!(
        !store
            .replace(&key, b"older", b"new")
            .await
            .expect("an answer")
    );
    assert!(
        store
            .replace(&key, b"old\0\xff", b"new")
            .await
            .expect("an answer")
    );
    assert_eq!(
        store.get(&key).await.expect("read").as_deref(),
        Some(&b"new"[..])
    );
    assert_eq!(redis.cli(&["TTL", key.as_str()]), "-1", "it lives for good");
}

#[tokio::test]
async fn its_life_stays_as_it_was() {
    let redis = Redis::start();
    let store = testing::store(&redis);
    let key = keys::session("one");
    let life = Duration::from_secs(1000);
    store.set(&key, b"old", Some(life)).await.expect("written");
    assert!(
        store
            .replace(&key, b"old", b"new")
            .await
            .expect("an answer")
    );
    let left: u64 = redis.cli(&["TTL", key.as_str()]).parse().expect("a number");
    assert!((900..=1000).contains(&left), "{left} s are left");
}
