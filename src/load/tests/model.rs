//! Any snapshots, any changes since, any query: the pages are what a plain model says.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::exports::read;
use super::looks::{bench, stored_of};
use super::{Bench, owner};
use crate::item::Item;
use crate::items::{Dir, Format, Query, Sort};
use crate::load::{Change, Shown, report};
use crate::store::keys;

/// How often everything is made up anew.
const CASES: usize = 40;

/// Providers with types that load, and one that does not.
const KINDS: [(&str, &str, Option<&str>); 5] = [
    ("hubspot", "Contact", Some("contacts")),
    ("hubspot", "Company", Some("companies")),
    ("hubspot", "Deal", None),
    ("notion", "Page", Some("pages")),
    ("notion", "Database", Some("databases")),
];

prop_compose! {
    pub(super) fn item()(
        kind in 0..KINDS.len(), id in "[a-e]", name in "[a-c]{1,2}",
        modified in prop::option::of(0_i64..4), parent in prop::option::of("[a-c]"),
    ) -> Item {
        let (provider, kind, _) = KINDS[kind];
        let mut item = Item::new(provider, kind, id, name);
        item.last_modified_time = modified.and_then(|at| Timestamp::from_second(at).ok());
        item.parent_path_or_name = parent.clone().map(|parent| format!("in {parent}"));
        item.parent_id = parent;
        item
    }
}

pub(super) fn change() -> impl Strategy<Value = (String, Change)> {
    (item(), prop::bool::weighted(0.3)).prop_map(|(item, goes)| {
        let provider = item.provider.clone();
        let (kind, id) = (item.kind.clone(), item.id.clone());
        match goes {
            true => (provider, Change::Gone { kind, id }),
            false => (provider, Change::Put(Box::new(item))),
        }
    })
}

prop_compose! {
    pub(super) fn query()(
        kind in prop::option::of(0..KINDS.len()), of_provider in any::<bool>(),
        of_kind in any::<bool>(), parent_id in prop::option::weighted(0.3, "[a-c]"),
        q in "[a-c]{0,1}", sort in prop::sample::select(&Sort::ALL[..]), desc in any::<bool>(),
        per_page in 1u32..12,
    ) -> Query {
        let chosen = |is: bool, of: fn(&(&'static str, &'static str, Option<&str>)) -> &'static str| {
            kind.filter(|_| is).map(|kind| of(&KINDS[kind]).to_owned())
        };
        Query {
            provider: chosen(of_provider, |kind| kind.0),
            kind: chosen(of_kind, |kind| kind.1),
            parent_id, q, sort, per_page,
            dir: if desc { Dir::Desc } else { Dir::Asc },
            ..Query::default()
        }
    }
}

pub(super) type Name = (String, String, String);

pub(super) fn name(item: &Item) -> Name {
    (item.provider.clone(), item.kind.clone(), item.id.clone())
}

fn stream(provider: &str, kind: &str) -> Option<&'static str> {
    let known = KINDS.iter().find(|one| one.0 == provider && one.1 == kind);
    known.and_then(|one| one.2)
}

/// What there is to see, in the order in which it arrived.
pub(super) fn model(loaded: &[Item], changes: &[(String, Change)]) -> Vec<Item> {
    let mut last = BTreeMap::<Name, Option<Item>>::new();
    for (provider, change) in changes {
        let (kind, id, item) = match change {
            Change::Put(item) => (&item.kind, &item.id, Some((**item).clone())),
            Change::Gone { kind, id } => (kind, id, None),
        };
        if stream(provider, kind).is_some() {
            last.insert((provider.clone(), kind.clone(), id.clone()), item);
        }
    }
    let mut seen = Vec::new();
    for row in loaded {
        let times = |noted: &Item| row.last_modified_time.zip(noted.last_modified_time);
        let later = |noted: &Item| times(noted).is_some_and(|(row, noted)| row > noted);
        match last.get(&name(row)) {
            Some(Some(noted)) if later(noted) => {
                last.remove(&name(row));
                seen.push(row.clone());
            }
            Some(_) => {}
            None => seen.push(row.clone()),
        }
    }
    seen.into_iter()
        .chain(last.into_values().flatten())
        .collect()
}

/// What a query selects of it, sorted as plainly as it can be said.
fn selected(all: &[Item], query: &Query) -> Vec<Item> {
    let mut items = left(all, query);
    items.sort_by(|one, other| compare(one, other, query));
    items
}

/// What the filters of a query leave of it.
pub(super) fn left(all: &[Item], query: &Query) -> Vec<Item> {
    let is = |wanted: &Option<String>, it: &str| wanted.as_deref().is_none_or(|one| one == it);
    let holds = |item: &Item| {
        let mut texts = [
            Some(&item.name),
            Some(&item.id),
            item.parent_path_or_name.as_ref(),
        ]
        .into_iter()
        .flatten();
        texts.any(|text| text.contains(&query.q))
    };
    let within = |item: &Item| query.parent_id.is_none() || query.parent_id == item.parent_id;
    let mut items: Vec<Item> = all.to_vec();
    items.retain(|item| is(&query.provider, &item.provider) && is(&query.kind, &item.kind));
    items.retain(|item| holds(item) && within(item));
    items
}

