//! Every page of items, rendered in every state that they can be in.

mod item;
mod told;

use askama::Template;
use jiff::SignedDuration;
use serde_json::json;

use super::clear::ClearPage;
use super::index::IndexPage;
use super::picture::Picture;
use super::reading;
use super::table::Table;
use crate::connections::Overview;
use crate::item::Item;
use crate::items::{Kinds, Months, Portrait, Query, Selection, View};
use crate::load::Shown;
use crate::providers::{Profile, Registry};
use crate::web::connections::samples::{facts, head, load, with};
use crate::web::connections::show::ShowPage;
use crate::web::samples::{frame, keep, now};

/// A name that trips careless pages: markup, a right-to-left mark, no space to break at.
const ODD: &str = "<script>alert(1)</script> \u{202e}\u{5d0}\u{5d1} ";

fn items(profile: &Profile, many: usize) -> Vec<Item> {
    let kinds: Vec<&str> = profile.kinds().map(|kind| kind.id).collect();
    let item = |nth: usize| {
        let kind = kinds.get(nth % kinds.len()).copied().unwrap_or("Thing");
        let mut item = Item::new(
            profile.id,
            kind,
            format!("id/{nth} %"),
            format!("Item {nth}"),
        );
        if nth.is_multiple_of(3) {
            item.name = format!("{ODD}{}", "long".repeat(80));
            item.parent_id = Some("id/1 %".to_owned());
            item.parent_path_or_name = Some("Item 1".to_owned());
            item.url = Some("https://example.com/item".to_owned());
        }
        if nth.is_multiple_of(2) {
            item.creation_time = Some(now() - SignedDuration::from_hours(700 * nth as i64));
            item.last_modified_time = Some(now() - SignedDuration::from_hours(nth as i64));
        }
        item.properties = [
            ("email".to_owned(), json!("ada@example.com")),
            (
                "notes".to_owned(),
                json!("Called in the morning.\nWants to hear more. ".repeat(40)),
            ),
            ("tags".to_owned(), json!(["x", "y"])),
            ("empty".to_owned(), json!(null)),
        ]
        .into();
        item
    };
    (0..many).map(item).collect()
}

/// What was loaded of a provider.
fn loaded(profile: &'static Profile, status: &str) -> Overview {
    let parts = profile.streams.iter();
    let parts: Vec<_> = parts
        .map(|stream| json!({"stream": stream.id, "title": stream.title}))
        .collect();
    let mut overview = with(profile, |_| ());
    overview.snapshot = Some(load(status, &parts));
    overview
}

fn kinds(items: &[Item]) -> Kinds {
    let mut kinds = Kinds::new();
    for item in items {
        let key = (item.provider.clone(), item.kind.clone());
        *kinds.entry(key).or_default() += 1;
    }
    kinds
}

fn table(
    overviews: &[Overview],
    all: bool,
    query: &Query,
    items: Vec<Item>,
    total: u64,
) -> Box<Table> {
    let shown: Vec<Shown> = reading::shown(overviews);
    let action = if all {
        "/items"
    } else {
        "/connections/sample/items"
    };
    let stand = reading::stand(action.to_owned(), all, overviews, &shown);
    let selection = Selection {
        kinds: kinds(&items),
        items,
        total,
        more_changed: query.page == 2,
    };
    Box::new(Table::new(&stand, query, &selection, now()))
}

/// Each state of a table: its name, the query, how many rows there are, and of how many in all.
fn tables() -> Vec<(&'static str, Query, usize, u64)> {
    let query = Query::default();
    let json = Query {
        view: View::Json,
        ..query.clone()
    };
    let filtered = Query {
        q: "text".to_owned(),
        ..query.clone()
    };
    let within = Query {
        parent_id: Some("id/1 %".to_owned()),
        ..query.clone()
    };
    let second = Query {
        page: 2,
        per_page: 10,
        ..query.clone()
    };
    let beyond = Query {
        page: 9,
        ..query.clone()
    };
    vec![
        ("rows", query.clone(), 12, 12),
        ("second", second, 10, 40),
        ("json", json, 3, 3),
        ("within", within, 4, 4),
        ("none", query, 0, 0),
        ("no match", filtered, 0, 0),
        ("beyond", beyond, 0, 12),
    ]
}

