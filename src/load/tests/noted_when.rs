//! How long a change is noted, where clocks differ, the snapshot is an old one, or nobody can look.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::noted::{gone, later, loaded, names, note, put, records};
use super::{Bench, PROVIDER, owner, tree};
use crate::owner::Owner;
use crate::store::keys;
use crate::testing::http::Reply;

#[tokio::test(flavor = "multi_thread")]
async fn a_load_whose_clock_is_ahead_does_not_take_a_fresh_change_away() {
    let (bench, load) = loaded().await;
    let before = records(&bench.loads, &load).await;
    note(&bench, put(&before[0], "Changed")).await;
    later(&bench, 10);
    let second = bench.load().await;
    assert!(
        names(&bench.loads, &second)
            .await
            .contains(&"Changed".to_owned())
    );
    later(&bench, 60);
    let third = bench.load().await;
    assert_eq!(records(&bench.loads, &third).await, before);
}

/// Takes out of the snapshot when what it has began to be loaded: earlier versions did not write that.
async fn make_old(bench: &Bench) {
    let store = &bench.loads.parts.setup.store;
    let key = keys::snapshot(&owner(), PROVIDER);
    let bytes = store.get(&key).await.expect("read").expect("a snapshot");
    let mut record: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    for part in record["parts"].as_array_mut().expect("parts") {
        let part = part.as_object_mut().expect("a part");
        part.remove("begun_at").expect("when it began");
    }
    let bytes = serde_json::to_vec(&record).expect("JSON");
    store.set(&key, &bytes, None).await.expect("written");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_old_snapshot_keeps_is_as_old_as_its_load() {
    let fails = Arc::new(AtomicBool::new(false));
    let failing = Arc::clone(&fails);
    let bench = Bench::new(move |request| {
        let record = || match failing.load(Ordering::SeqCst) {
            true => Reply::new(403, "{}"),
            false => Reply::new(200, r#"{"records": [{"id": "rec1"}]}"#),
        };
        tree(request, &["appA"], 1).unwrap_or_else(record)
    })
    .await;
    let load = bench.load().await;
    let before = records(&bench.loads, &load).await;
    make_old(&bench).await;
    later(&bench, 60);
    note(&bench, put(&before[0], "Changed")).await;
    fails.store(true, Ordering::SeqCst);
    later(&bench, 60);
    let second = bench.load().await;
    assert_eq!(names(&bench.loads, &second).await, ["Changed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_connected_or_loaded_nothing_is_noted() {
    let (bench, load) = loaded().await;
    let item = records(&bench.loads, &load).await.remove(0);
    let nobody = Owner {
        user: "nobody".to_owned(),
        ..owner()
    };
    for change in [put(&item, "Changed"), gone(&item)] {
        let noted = bench.loads.note_change(&nobody, PROVIDER, change).await;
        noted.expect("no failure");
    }
    let key = keys::changes(&nobody, PROVIDER);
    assert_eq!(bench.redis.cli(&["EXISTS", key.as_str()]).trim(), "0");
}
