//! A slot of a Cluster on its way from one node to another, with a part of its keys at each.

use std::time::Duration;

use crate::owner::Owner;
use crate::store::{Backlog, Key, Store, keys};
use crate::testing;
use crate::testing::redis::Redis;

const LIFE: Duration = Duration::from_secs(600);

fn keys_of_one_slot<const N: usize>(names: [&str; N]) -> [Key; N] {
    let owner = Owner {
        org: "acme".to_owned(),
        user: "ada".to_owned(),
    };
    names.map(|name| keys::connection(&owner, name))
}

/// Begins to move the slot of a key; answers whose it was and whose it will be.
fn begin<'a>(pair: &'a [Redis; 2], key: &Key) -> (&'a Redis, &'a Redis) {
    let slot = pair[0].cli(&["CLUSTER", "KEYSLOT", key.as_str()]);
    let number: u16 = slot.parse().expect("a number");
    let (from, to) = if number < 8192 {
        (&pair[0], &pair[1])
    } else {
        (&pair[1], &pair[0])
    };
    let id = |redis: &Redis| redis.cli(&["CLUSTER", "MYID"]);
    let (old, new) = (id(from), id(to));
    let importing = ["CLUSTER", "SETSLOT", &slot, "IMPORTING", &old];
    assert_eq!(to.cli(&importing), "OK");
    let migrating = ["CLUSTER", "SETSLOT", &slot, "MIGRATING", &new];
    assert_eq!(from.cli(&migrating), "OK");
    (from, to)
}

fn hand_over(from: &Redis, to: &Redis, key: &Key) {
    let port = to.port().to_string();
    let migrate = ["MIGRATE", "127.0.0.1", &port, key.as_str(), "0", "5000"];
    assert_eq!(from.cli(&migrate), "OK");
}

async fn lives(store: &Store, key: &Key) -> bool {
    let left = store.life_left(key).await.expect("an answer");
    left.is_some_and(|left| left > LIFE / 2)
}

#[tokio::test]
async fn what_is_asked_about_several_keys_is_done_at_both_nodes() {
    let pair = Redis::pair(&[], &[]);
    let store = testing::store(&pair[0]);
    let [gone, left, index] = keys_of_one_slot(["gone", "left", "index"]);
    for key in [&gone, &left] {
        store.set(key, b".", None).await.expect("written");
    }
    pair[0].cli(&["-c", "ZADD", index.as_str(), "7", "one", "9", "other"]);
    let (from, to) = begin(&pair, &gone);
    for key in [&gone, &index] {
        hand_over(from, to, key);
    }
    let both = [left.clone(), gone.clone()];
    let done = store.expire_many(&both, LIFE).await;
    done.expect("both live on");
    assert!(lives(&store, &left).await && lives(&store, &gone).await);
    let backlog = store.backlog(&index, 8).await.expect("a backlog");
    let expected = Backlog {
        count: 1,
        oldest_ms: Some(7),
    };
    assert_eq!(backlog, expected);
}