fn profiles() -> Vec<&'static Profile> {
    Registry.all().map(|provider| provider.profile()).collect()
}

#[test]
fn samples_of_the_table_of_all_render() {
    for (name, query, rows, total) in tables() {
        let overviews: Vec<Overview> = profiles()
            .into_iter()
            .map(|one| loaded(one, "complete"))
            .collect();
        let mut all: Vec<Item> = profiles().iter().flat_map(|one| items(one, rows)).collect();
        all.truncate(rows);
        let table = table(&overviews, true, &query, all, total);
        let shown = reading::shown(&overviews);
        let page = IndexPage::new(frame("items"), &overviews, &shown, Some(table), now());
        let page = page.render().expect("a page");
        keep(&format!("items {name}"), &page);
        assert!(!page.contains("<script>alert"), "{name}");
        assert_eq!(page.contains("No item matches"), name == "no match");
        assert_eq!(page.contains("beyond the end"), name == "beyond");
    }
}

fn portrait(profile: &Profile) -> Portrait {
    let months = |many: i16| Months {
        by_month: (0..many)
            .map(|nth| ((2024 + nth / 12, (nth % 12 + 1) as i8), 7 * nth as u64 % 40))
            .collect(),
        before: 3,
    };
    Portrait {
        kinds: kinds(&items(profile, 100)),
        created: months(40),
        modified: months(36),
    }
}

#[test]
fn samples_of_a_table_that_lacks_a_provider_render() {
    let profiles = profiles();
    let [lost, rest @ ..] = &profiles[..] else {
        panic!("there are several")
    };
    let overviews: Vec<Overview> = profiles.iter().map(|one| loaded(one, "complete")).collect();
    let mut shown = reading::shown(&overviews);
    shown.retain(|one| one.provider != lost.id);
    let rows: Vec<Item> = rest.iter().flat_map(|one| items(one, 4)).collect();
    let total = rows.len() as u64;
    let selection = Selection {
        kinds: kinds(&rows),
        items: rows,
        total,
        more_changed: false,
    };
    let stand = reading::stand("/items".to_owned(), true, &overviews, &shown);
    let table = Box::new(Table::new(&stand, &Query::default(), &selection, now()));
    let page = IndexPage::new(frame("items"), &overviews, &shown, Some(table), now());
    let page = page.render().expect("a page");
    keep("items apart", &page);
    assert!(
        !page.contains("href=\"/items.csv\""),
        "a file that nobody gets"
    );
    for profile in rest {
        let link = format!("href=\"/items.csv?provider={}\"", profile.id);
        assert!(page.contains(&link), "{}", profile.id);
    }
}

#[test]
fn samples_of_a_connection_with_items_render() {
    for profile in profiles() {
        for (name, query, rows, total) in tables() {
            let overview = loaded(profile, "complete");
            let table = table(
                std::slice::from_ref(&overview),
                false,
                &query,
                items(profile, rows),
                total,
            );
            let picture = Picture::new(profile, &portrait(profile), now());
            let mut page = ShowPage::new(
                frame("connections"),
                &overview,
                head(&overview),
                facts(&overview),
                None,
            );
            (page.table, page.picture) = (Some(table), picture);
            let page = page.render().expect("a page");
            keep(&format!("show {} with {name}", profile.id), &page);
            assert_eq!(
                page.contains("The last load brought nothing"),
                name == "none"
            );
        }
    }
}

#[test]
fn samples_of_clearing_render() {
    let profile = profiles().into_iter().next().expect("a provider");
    for running in [false, true] {
        let page = ClearPage {
            frame: frame("connections"),
            head: head(&loaded(profile, "complete")),
            running,
        };
        let page = page.render().expect("a page");
        keep(&format!("clear {running}"), &page);
        assert_eq!(page.contains("<button class=\"danger\""), !running);
    }
}
