//! Looks at a stored snapshot.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::blocks::Block;
use super::super::pages::Place;
use super::super::report::Part;
use super::super::shelf::Shelf;
use super::super::{Load, LoadError, Loads, Outcome, Shown, Status};
use super::{Bench, PROVIDER, owner};
use crate::item::Item;
use crate::items::{Dir, Query, Sort};
use crate::store::keys;
use crate::testing::http::Reply;

/// Items of a block.
const BLOCK: usize = 10;
const COMPANIES: usize = 120;
const CONTACTS: usize = 205;

pub(super) async fn bench() -> Bench {
    Bench::new(|_| Reply::new(404, "{}")).await
}

pub(super) fn items(kind: &str, count: usize) -> Vec<Item> {
    let item = |n: usize| {
        let name = format!("{kind} {:03}", n * 7919 % count);
        let mut item = Item::new(PROVIDER, kind, format!("{kind}-{n}"), name);
        item.last_modified_time = Timestamp::from_second(n as i64 * 31 % 97).ok();
        item.properties = BTreeMap::from([("note".to_owned(), format!("Söme note {n}").into())]);
        item
    };
    (0..count).map(item).collect()
}

/// A snapshot of two streams, of which one kept the pages of the load before.
pub(super) async fn stored(loads: &Loads) -> Load {
    let (companies, contacts) = (items("Company", COMPANIES), items("Contact", CONTACTS));
    stored_items(loads, companies, contacts).await
}

/// The same of these items.
pub(super) async fn stored_items(loads: &Loads, before: Vec<Item>, now: Vec<Item>) -> Load {
    let streams = [("before", "companies", before), ("now", "contacts", now)];
    stored_of(loads, PROVIDER, streams).await
}

/// A snapshot of streams of any provider, each a run of this name.
pub(super) async fn stored_of(
    loads: &Loads,
    provider: &str,
    streams: impl IntoIterator<Item = (&str, &str, Vec<Item>)>,
) -> Load {
    let mut parts = Vec::new();
    for (of, stream, items) in streams {
        let mut part = Part::new(stream, stream);
        for items in items.chunks(BLOCK) {
            let number = part.run_mut(of).blocks;
            let owner = owner();
            let place = Place {
                owner: &owner,
                provider,
                of,
                stream,
                number,
            };
            store(loads, &place, items).await;
            part.run_mut(of).blocks += 1;
            part.items += items.len() as u64;
        }
        part.outcome = Outcome::Done;
        parts.push(part);
    }
    snapshot(parts)
}

async fn store(loads: &Loads, place: &Place<'_>, items: &[Item]) {
    let setup = &loads.parts.setup;
    let block = Block {
        items: items.to_vec(),
        ..Block::default()
    };
    let sealed = place.seal(&setup.ring, &block).expect("sealed");
    let stored = setup.store.set(&place.key(), &sealed, None).await;
    stored.expect("stored");
}

fn snapshot(parts: Vec<Part>) -> Load {
    let mut load = Load::new("now".to_owned(), "", Timestamp::UNIX_EPOCH, parts);
    load.status = Status::Complete;
    load
}

pub(super) fn shown(load: &Load) -> Shown {
    Shown {
        provider: PROVIDER.to_owned(),
        load: load.clone(),
    }
}

fn all() -> Vec<Item> {
    let (companies, contacts) = (items("Company", COMPANIES), items("Contact", CONTACTS));
    companies.into_iter().chain(contacts).collect()
}

/// What `query` selects of all items, by name and said plainly.
pub(super) fn plainly(query: &Query) -> Vec<Item> {
    let mut items = all();
    let holds = |text: &str| text.to_lowercase().contains(&query.q.to_lowercase());
    items.retain(|item| {
        let note = item.properties["note"].as_str().unwrap_or_default();
        holds(&item.name) || holds(&item.id) || holds(note)
    });
    items.retain(|item| query.kind.as_ref().is_none_or(|kind| *kind == item.kind));
    items.sort_by(|a, b| a.name.cmp(&b.name));
    items
}

