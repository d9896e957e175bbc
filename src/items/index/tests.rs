use std::cmp::Ordering;

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::Value;

use super::super::fold::fold;
use super::*;
use crate::item::Item;
use crate::items::packed::{Row, pack};
use crate::items::query::Dir;

/// All items, sorted and filtered as plainly as it can be said.
fn plainly(items: &[Item], query: &Query) -> Vec<u32> {
    let holds = |item: &Item| {
        let of_item = [&item.name, &item.id];
        let texts = item.properties.values().filter_map(Value::as_str);
        let texts = texts.chain(of_item.map(String::as_str));
        let mut texts = texts.chain(item.parent_path_or_name.as_deref());
        query.q.is_empty() || texts.any(|text| fold(text).contains(&fold(&query.q)))
    };
    let chosen = |item: &Item| {
        query.kind.as_ref().is_none_or(|kind| *kind == item.kind)
            && (query.provider.as_ref()).is_none_or(|provider| *provider == item.provider)
            && (query.parent_id.is_none() || query.parent_id == item.parent_id)
    };
    let mut rows: Vec<usize> = (0..items.len())
        .filter(|row| holds(&items[*row]) && chosen(&items[*row]))
        .collect();
    rows.sort_by(|a, b| compare(&items[*a], &items[*b], query));
    rows.into_iter().map(|row| row as u32).collect()
}

fn compare(a: &Item, b: &Item, query: &Query) -> Ordering {
    let text = |text: &str| Some(fold(text));
    match query.sort {
        Sort::Name => known_first(text(&a.name), text(&b.name), query.dir),
        Sort::Type => known_first(text(&a.kind), text(&b.kind), query.dir),
        Sort::Parent => {
            let parent = |item: &Item| item.parent_path_or_name.as_deref().and_then(text);
            known_first(parent(a), parent(b), query.dir)
        }
        Sort::Created => known_first(a.creation_time, b.creation_time, query.dir),
        Sort::Modified => known_first(a.last_modified_time, b.last_modified_time, query.dir),
    }
}

fn known_first<K: Ord>(a: Option<K>, b: Option<K>, dir: Dir) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if dir == Dir::Asc => a.cmp(&b),
        (Some(a), Some(b)) => b.cmp(&a),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

fn index(items: &[Item]) -> (Index, Texts) {
    let mut builder = Builder::new(usize::MAX);
    for block in items.chunks(7) {
        builder
            .push(&pack(block).expect("packed"))
            .expect("a block");
    }
    let (index, texts) = builder.finish().expect("an index");
    (index, texts.expect("texts"))
}

fn found(texts: &Texts, query: &Query) -> Option<Found> {
    let needle = query.needle();
    (!needle.is_empty()).then(|| texts.found(&needle, texts.rows()))
}

fn pick(items: &[Item], query: &Query) -> Picked {
    let (index, texts) = index(items);
    index.pick(query, found(&texts, query).as_ref())
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof!["[a-cA-C ]{0,3}", "[éÉàßİ太\u{301}]{0,3}", ".{0,4}"]
}

prop_compose! {
    fn item()(
        (id, name, of) in (word(), word(), word()),
        kind in prop::sample::select(vec!["Contact", "Company", "company"]),
        provider in prop::sample::select(vec!["test", "other"]), within in prop::option::of("[a-c]"),
        parent in prop::option::of(word()),
        times in prop::array::uniform2(prop::option::of(0_i64..4)),
    ) -> Item {
        let mut item = Item::new(provider, kind, id, name);
        item.parent_id = within;
        let time = |time: i64| Timestamp::from_second(time - 2).expect("a time");
        item.parent_path_or_name = parent;
        [item.creation_time, item.last_modified_time] = times.map(|at| at.map(time));
        item.properties = [("text", of.into()), ("number", 7.into())]
            .map(|(name, value): (&str, Value)| (name.to_owned(), value)).into();
        item
    }
}

prop_compose! {
    fn query()(
        kind in prop::option::of(prop::sample::select(vec!["Contact", "Company", "Deal"])),
        provider in prop::option::of(prop::sample::select(vec!["test", "other", "third"])),
        parent_id in prop::option::weighted(0.2, "[a-c]"),
        q in prop_oneof![Just(String::new()), word()],
        sort in prop::sample::select(&Sort::ALL[..]), desc in any::<bool>(),
        page in 1u32..4, per_page in 1u32..20,
    ) -> Query {
        let dir = if desc { Dir::Desc } else { Dir::Asc };
        let (kind, provider) = (kind.map(str::to_owned), provider.map(str::to_owned));
        Query { provider, kind, parent_id, q, sort, dir, page, per_page, ..Query::default() }
    }
}

proptest! {
    #[test]
    fn the_index_picks_what_plain_sorting_picks(
        items in prop::collection::vec(item(), 0..50), query in query(), from in 0..60_u64,
    ) {
        let wanted = plainly(&items, &query);
        let (index, texts) = index(&items);
        let found = found(&texts, &query);
        prop_assert_eq!(&index.all(&query, found.as_ref()), &wanted);
        let picked = index.pick(&query, found.as_ref());
        prop_assert_eq!(picked.total, wanted.len() as u64);
        prop_assert_eq!(index.total(&query, found.as_ref()), picked.total);
        let selects = index.selects(&query, found.as_ref());
        for row in 0..=items.len() as u32 {
            prop_assert_eq!(selects(row), wanted.contains(&row));
        }
        let part = wanted.iter().skip(from as usize).take(query.per_page as usize);
        let places = from..from + u64::from(query.per_page);
        prop_assert!(index.pick_from(&query, found.as_ref(), places).rows.iter().eq(part));
        let page = wanted.into_iter().skip(query.offset() as usize).take(query.per_page as usize);
        prop_assert_eq!(picked.rows, page.collect::<Vec<_>>());
    }

    #[test]
    fn counts_by_provider_and_type_do_not_depend_on_the_chosen_ones(
        items in prop::collection::vec(item(), 0..50), query in query(),
    ) {
        let kinds = pick(&items, &query).kinds;
        for ((provider, kind), count) in kinds.clone() {
            let (provider, kind) = (Some(provider), Some(kind));
            let of_kind = Query { provider, kind, ..query.clone() };
            prop_assert_eq!(pick(&items, &of_kind).total, count);
        }
        let all = Query { kind: None, provider: None, ..query };
        prop_assert_eq!(pick(&items, &all).total, kinds.values().sum::<u64>());
    }
}

