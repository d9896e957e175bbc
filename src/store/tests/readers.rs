//! Reads that are counted beside a record.

use crate::owner::Owner;
use crate::store::{Key, Store, Touch, keys};
use crate::testing::{self, redis::Redis};

fn record() -> Key {
    let owner = Owner {
        org: "acme".to_owned(),
        user: "ada".to_owned(),
    };
    keys::connection(&owner, "sample")
}

async fn read(store: &Store, id: &str, by: &str, ms: i64) {
    let counted = store.count_read(&record(), id, by, ms).await;
    counted.expect("an answer");
}

#[tokio::test]
async fn each_reader_is_counted_beside_the_record_and_ends_with_it() {
    let redis = Redis::start();
    let store = testing::store(&redis);
    read(&store, "k1", "nobody", 1).await;
    assert_eq!(store.reads(&record()).await.expect("reads"), []);

    let version = store.compare_and_set(&record(), 0, b"record").await;
    let version = version.expect("an answer").expect("written");
    store
        .touch_versioned(&record(), Touch::Used, 5)
        .await
        .expect("an answer");
    for (id, by, ms) in [("k1", "old name", 10), ("k2", "b", 11), ("k1", "new", 12)] {
        read(&store, id, by, ms).await;
    }
    let reads = store.reads(&record()).await.expect("reads");
    let told: Vec<_> = reads
        .iter()
        .map(|it| (&it.what[..], it.times, it.last_ms))
        .collect();
    assert_eq!(told, [("new", 2, 12), ("b", 1, 11)]);
    let found = store.get_versioned(&record()).await.expect("an answer");
    assert_eq!(found.expect("a record").version, version);

    store.untouch_versioned(&record()).await.expect("an answer");
    assert_eq!(store.reads(&record()).await.expect("reads"), []);
    let found = store.get_versioned(&record()).await.expect("an answer");
    let found = found.expect("a record");
    assert_eq!((&found.bytes[..], found.used_ms), (&b"record"[..], None));
}

#[tokio::test]
async fn of_very_many_readers_the_latest_are_remembered() {
    let redis = Redis::start();
    let store = testing::store(&redis);
    let written = store.compare_and_set(&record(), 0, b"record").await;
    written.expect("an answer");
    for number in 0..60 {
        read(&store, &format!("k{number:02}"), "a", number).await;
    }
    let reads = store.reads(&record()).await.expect("reads");
    assert_eq!(reads.len(), 50);
    assert_eq!(reads.first().map(|it| it.last_ms), Some(10));
}
