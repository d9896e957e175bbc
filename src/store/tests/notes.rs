//! Notes of which each write changes the version.

use std::time::Duration;

use crate::owner::Owner;
use crate::store::{Key, Note, Notes, Store, keys};
use crate::testing;
use crate::testing::redis::Redis;

const LIFE: Duration = Duration::from_secs(60);

fn map(provider: &str) -> Key {
    let (org, user) = ("org".to_owned(), "user".to_owned());
    keys::changes(&Owner { org, user }, provider)
}

async fn note(store: &Store, field: &str, bytes: &[u8]) -> bool {
    let note = Note {
        field,
        bytes,
        now_ms: 7,
        most: 5,
        most_bytes: 20,
        life: LIFE,
    };
    store.note(&map("a"), &note).await.expect("an answer")
}

async fn notes(store: &Store) -> Notes {
    let mut notes = store.notes(&map("a")).await.expect("read");
    notes.notes.sort();
    notes
}

#[tokio::test]
async fn each_note_changes_the_version_and_lives_as_long_as_the_last() {
    let redis = Redis::start();
    let store = testing::store(&redis);
    assert_eq!(notes(&store).await, Notes::default());
    let mut versions = std::collections::BTreeSet::new();
    for bytes in [b"one", b"one", b"two"] {
        assert!(note(&store, "field", bytes).await);
        versions.insert(notes(&store).await.version);
    }
    assert_eq!(versions.len(), 3, "also where it says the same again");
    let found = notes(&store).await;
    assert_eq!(found.notes, [("field".to_owned(), b"two".to_vec())]);
    let maps = [map("b"), map("a")];
    let known = store.note_versions(&maps).await.expect("versions");
    assert_eq!(known, [None, found.version]);
    let left: i64 = redis.cli(&["PTTL", map("a").as_str()]).parse().expect("ms");
    assert!((1..=60_000).contains(&left));
    assert!(store.note_versions(&[]).await.expect("none").is_empty());
}

#[tokio::test]
async fn there_is_room_for_some_and_who_finds_none_is_noted() {
    let redis = Redis::start();
    let store = testing::store(&redis);
    // Two of the five fields are the version and the bytes.
    for field in ["one", "two", "three"] {
        assert!(note(&store, field, b"12345").await, "{field}");
    }
    assert_eq!(notes(&store).await.full_ms, None);
    assert!(!note(&store, "four", b"1").await, "too many");
    assert_eq!(notes(&store).await.full_ms, Some(7));
    assert!(!note(&store, "one", &[b'x'; 11]).await, "too much");
    let left = notes(&store).await.notes;
    assert!(
        left.iter().all(|(field, _)| field != "one"),
        "it is not so any more"
    );
    assert_eq!(left.len(), 2);
    assert!(note(&store, "one", &[b'x'; 10]).await, "just fits");
    let fields = store.note_fields(&map("a")).await.expect("fields");
    assert_eq!(fields.len(), 3);
}

#[tokio::test]
async fn notes_are_dropped_unless_others_came_and_the_last_takes_all_with_it() {
    let redis = Redis::start();
    let store = testing::store(&redis);
    for field in ["one", "two", "three"] {
        note(&store, field, b"1234567890").await;
    }
    let found = notes(&store).await;
    assert_eq!((found.notes.len(), found.full_ms), (2, Some(7)));
    let version = found.version.expect("a version");
    let map = map("a");
    let drop = async |version: &str, fields: &[&str], full: bool| {
        let fields: Vec<String> = fields.iter().map(|field| (*field).to_owned()).collect();
        let dropped = store.drop_notes(&map, version, &fields, full).await;
        dropped.expect("an answer")
    };
    assert!(!drop("other", &["one", "two"], true).await);
    assert!(drop(&version, &["one"], false).await);
    assert!(!drop(&version, &["two"], true).await, "it has changed");
    assert!(note(&store, "three", b"1234567890").await, "there is room");
    let version = notes(&store).await.version.expect("a version");
    assert!(drop(&version, &["two", "three"], false).await);
    assert_eq!(notes(&store).await.full_ms, Some(7), "still to be told");
    let version = notes(&store).await.version.expect("a version");
    assert!(drop(&version, &[], true).await);
    assert_eq!(redis.cli(&["EXISTS", map.as_str()]), "0");
}
