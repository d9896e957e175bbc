//! Clearing what was loaded.

use std::time::Duration;

use super::noted::{gone, is_noted, loaded, note, put, records};
use super::{PROVIDER, owner};
use crate::load::report::encode;
use crate::load::{LoadError, Status};
use crate::store::keys;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_cleared_or_withdrawn_leaves_no_change_behind() {
    let (bench, load) = loaded().await;
    let item = records(&bench.loads, &load).await.remove(0);
    note(&bench, put(&item, "Changed")).await;
    let setup = &bench.loads.parts.setup;
    let cleared = bench.loads.clear(&owner(), PROVIDER).await;
    assert!(cleared.expect("cleared") && !is_noted(&bench));
    assert_eq!(bench.loads.parts.shelf.weight().await, 0);
    let snapshot = bench.loads.snapshot(&owner(), PROVIDER).await;
    assert!(snapshot.expect("a look").is_none());
    let latest = bench.loads.latest(&owner(), PROVIDER).await;
    assert!(latest.expect("a look").is_none());
    assert_eq!(bench.redis.cli(&["KEYS", "pb:{s-*"]), "");
    let vault = setup.vault.get(&owner(), PROVIDER).await;
    assert!(vault.expect("a look").is_some(), "the connection stays");
    let profile = setup.registry.get(PROVIDER).expect("a provider").profile();
    let choice = bench.loads.choice(&owner(), profile).await;
    assert_eq!(choice.expect("a choice").len(), 3, "so does the choice");
    let again = bench.loads.clear(&owner(), PROVIDER).await;
    assert!(!again.expect("nothing to clear"));
    bench.load().await;
    note(&bench, gone(&item)).await;
    let withdrawn = bench.loads.withdraw(&owner(), PROVIDER).await;
    assert!(withdrawn.is_ok() && !is_noted(&bench));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_cleared_while_a_load_runs() {
    let (bench, _) = loaded().await;
    let store = &bench.loads.parts.setup.store;
    let lease = keys::load_lease(&owner(), PROVIDER);
    let life = Duration::from_secs(60);
    let key = keys::load(&owner(), PROVIDER);
    let mut load = bench.ended().await;
    let lease = loop {
        if let Some(lease) = store.acquire(lease.clone(), life).await.expect("a store") {
            break lease;
        }
    };
    load.ended_at = None;
    load.status = Status::Running;
    let running = encode(&load);
    store.set(&key, &running, None).await.expect("stored");
    let clear = async || bench.loads.clear(&owner(), PROVIDER).await;
    assert!(matches!(clear().await, Err(LoadError::Running)));
    // Its process has died, and another one will take it up.
    store.release(lease).await.expect("released");
    assert!(matches!(clear().await, Err(LoadError::Running)));
    let snapshot = bench.loads.snapshot(&owner(), PROVIDER).await;
    assert!(snapshot.expect("a look").is_some());
}
