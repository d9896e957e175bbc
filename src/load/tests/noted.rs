//! Items that are changed through Patchbay after they were loaded.

use jiff::SignedDuration;

use super::exports;
use super::looks::{bench, shown};
use super::{Bench, PROVIDER, owner, tree};
use crate::item::Item;
use crate::items::{Query, Selection};
use crate::load::{Change, Load, LoadError, Loads, Shown};
use crate::store::keys;
use crate::testing::http::Reply;
use crate::vault::rotate::Kind as _;

/// A person's three records.
async fn loaded() -> (Bench, Load) {
    let bench = Bench::new(|request| {
        tree(request, &["appA"], 1).unwrap_or_else(|| {
            let records = ["rec1", "rec2", "rec3"].map(|id| {
                serde_json::json!({"id": id, "createdTime": "2026-01-02T03:04:05.000Z",
                    "fields": {"Name": format!("Old {id}")}})
            });
            Reply::new(200, serde_json::json!({ "records": records }).to_string())
        })
    })
    .await;
    let load = bench.load().await;
    (bench, load)
}

async fn select(loads: &Loads, load: &Load, query: &Query) -> Selection {
    let selected = loads.select(&owner(), &[shown(load)], query).await;
    selected.expect("a page")
}

async fn records(loads: &Loads, load: &Load) -> Vec<Item> {
    let query = Query {
        kind: Some("Record".to_owned()),
        ..Query::default()
    };
    select(loads, load, &query).await.items
}

async fn names(loads: &Loads, load: &Load) -> Vec<String> {
    let records = records(loads, load).await.into_iter();
    records.map(|item| item.name).collect()
}

async fn note(bench: &Bench, change: Change) {
    let noted = bench.loads.note_change(&owner(), PROVIDER, change).await;
    noted.expect("noted");
}

fn put(item: &Item, name: &str) -> Change {
    let mut item = item.clone();
    item.name = name.to_owned();
    item.properties.insert("new".to_owned(), "column".into());
    Change::Put(Box::new(item))
}

fn gone(item: &Item) -> Change {
    Change::Gone {
        kind: item.kind.clone(),
        id: item.id.clone(),
    }
}

fn is_noted(bench: &Bench) -> bool {
    let key = keys::changes(&owner(), PROVIDER);
    bench.redis.cli(&["EXISTS", key.as_str()]).trim() == "1"
}