fn compare(one: &Item, other: &Item, query: &Query) -> Ordering {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let key = |item: &Item| match query.sort {
        Sort::Name => Some(item.name.clone()),
        Sort::Type => Some(item.kind.to_lowercase()),
        Sort::Parent => item.parent_path_or_name.clone(),
        Sort::Created => time(item.creation_time),
        Sort::Modified => time(item.last_modified_time),
    };
    match (key(one), key(other)) {
        (Some(one), Some(other)) if query.dir == Dir::Asc => one.cmp(&other),
        (Some(one), Some(other)) => other.cmp(&one),
        (one, other) => other.is_some().cmp(&one.is_some()),
    }
}

/// Snapshots of both providers with these items, and the items in the order of their blocks.
pub(super) async fn stored(
    bench: &Bench,
    case: usize,
    items: Vec<Item>,
) -> (Vec<Shown>, Vec<Item>) {
    let items: BTreeMap<Name, Item> = items.into_iter().map(|item| (name(&item), item)).collect();
    let (mut shown, mut loaded) = (Vec::new(), Vec::new());
    for provider in ["notion", "hubspot"] {
        let run = format!("{provider}{case}");
        let streams = KINDS.iter().filter(|(of, ..)| *of == provider);
        let streams = streams.filter_map(|(_, kind, stream)| {
            let of = items
                .values()
                .filter(|item| item.provider == provider && item.kind == *kind);
            Some((&run[..], (*stream)?, of.cloned().collect::<Vec<_>>()))
        });
        let streams: Vec<_> = streams.collect();
        loaded.extend(streams.iter().flat_map(|(_, _, items)| items.clone()));
        let mut load = stored_of(&bench.loads, provider, streams).await;
        load.id = run;
        let key = keys::snapshot(&owner(), provider);
        let store = &bench.loads.parts.setup.store;
        let written = store.set(&key, &report::encode(&load), None).await;
        written.expect("written");
        let provider = provider.to_owned();
        shown.push(Shown { provider, load });
    }
    (shown, loaded)
}

async fn pages(bench: &Bench, shown: &[Shown], query: &Query, wanted: &[Item]) {
    let mut seen = Vec::new();
    for page in 1.. {
        let query = Query {
            page,
            ..query.clone()
        };
        let selected = bench.loads.select(&owner(), shown, &query).await;
        let selected = selected.expect("a page");
        assert_eq!(selected.total, wanted.len() as u64, "{query:?}");
        if selected.items.is_empty() {
            break;
        }
        seen.extend(selected.items);
    }
    assert_eq!(seen, wanted, "{query:?}");
    let beyond = Query {
        page: 10_000_000,
        ..query.clone()
    };
    let beyond = bench.loads.select(&owner(), shown, &beyond).await;
    assert!(beyond.expect("a page").items.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_every_selection_is_what_the_model_says() {
    let bench = bench().await;
    let mut runner = TestRunner::deterministic();
    let all = (
        prop::collection::vec(item(), 0..60),
        prop::collection::vec(change(), 0..20),
        prop::collection::vec(query(), 4),
    );
    for case in 0..CASES {
        let (items, changes, queries) = all.new_tree(&mut runner).expect("a case").current();
        let (shown, loaded) = stored(&bench, case, items).await;
        let mut noted = 0;
        for so_far in [0, changes.len() / 2, changes.len()] {
            for (provider, change) in &changes[noted..so_far] {
                let loads = &bench.loads;
                let noted = loads.note_change(&owner(), provider, change.clone()).await;
                noted.expect("noted");
            }
            noted = so_far;
            let there = model(&loaded, &changes[..so_far]);
            for query in &queries {
                let wanted = selected(&there, query);
                pages(&bench, &shown, query, &wanted).await;
                let (owner, format) = (owner(), Format::Ndjson);
                let file = bench.loads.export(&owner, &shown, query, format).await;
                let (items, whole) = read(file.expect("an export")).await;
                assert_eq!((items, whole), (wanted, Ok(())), "{query:?}");
            }
            for item in &there {
                let of = shown.iter().find(|shown| shown.provider == item.provider);
                let of = of.expect("one of both");
                let owner = owner();
                let found = bench.loads.item(&owner, of, &item.kind, &item.id).await;
                assert_eq!(found.expect("a look").as_ref(), Some(item));
            }
        }
        for provider in ["notion", "hubspot"] {
            let withdrawn = bench.loads.withdraw(&owner(), provider).await;
            withdrawn.expect("withdrawn");
        }
    }
}