proptest! {
    #[test]
    fn an_item_is_found_by_what_it_is_and_a_hidden_one_by_nothing(
        items in prop::collection::vec(item(), 1..50), hides in "[a-c]{0,2}",
    ) {
        let mut builder = Builder::new(0);
        for block in items.chunks(7) {
            let block = pack(block).expect("packed");
            let shows = |number: u32, row: &Row<'_>| {
                assert_eq!(items[number as usize].id, row.id);
                row.id != hides
            };
            builder.push_where(&block, shows).expect("a block");
        }
        let (index, _) = builder.finish().expect("an index");
        for (row, item) in (0..).zip(&items) {
            prop_assert_eq!(index.is_hidden(row), item.id == hides);
        }
        let shown = items.iter().filter(|item| item.id != hides).count();
        prop_assert_eq!(index.all(&Query::default(), None).len(), shown);
        prop_assert_eq!(index.portrait().kinds.values().sum::<u64>(), shown as u64);
        for item in &items {
            let is = |row: &u32| {
                let other = &items[*row as usize];
                (&other.provider, &other.id) == (&item.provider, &item.id)
            };
            let named = index.find(&item.provider, None, &item.id);
            prop_assert!(named.iter().all(is));
            let found = index.find(&item.provider, Some(&item.kind), &item.id);
            prop_assert_eq!(found.is_empty(), item.id == hides);
            prop_assert!(found.iter().all(|row| named.contains(row)));
        }
    }
}

#[test]
fn a_name_is_found_however_it_is_typed() {
    for name in ["Zoë", "Zoe\u{308}", "ＺＯË", "zoe"] {
        let items = [Item::new("test", "Contact", "1", name)];
        for q in ["zoë", "ZOE", "zoe\u{308}"] {
            let q = q.to_owned();
            let query = Query {
                q,
                ..Query::default()
            };
            assert_eq!(pick(&items, &query).total, 1, "{query:?} in {name}");
        }
    }
}

#[test]
fn a_text_is_not_found_across_two() {
    let items = [
        Item::new("test", "Contact", "12", "Ada"),
        Item::new("test", "Contact", "3", "Bob"),
    ];
    for (q, total) in [
        ("ada", 1),
        ("12", 1),
        ("ada12", 0),
        ("12bob", 0),
        ("a", 1),
        ("b", 1),
    ] {
        let q = q.to_owned();
        let query = Query {
            q,
            ..Query::default()
        };
        assert_eq!(pick(&items, &query).total, total, "{query:?}");
    }
}

#[test]
fn a_page_beyond_the_end_is_empty() {
    let items = [Item::new("test", "Contact", "1", "Ada")];
    let page = 10_000_000;
    let query = Query {
        page,
        ..Query::default()
    };
    let picked = pick(&items, &query);
    assert_eq!((picked.rows, picked.total), (Vec::new(), 1));
    assert_eq!(pick(&[], &query), Picked::default());
}

#[test]
fn names_of_any_length_are_sorted_by_their_beginning() {
    let long = |end: &str| format!("{}{end}", "ü".repeat(1_000));
    let items =
        [long("b"), long("a"), "a".to_owned()].map(|name| Item::new("test", "Page", "1", name));
    assert_eq!(pick(&items, &Query::default()).rows, [2, 0, 1]);
}

#[test]
fn a_row_is_found_in_its_block() {
    let items = vec![Item::new("test", "Contact", "1", "Ada"); 20];
    let (index, _) = index(&items);
    assert_eq!(index.rows(), 20);
    for (row, place) in [(0, (0, 0)), (6, (0, 6)), (7, (1, 0)), (19, (2, 5))] {
        assert_eq!(index.place(row), place);
    }
    let firsts = [0, 1, 2, 3, 4].map(|block| index.first_row(block));
    assert_eq!(firsts, [0, 7, 14, 20, 20]);
}

#[test]
fn texts_that_are_too_large_are_not_kept() {
    let mut builder = Builder::new(10);
    let items = vec![Item::new("test", "Contact", "1", "Ada Example"); 2];
    builder
        .push(&pack(&items).expect("packed"))
        .expect("a block");
    let (index, texts) = builder.finish().expect("an index");
    assert!(texts.is_none() && !index.texts_kept() && index.rows() == 2);
}

#[test]
fn an_item_takes_as_many_bytes_as_are_said() {
    for (within, bytes) in [(None, 30), (Some("1"), 38)] {
        let items = (0..10_000).map(|n| {
            let mut item = Item::new("test", "Page", n.to_string(), n.to_string());
            item.parent_id = within.map(str::to_owned);
            item
        });
        let items: Vec<Item> = items.collect();
        let mut builder = Builder::new(0);
        for block in items.chunks(100) {
            let block = pack(block).expect("packed");
            builder.push(&block).expect("a block");
        }
        let (index, _) = builder.finish().expect("an index");
        assert_eq!(index.weight() / items.len(), bytes);
    }
}
