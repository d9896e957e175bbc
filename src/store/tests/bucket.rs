//! Buckets: by the clock of Redis, so a test gives them a refill that is long or short beside it.

use std::time::Duration;

use crate::store::{Bucket, keys};
use crate::testing::{self, redis::Redis};

#[tokio::test]
async fn a_bucket_lets_its_burst_through_and_says_when_to_come_again() {
    let redis = Redis::start();
    let store = testing::store(&redis);
    let key = keys::bucket("api", "ada");
    let bucket = Bucket {
        burst: 3,
        refill: Duration::from_secs(1_000),
    };
    for left in [2, 1, 0] {
        let taken = store.take(&key, bucket).await.expect("an answer");
        assert_eq!((taken.left, taken.again_in), (left, None));
    }
    for _ in 0..2 {
        let refused = store.take(&key, bucket).await.expect("an answer");
        assert_eq!(refused.left, 0);
        let again = refused.again_in.expect("a wait");
        assert!(again > Duration::from_secs(900) && again <= Duration::from_secs(1_000));
        assert!(refused.full_in > Duration::from_secs(2_900), "{refused:?}");
    }
    let other = keys::bucket("api", "bob");
    let taken = store.take(&other, bucket).await.expect("an answer");
    assert_eq!(taken.left, 2, "somebody else has a bucket of their own");
}

#[tokio::test]
async fn a_bucket_fills_again_and_leaves_nothing_behind() {
    let redis = Redis::start();
    let store = testing::store(&redis);
    let key = keys::bucket("api", "ada");
    let bucket = Bucket {
        burst: 1,
        refill: Duration::from_millis(50),
    };
    let taken = store.take(&key, bucket).await.expect("an answer");
    assert_eq!(taken.again_in, None);
    tokio::time::sleep(Duration::from_millis(120)).await;
    assert_eq!(store.get(&key).await.expect("an answer"), None);
    let taken = store.take(&key, bucket).await.expect("an answer");
    assert_eq!((taken.left, taken.again_in), (0, None));
}
