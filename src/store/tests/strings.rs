//! Plain records: what stands in the way of two who write one at the same time.

use std::time::Duration;

use crate::owner::Owner;
use crate::store::keys;
use crate::testing;
use crate::testing::redis::Redis;

const LIFE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn who_writes_a_record_anew_is_told_what_was_there_and_only_the_known_one_is_deleted() {
    let redis = Redis::start();
    let store = testing::store(&redis);
    let owner = Owner {
        org: "acme".to_owned(),
        user: "ada".to_owned(),
    };
    let key = keys::candidate(&owner, "example");
    let (one, other) = (&b"one\0\xff"[..], &b"other"[..]);
    let put = async |bytes| store.exchange(&key, bytes, LIFE).await.expect("an answer");
    let delete = async |bytes| store.delete_if(&key, bytes).await.expect("an answer");
    assert!(!delete(one).await, "nothing is there");
    assert_eq!(put(one).await, None);
    assert_eq!(put(other).await.as_deref(), Some(one));
    assert!(!delete(one).await, "another is there by now");
    assert_eq!(put(one).await.as_deref(), Some(other));
    assert!(delete(one).await);
    assert_eq!(store.get(&key).await.expect("an answer"), None);
}
