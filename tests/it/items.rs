//! The item table: chips, filter, order, pages, and rows that trip careless programs. All of it in the URL.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::support::{Browser, Page, World};

const ITEMS: &str = "/connections/hubspot/items";

/// A world in which ada has loaded an account of 120 contacts, 60 companies and 40 deals.
async fn loaded() -> (World, Browser) {
    let world = World::start().await;
    world
        .control(&[("contacts", "120"), ("companies", "60"), ("deals", "40")])
        .await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    ada.load_hubspot().await;
    (world, ada)
}

async fn items(browser: &mut Browser, query: &str) -> Page {
    let page = browser.get(&format!("{ITEMS}?{query}")).await;
    assert_eq!(page.status, 200, "{query}: {}", page.text);
    page
}

/// The link in the table whose text is this.
fn link(page: &Page, text: &str) -> String {
    let links = page.texts("#items a").into_iter();
    let hrefs = page.attributes("#items a", "href");
    let mut both = links.zip(hrefs).filter(|(link, _)| link == text);
    let found = both.next().map(|(_, href)| href);
    found.unwrap_or_else(|| panic!("no link '{text}' in {}", page.text_of("#items")))
}

/// Names as rows have them, without what a cell cuts off.
fn names(page: &Page) -> Vec<String> {
    page.texts("#items tr[data-id] td.name")
}