fn later(bench: &Bench, seconds: i64) {
    let clock = &bench.loads.parts.setup.clock;
    clock.shift(SignedDuration::from_secs(seconds));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_changed_made_and_deleted_is_seen_at_once() {
    let (bench, load) = loaded().await;
    let before = records(&bench.loads, &load).await;
    assert_eq!(before.len(), 3);
    let mut made = before[0].clone();
    made.id = "appA/tbl0/rec9".to_owned();
    note(&bench, put(&before[0], "Changed")).await;
    note(&bench, gone(&before[1])).await;
    note(&bench, put(&made, "Made")).await;
    let wanted = ["Changed", "Made", before[2].name.as_str()];
    assert_eq!(names(&bench.loads, &load).await, wanted);
    let all = select(&bench.loads, &load, &Query::default()).await;
    assert_eq!(all.count(PROVIDER, "Record"), 3);
    assert_eq!(all.total, load.items());
    for (q, total) in [
        (&before[2].id[..], 1),
        ("changed", 1),
        ("made", 1),
        ("column", 2),
    ] {
        let q = q.to_owned();
        let query = Query {
            q,
            ..Query::default()
        };
        let found = select(&bench.loads, &load, &query).await;
        assert_eq!((found.total, found.items.len()), (total, total as usize));
        let file = exports::export(&bench.loads, &load, &query).await;
        let (items, whole) = exports::read(file.expect("an export")).await;
        assert_eq!((items, whole), (found.items, Ok(())), "{query:?}");
    }
    let shown = shown(&load);
    let item = async |of: &Item| {
        let item = bench.loads.item(&owner(), &shown, "Record", &of.id).await;
        item.expect("a look").map(|item| item.name)
    };
    assert_eq!(item(&before[0]).await.as_deref(), Some("Changed"));
    assert_eq!(item(&before[1]).await, None);
    assert_eq!(item(&made).await.as_deref(), Some("Made"));
    let portrait = bench.loads.portrait(&owner(), &shown).await;
    assert_eq!(portrait.expect("a portrait").kinds, all.kinds);
    // Changed once more, and made anew.
    note(&bench, put(&made, "Zoe")).await;
    note(&bench, put(&before[1], "Back")).await;
    let wanted = ["Back", "Changed", before[2].name.as_str(), "Zoe"];
    assert_eq!(names(&bench.loads, &load).await, wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_load_that_began_before_does_not_bring_the_old_back_and_the_next_one_does_away_with_it()
{
    let (bench, load) = loaded().await;
    let before = records(&bench.loads, &load).await;
    later(&bench, 3_600);
    note(&bench, put(&before[0], "Changed")).await;
    note(&bench, gone(&before[1])).await;
    later(&bench, -3_600);
    let wanted = ["Changed", before[2].name.as_str()];
    let second = bench.load().await;
    assert_eq!(names(&bench.loads, &second).await, wanted);
    assert!(is_noted(&bench));
    later(&bench, 7_200);
    let third = bench.load().await;
    assert_eq!(records(&bench.loads, &third).await, before);
    bench.loads.shut_down().await;
    assert!(!is_noted(&bench));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_stream_could_not_be_read_anew_what_was_changed_stays() {
    let fails = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let failing = std::sync::Arc::clone(&fails);
    let bench = Bench::new(move |request| {
        let fails = failing.load(std::sync::atomic::Ordering::SeqCst);
        let record = || match fails {
            true => Reply::new(403, "{}"),
            false => Reply::new(200, r#"{"records": [{"id": "rec1"}]}"#),
        };
        tree(request, &["appA"], 1).unwrap_or_else(record)
    })
    .await;
    let load = bench.load().await;
    let before = records(&bench.loads, &load).await;
    note(&bench, put(&before[0], "Changed")).await;
    fails.store(true, std::sync::atomic::Ordering::SeqCst);
    later(&bench, 60);
    let second = bench.load().await;
    assert_eq!(names(&bench.loads, &second).await, ["Changed"]);
    fails.store(false, std::sync::atomic::Ordering::SeqCst);
    later(&bench, 60);
    let third = bench.load().await;
    assert_eq!(records(&bench.loads, &third).await, before);
}

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
    let life = std::time::Duration::from_secs(60);
    let key = keys::load(&owner(), PROVIDER);
    let mut load = bench.ended().await;
    let lease = loop {
        if let Some(lease) = store.acquire(lease.clone(), life).await.expect("a store") {
            break lease;
        }
    };
    load.ended_at = None;
    load.status = super::Status::Running;
    let running = super::super::report::encode(&load);
    store.set(&key, &running, None).await.expect("stored");
    let clear = async || bench.loads.clear(&owner(), PROVIDER).await;
    assert!(matches!(clear().await, Err(LoadError::Running)));
    // Its process has died, and another one will take it up.
    store.release(lease).await.expect("released");
    assert!(matches!(clear().await, Err(LoadError::Running)));
    let snapshot = bench.loads.snapshot(&owner(), PROVIDER).await;
    assert!(snapshot.expect("a look").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_of_keys_reaches_what_was_changed() {
    let (bench, load) = loaded().await;
    let item = records(&bench.loads, &load).await.remove(0);
    note(&bench, put(&item, "Changed")).await;
    let setup = &bench.loads.parts.setup;
    let key = |id: &str, byte| crate::vault::NamedKey {
        id: id.to_owned(),
        secret: [byte; 32],
    };
    let keys = vec![key("two", 9), key("one", 7)];
    let ring = crate::vault::KeyRing::new(keys, crate::clock::Entropy::system()).expect("a ring");
    let kinds: [&dyn crate::vault::rotate::Kind; 1] = [&super::super::CHANGES];
    let mode = crate::vault::rotate::Mode::Rotate;
    for old in [1, 0] {
        let rotated = crate::vault::rotate::rotate(&setup.store, &ring, &kinds, mode, |_| {}).await;
        let rotated = rotated.expect("rotated");
        assert_eq!((rotated[0].olds(), rotated[0].found()), (old, 1));
    }
    assert_eq!(super::super::CHANGES.title(), "changed items");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_item_of_somebody_else_is_left_alone() {
    let bench = bench().await;
    let load = super::looks::stored(&bench.loads).await;
    let mut other = owner();
    other.user = "other".to_owned();
    let change = Change::Gone {
        kind: "Contact".to_owned(),
        id: "Contact-1".to_owned(),
    };
    let noted = bench.loads.note_change(&other, PROVIDER, change).await;
    noted.expect("noted");
    let shown = Shown {
        provider: PROVIDER.to_owned(),
        load,
    };
    let owner = owner();
    let item = bench.loads.item(&owner, &shown, "Contact", "Contact-1");
    assert!(item.await.expect("a look").is_some());
}
