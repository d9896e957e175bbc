//! Items that are changed through Patchbay after they were loaded.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::SignedDuration;

use super::exports;
use super::looks::{bench, shown};
use super::{Bench, PROVIDER, owner, tree};
use crate::clock::Entropy;
use crate::item::Item;
use crate::items::{Query, Selection};
use crate::load::{CHANGES, Change, Load, Loads, Shown};
use crate::store::{Note, keys};
use crate::testing::http::Reply;
use crate::vault::{KeyRing, NamedKey, rotate};

/// A person's three records.
pub(super) async fn loaded() -> (Bench, Load) {
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

pub(super) async fn records(loads: &Loads, load: &Load) -> Vec<Item> {
    let query = Query {
        kind: Some("Record".to_owned()),
        ..Query::default()
    };
    select(loads, load, &query).await.items
}

pub(super) async fn names(loads: &Loads, load: &Load) -> Vec<String> {
    let records = records(loads, load).await.into_iter();
    records.map(|item| item.name).collect()
}

pub(super) async fn note(bench: &Bench, change: Change) {
    let noted = bench.loads.note_change(&owner(), PROVIDER, change).await;
    noted.expect("noted");
}

pub(super) fn put(item: &Item, name: &str) -> Change {
    let mut item = item.clone();
    item.name = name.to_owned();
    item.properties.insert("new".to_owned(), "column".into());
    Change::Put(Box::new(item))
}

pub(super) fn gone(item: &Item) -> Change {
    Change::Gone {
        kind: item.kind.clone(),
        id: item.id.clone(),
    }
}

pub(super) fn is_noted(bench: &Bench) -> bool {
    let key = keys::changes(&owner(), PROVIDER);
    bench.redis.cli(&["EXISTS", key.as_str()]).trim() == "1"
}

pub(super) fn later(bench: &Bench, seconds: i64) {
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
    let fails = Arc::new(AtomicBool::new(false));
    let failing = Arc::clone(&fails);
    let bench = Bench::new(move |request| {
        let fails = failing.load(Ordering::SeqCst);
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
    fails.store(true, Ordering::SeqCst);
    later(&bench, 60);
    let second = bench.load().await;
    assert_eq!(names(&bench.loads, &second).await, ["Changed"]);
    fails.store(false, Ordering::SeqCst);
    later(&bench, 60);
    let third = bench.load().await;
    assert_eq!(records(&bench.loads, &third).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_looks_while_others_change_sees_a_moment() {
    let (bench, load) = loaded().await;
    let item = records(&bench.loads, &load).await.remove(0);
    let changes = async {
        for n in 0..60 {
            note(&bench, put(&item, &format!("Changed {n}"))).await;
        }
    };
    let looks = async {
        for _ in 0..60 {
            let seen = names(&bench.loads, &load).await;
            assert_eq!(seen.len(), 3, "{seen:?}");
        }
    };
    tokio::join!(changes, looks);
    assert!(
        names(&bench.loads, &load)
            .await
            .contains(&"Changed 59".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn that_more_was_changed_is_told_until_it_is_loaded() {
    let (bench, load) = loaded().await;
    let all = Query::default();
    assert!(!select(&bench.loads, &load, &all).await.more_changed);
    let setup = &bench.loads.parts.setup;
    let full = Note {
        field: "field",
        bytes: b"",
        now_ms: setup.clock.now().as_millisecond(),
        most: 0,
        most_bytes: 0,
        life: Duration::from_secs(60),
    };
    let map = keys::changes(&owner(), PROVIDER);
    assert!(!setup.store.note(&map, &full).await.expect("an answer"));
    assert!(select(&bench.loads, &load, &all).await.more_changed);
    later(&bench, 60);
    let second = bench.load().await;
    assert!(!select(&bench.loads, &second, &all).await.more_changed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_of_keys_reaches_what_was_changed() {
    let (bench, load) = loaded().await;
    let item = records(&bench.loads, &load).await.remove(0);
    note(&bench, put(&item, "Changed")).await;
    let setup = &bench.loads.parts.setup;
    let key = |id: &str, byte| NamedKey {
        id: id.to_owned(),
        secret: [byte; 32],
    };
    let keys = vec![key("two", 9), key("one", 7)];
    let ring = KeyRing::new(keys, Entropy::system()).expect("a ring");
    let kinds: [&dyn rotate::Kind; 1] = [&CHANGES];
    let mode = rotate::Mode::Rotate;
    for old in [1, 0] {
        let rotated = rotate::rotate(&setup.store, &ring, &kinds, mode, |_| {}).await;
        let rotated = rotated.expect("rotated");
        assert_eq!((rotated[0].olds(), rotated[0].found()), (old, 1));
    }
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