/// The times of one of the two columns; the other cells of a row have none.
fn times(page: &Page, column: usize) -> Vec<Timestamp> {
    let selector = format!("#items tr[data-id] td.time:nth-last-child({column}) time");
    let texts = page.attributes(&selector, "datetime");
    texts
        .iter()
        .map(|text| text.parse().unwrap_or_else(|_| panic!("{text} is no time")))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn chips_count_each_type_and_narrow_to_it() {
    let (_world, mut ada) = loaded().await;
    let page = items(&mut ada, "").await;
    for (chip, count) in [
        ("All", "220"),
        ("Contacts", "120"),
        ("Companies", "60"),
        ("Deals", "40"),
    ] {
        assert_eq!(page.chip(chip), count);
    }
    let page = ada.get(&link(&page, "Deals 40")).await;
    assert_eq!(page.url.query(), Some("type=Deal"));
    assert_eq!(page.ids().len(), 40);
    assert!(
        page.texts("#items td.type")
            .iter()
            .all(|kind| kind == "Deal")
    );
    assert_eq!(page.texts("a.type[aria-current]"), ["Deals 40"]);
    let page = items(&mut ada, "type=deal&q=no-such-text").await;
    assert_eq!((page.ids().len(), page.chip("All").as_str()), (0, "0"));
    assert!(page.text_of("#items .empty").contains("No item matches"));
    let page = ada.get(&link(&page, "Clear the filter")).await;
    assert_eq!(page.chip("All"), "220");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_text_filter_finds_any_script_in_any_case() {
    let (_world, mut ada) = loaded().await;
    for (typed, found) in [
        ("cher", "Cher"),
        ("ZOE\u{308}", "Zoe\u{308}"),
        ("太郎", "太郎"),
        ("דוגמה", "דוגמה"),
        ("🎉", "🎉"),
        ("株式会社", "株式会社サンプル"),
        ("DU\u{308}SSELDORF", "Du\u{308}sseldorf"),
        ("  Cher  ", "Cher"),
    ] {
        let query: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
        let page = items(&mut ada, &format!("q={query}")).await;
        assert!(!page.ids().is_empty(), "nothing for {typed}");
        assert!(
            names(&page).iter().any(|name| name.contains(found)),
            "{typed}"
        );
        assert_eq!(page.value("#q").as_deref(), Some(typed.trim()));
        let chips = page.chip("All").parse::<usize>().expect("a number");
        assert_eq!(chips, page.ids().len(), "{typed}");
        assert!(chips < 220, "{typed} filters nothing");
    }
    // What stands in no column is found as well: a contact by its email.
    let page = items(&mut ada, "q=%40example.org&type=Contact").await;
    assert!(!page.ids().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn html_in_the_filter_and_in_names_stays_text() {
    let (_world, mut ada) = loaded().await;
    let typed = "<script>alert(1)";
    let query: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
    let page = items(&mut ada, &format!("q={query}")).await;
    assert!(names(&page).iter().any(|name| name.starts_with("<script>")));
    assert_eq!(page.value("#q").as_deref(), Some(typed));

    let page = items(&mut ada, "per_page=500").await;
    assert_eq!(page.ids().len(), 220);
    assert_eq!(page.count("script:not([src])"), 0);
    assert_eq!(page.count("#items img"), 0);
    assert_eq!(page.count("#items td.name b, #items td.name i"), 0);
    assert_eq!(page.count("[onerror]"), 0);
    assert!(
        page.text.contains("{{7*7}}"),
        "a name is taken for a template"
    );
    let page = items(&mut ada, "q=%22%3E%3Cimg+src%3Dx").await;
    assert!(!page.ids().is_empty());
    assert_eq!(page.count("img"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_column_sorts_both_ways() {
    let (_world, mut ada) = loaded().await;
    let whole: BTreeSet<String> = ada.all_ids("").await.into_iter().collect();
    assert_eq!(whole.len(), 220);
    for sort in ["name", "type", "parent", "created", "modified"] {
        for dir in ["asc", "desc"] {
            let page = items(&mut ada, &format!("sort={sort}&dir={dir}&per_page=500")).await;
            let ids: BTreeSet<String> = page.ids().into_iter().collect();
            assert_eq!(ids, whole, "sorted by {sort}, {dir}");
            assert!(in_order(&page, sort, dir == "desc"), "{sort} {dir}");
        }
    }
}

/// Whether the rows stand in the order that was asked for.
fn in_order(page: &Page, sort: &str, down: bool) -> bool {
    let texts = |all: Vec<String>| {
        let all: Vec<String> = all.iter().map(|text| text.to_lowercase()).collect();
        is_sorted(&all, down)
    };
    match sort {
        // The cell's title has a name with its white space, as it is sorted by.
        "name" => texts(page.attributes("#items tr[data-id] td.name", "title")),
        "type" => texts(page.texts("#items tr[data-id] td.type")),
        "created" => is_sorted(&times(page, 3), down),
        "modified" => is_sorted(&times(page, 2), down),
        // HubSpot's objects lie in nothing.
        _ => true,
    }
}

fn is_sorted<T: PartialOrd>(all: &[T], down: bool) -> bool {
    assert!(all.len() > 200 && all.first() != all.last());
    all.windows(2).all(|two| {
        if down {
            two[0] >= two[1]
        } else {
            two[0] <= two[1]
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_on_a_heading_sorts_and_a_second_one_turns_round() {
    let (_world, mut ada) = loaded().await;
    let page = items(&mut ada, "").await;
    assert_eq!(page.texts("th[aria-sort=ascending]"), ["Name"]);
    let page = ada.get(&link(&page, "Modified")).await;
    assert_eq!(page.texts("th[aria-sort=ascending]"), ["Modified"]);
    let down = ada.get(&link(&page, "Modified")).await;
    assert_eq!(down.texts("th[aria-sort=descending]"), ["Modified"]);
    let (first, last) = (times(&page, 2), times(&down, 2));
    assert!(first[0] < last[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_rows_a_page_each_item_on_one_of_them() {
    let (_world, mut ada) = loaded().await;
    let mut page = items(&mut ada, "sort=modified&dir=desc").await;
    let mut ids = page.ids();
    assert_eq!(page.text_of(".pager .range"), "1-50 of 220");
    for _ in 0..4 {
        page = ada.get(&link(&page, "Next")).await;
        ids.extend(page.ids());
    }
    assert_eq!(page.text_of(".pager .range"), "201-220 of 220");
    assert!(page.texts("#items a").iter().all(|text| text != "Next"));
    assert_eq!(ids.len(), 220);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 220);
    let whole = items(&mut ada, "sort=modified&dir=desc&per_page=500").await;
    assert_eq!(ids, whole.ids(), "the order holds across pages");
    let first = ada.get(&link(&page, "First")).await;
    assert_eq!(first.ids(), ids[..50]);
    assert_eq!(ada.get(&link(&first, "Last")).await.ids(), ids[200..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_beyond_the_end_is_empty_and_has_a_way_back() {
    let (_world, mut ada) = loaded().await;
    for query in [
        "page=6",
        "page=9999999&type=Deal",
        "page=99999999999999999999",
        "page=2&q=太郎",
    ] {
        let page = items(&mut ada, query).await;
        assert_eq!(page.ids().len(), 0, "{query}");
        assert!(page.text_of("#items .empty").contains("beyond the end"));
        let back = ada.get(&link(&page, "To the first page")).await;
        assert!(!back.ids().is_empty(), "{query}");
        assert_eq!(back.chip("All"), page.chip("All"), "the filter is kept");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_make_no_sense_are_refused_with_what_is_possible() {
    let (_world, mut ada) = loaded().await;
    let long = format!("q={}", "x".repeat(201));
    for (query, possible) in [
        ("type=Ticket", "Contact, Company, Deal"),
        ("sort=colour", "name, type, parent, created, modified"),
        ("dir=sideways", "asc, desc"),
        ("page=0", "a number from 1"),
        ("page=-1", "a number from 1"),
        ("page=two", "a number from 1"),
        ("per_page=0", "a number from 1 to 500"),
        ("per_page=501", "a number from 1 to 500"),
        ("sort=%3Cscript%3Ealert(1)", "name, type, parent"),
        (long.as_str(), "200 characters"),
    ] {
        let page = ada.get(&format!("{ITEMS}?{query}")).await;
        assert_eq!(page.status, 400, "{query}");
        let said = page.text_of(".failure");
        assert!(said.contains(possible), "{query}: {said}");
        assert_eq!(page.count("script:not([src])"), 0, "{query}");
        let part = ada.get_part(&format!("{ITEMS}?{query}")).await;
        assert_eq!(part.status, 400, "{query}");
        assert!(part.text.contains("possible is") && !part.text.contains("<html"));
    }
    // Nothing given is no nonsense, and what is not ours is not our matter.
    assert_eq!(
        items(&mut ada, "type=&q=&page=&utm_source=x")
            .await
            .ids()
            .len(),
        50
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_url_says_all_of_what_is_seen() {
    let (world, mut ada) = loaded().await;
    let query = "type=Contact&q=example&sort=created&dir=desc&page=2&per_page=25";
    let page = items(&mut ada, query).await;
    assert_eq!(
        page.text_of(".pager .range").split(' ').next(),
        Some("26-50")
    );
    let mut laptop = world.person("acme", "ada").await;
    assert_eq!(items(&mut laptop, query).await.ids(), page.ids());

    // Each link changes what it says and leaves the rest.
    let next = link(&page, "Next");
    assert!(next.contains("q=example") && next.contains("sort=created&dir=desc"));
    assert!(next.contains("page=3") && next.contains("per_page=25"));
    let by_name = link(&page, "Name");
    assert!(by_name.contains("type=Contact") && by_name.contains("q=example"));
    assert!(
        !by_name.contains("&page="),
        "a new order begins at its first page"
    );
    let (action, fields) = page.form_with_button("Filter");
    assert_eq!(action.path(), ITEMS);
    for (name, value) in [("type", "Contact"), ("sort", "created"), ("per_page", "25")] {
        let field = (name.to_owned(), value.to_owned());
        assert!(fields.contains(&field), "{name} in {fields:?}");
    }
    let (_, fields) = page.form_with_button("Show");
    assert!(fields.contains(&("q".to_owned(), "example".to_owned())));
}