pub(super) fn queries() -> Vec<Query> {
    let per_page = 30;
    let all = Query {
        per_page,
        ..Query::default()
    };
    let text = |q: &str| Query {
        q: q.to_owned(),
        ..all.clone()
    };
    let contacts = Query {
        kind: Some("Contact".to_owned()),
        page: 3,
        ..all.clone()
    };
    let second = Query {
        page: 2,
        ..text("1")
    };
    vec![
        text("SÖME note 7"),
        second,
        text("no such text"),
        contacts,
        all,
    ]
}

/// Selects by every query, cold and warm.
async fn select_each(loads: &Loads, snapshot: &Load) {
    for query in queries().iter().chain(&queries()) {
        let selection = loads.select(&owner(), &[shown(snapshot)], query).await;
        let selection = selection.expect("a page");
        let wanted = plainly(query);
        assert_eq!(selection.total, wanted.len() as u64, "{query:?}");
        let page = wanted.into_iter().skip(query.offset() as usize).take(30);
        assert_eq!(selection.items, page.collect::<Vec<_>>(), "{query:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_the_same_cold_and_warm() {
    let bench = bench().await;
    let snapshot = stored(&bench.loads).await;
    select_each(&bench.loads, &snapshot).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_can_be_kept_it_is_read_each_time() {
    for room in [0, 10_000] {
        let mut bench = bench().await;
        let parts = std::sync::Arc::get_mut(&mut bench.loads.parts).expect("nobody else's");
        parts.shelf = Shelf::new(room);
        let snapshot = stored(&bench.loads).await;
        select_each(&bench.loads, &snapshot).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_gone_is_told() {
    let bench = bench().await;
    let snapshot = stored(&bench.loads).await;
    let query = Query {
        sort: Sort::Modified,
        dir: Dir::Desc,
        ..Query::default()
    };
    let select = async || {
        let loads = &bench.loads;
        loads.select(&owner(), &[shown(&snapshot)], &query).await
    };
    let shown = select().await.expect("a page").items;
    let at = all()
        .iter()
        .position(|item| item.id == shown[0].id)
        .expect("one of them");
    let gone = match at.checked_sub(COMPANIES) {
        Some(at) => keys::page("now", "contacts", (at / BLOCK) as u32),
        None => keys::page("before", "companies", (at / BLOCK) as u32),
    };
    let store = &bench.loads.parts.setup.store;
    assert!(store.delete(&gone).await.expect("deleted"));
    assert!(
        matches!(select().await, Err(LoadError::Gone)),
        "from a warm shelf"
    );
    bench
        .loads
        .parts
        .shelf
        .forget(&owner(), PROVIDER, std::slice::from_ref(&snapshot))
        .await;
    assert!(
        matches!(select().await, Err(LoadError::Gone)),
        "from a cold one"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_withdrawn_is_not_kept() {
    let bench = bench().await;
    let (snapshot, query) = (stored(&bench.loads).await, Query::default());
    let key = keys::snapshot(&owner(), PROVIDER);
    let manifest = super::super::report::encode(&snapshot);
    let setup = &bench.loads.parts.setup;
    setup
        .store
        .set(&key, &manifest, None)
        .await
        .expect("stored");
    let select = bench
        .loads
        .select(&owner(), &[shown(&snapshot)], &query)
        .await;
    select.expect("a page");
    assert_ne!(bench.loads.parts.shelf.weight().await, 0);
    let withdrawn = bench.loads.withdraw(&owner(), PROVIDER).await;
    assert_eq!(withdrawn.expect("withdrawn").len(), 1);
    assert_eq!(bench.loads.parts.shelf.weight().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_owner_has_another_place_on_the_shelf() {
    let bench = bench().await;
    let (snapshot, query) = (stored(&bench.loads).await, Query::default());
    let select = bench
        .loads
        .select(&owner(), &[shown(&snapshot)], &query)
        .await;
    select.expect("a page");
    let mut other = owner();
    other.user = "other".to_owned();
    let select = bench
        .loads
        .select(&other, &[shown(&snapshot)], &query)
        .await;
    assert!(matches!(select, Err(LoadError::Cipher(_))));
}
