//! Exports of a stored snapshot, and what comes in between.

use std::time::Duration;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::super::report::encode;
use super::super::view::View;
use super::super::{BrokenOff, Download, Load, LoadError, Loads};
use super::looks::{bench, items, plainly, queries, shown, stored, stored_items};
use super::{Bench, PROVIDER, owner};
use crate::item::Item;
use crate::items::{Format, Query};
use crate::store::keys;

pub(super) async fn export(
    loads: &Loads,
    snapshot: &Load,
    query: &Query,
) -> Result<Download, LoadError> {
    let (owner, format) = (owner(), Format::Ndjson);
    loads
        .export(&owner, &[shown(snapshot)], query, format)
        .await
}

/// The file, and whether it is whole.
pub(super) async fn read(mut download: Download) -> (Vec<Item>, Result<(), BrokenOff>) {
    let (mut file, mut whole) = (Vec::new(), Ok(()));
    while let Some(piece) = download.next().await {
        match piece {
            Ok(bytes) => file.extend(bytes),
            Err(error) => {
                whole = Err(error);
                break;
            }
        }
    }
    let lines = file.split_inclusive(|byte| *byte == b'\n');
    let items = lines.filter_map(|line| serde_json::from_slice(line).ok());
    (items.collect(), whole)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_the_whole_selection_in_its_order() {
    let bench = bench().await;
    let snapshot = stored(&bench.loads).await;
    for query in queries() {
        let download = export(&bench.loads, &snapshot, &query).await;
        let (items, whole) = read(download.expect("an export")).await;
        assert_eq!((items, whole), (plainly(&query), Ok(())), "{query:?}");
    }
}

/// Items of which some are a thousand times as large as others, with names that lead all over the blocks.
fn uneven(sizes: &[usize]) -> Vec<Item> {
    let mut items = items("Contact", sizes.len());
    for (item, size) in items.iter_mut().zip(sizes) {
        let note = "x".repeat(*size).into();
        item.properties.insert("note".to_owned(), note);
    }
    items
}

async fn in_batches(bench: &Bench, snapshot: &Load, room: usize) -> Vec<Item> {
    let view = View::new(&bench.loads.parts, &owner(), &[shown(snapshot)]);
    let batches = view.batches(&Query::default(), Format::Ndjson, room).await;
    let (mut batches, _) = batches.expect("batches");
    let mut all = Vec::new();
    while let Some(batch) = batches.next().await.expect("a batch") {
        assert!(batch.size() <= room || batch.len() == 1, "{}", batch.size());
        all.extend(batch.items().map(|item| item.expect("an item")));
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_sizes_a_batch_keeps_to_its_room() {
    let bench = bench().await;
    let sizes = prop::collection::vec(prop_oneof![0usize..30, 0usize..30_000], 0..120);
    let mut runner = TestRunner::deterministic();
    let rooms = [1, 1_000, 20_000, 60_000, 1 << 20].into_iter().cycle();
    for (nth, room) in rooms.take(20).enumerate() {
        let sizes = sizes.new_tree(&mut runner).expect("sizes").current();
        let mut items = uneven(&sizes);
        let mut snapshot = stored_items(&bench.loads, Vec::new(), items.clone()).await;
        snapshot.id = nth.to_string();
        items.sort_by(|a, b| a.name.cmp(&b.name));
        let all = in_batches(&bench, &snapshot, room).await;
        assert_eq!(all, items, "{room}");
    }
}

/// A snapshot that takes several batches, and more than waits for a reader.
async fn large(loads: &Loads) -> Load {
    stored_items(loads, Vec::new(), uneven(&[20_000; 200])).await
}

fn blocks_of(snapshot: &Load) -> Vec<keys::Key> {
    let runs = snapshot.runs();
    runs.flat_map(|(stream, run)| {
        run.numbers()
            .map(|number| keys::page(&run.of, stream, number))
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_in_between_breaks_it_off() {
    let bench = bench().await;
    let snapshot = large(&bench.loads).await;
    let query = Query::default();
    let download = export(&bench.loads, &snapshot, &query)
        .await
        .expect("an export");
    let store = &bench.loads.parts.setup.store;
    store
        .delete_many(&blocks_of(&snapshot))
        .await
        .expect("deleted");
    let (items, whole) = read(download).await;
    assert_eq!(whole, Err(BrokenOff));
    assert!(!items.is_empty() && items.len() < 200, "{}", items.len());
    let again = export(&bench.loads, &snapshot, &query).await;
    assert!(
        matches!(again, Err(LoadError::Gone)),
        "told before anything is sent"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_breaks_it_off() {
    let bench = bench().await;
    let snapshot = large(&bench.loads).await;
    let download = export(&bench.loads, &snapshot, &Query::default()).await;
    bench.loads.shut_down().await;
    let (_, whole) = read(download.expect("an export")).await;
    assert_eq!(whole, Err(BrokenOff));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_away_gives_the_room_back() {
    let bench = bench().await;
    let snapshot = large(&bench.loads).await;
    for _ in 0..200 {
        let download = export(&bench.loads, &snapshot, &Query::default()).await;
        drop(download.expect("an export"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_that_were_let_go_live_on_while_they_are_exported() {
    let bench = bench().await;
    let snapshot = stored(&bench.loads).await;
    let view = View::new(&bench.loads.parts, &owner(), &[shown(&snapshot)]);
    let setup = &bench.loads.parts.setup;
    let key = keys::snapshot(&owner(), PROVIDER);
    let life = |stream| {
        let name = keys::page(
            if stream == "companies" {
                "before"
            } else {
                "now"
            },
            stream,
            0,
        );
        let left = bench.redis.cli(&["PTTL", name.as_str()]);
        left.trim().parse::<i64>().expect("a number")
    };
    let publish = async |load: &Load| {
        let published = setup.store.set(&key, &encode(load), None).await;
        published.expect("published");
        view.keep_once().await.expect("kept");
    };
    // Nothing is the current one: what is forgotten stays so.
    view.keep_once().await.expect("looked");
    assert_eq!((life("companies"), life("contacts")), (-1, -1));
    // The next one keeps the companies.
    let mut next = snapshot.clone();
    next.id = "next".to_owned();
    next.parts.retain(|part| part.stream == "companies");
    publish(&next).await;
    assert_eq!(life("companies"), -1);
    assert!((1..=60_000).contains(&life("contacts")));
    let soon = keys::page("now", "contacts", 0);
    setup
        .store
        .expire(&soon, Duration::from_secs(9))
        .await
        .expect("nearly gone");
    view.keep_once().await.expect("kept");
    assert!(life("contacts") > 9_000);
}
