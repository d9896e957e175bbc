//! Exports: the whole selection as a file, in the order of the table.

use std::collections::{BTreeMap, BTreeSet};

use patchbay::item::Item;
use reqwest::Method;

use crate::support::{Browser, Page, World};

pub const ITEMS: &str = "/connections/hubspot/items";

/// A world in which ada has loaded an account of so many contacts, a third as many companies and as many deals.
pub async fn loaded(contacts: u32) -> (World, Browser) {
    let world = World::with(&UNPACED).await;
    let ada = loaded_in(&world, contacts).await;
    (world, ada)
}

/// HubSpot's stand-in is asked as fast as it answers.
pub const UNPACED: [(&str, &str); 1] = [("HUBSPOT_RATE_LIMIT", "off")];

/// Ada, who has loaded so many contacts in this world.
pub async fn loaded_in(world: &World, contacts: u32) -> Browser {
    let (all, third) = (contacts.to_string(), (contacts / 3).to_string());
    let size = [
        ("contacts", all.as_str()),
        ("companies", &third),
        ("deals", &third),
        ("rate_limit", "off"),
    ];
    world.control(&size).await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    ada.load_hubspot().await;
    ada
}

pub async fn file(browser: &mut Browser, format: &str, query: &str) -> Page {
    let page = browser.get(&format!("{ITEMS}.{format}?{query}")).await;
    assert_eq!(page.status, 200, "{query}: {}", page.text);
    page
}

pub fn lines(file: &Page) -> Vec<Item> {
    let lines = file.text.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("an item"))
        .collect()
}

/// The rows of a table, by its headings.
fn rows(file: &Page) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(file.text.as_bytes());
    let rows = reader.deserialize().map(|row| row.expect("a row"));
    rows.collect()
}

fn column(rows: &[BTreeMap<String, String>], name: &str) -> Vec<String> {
    rows.iter().map(|row| row[name].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_three_files_are_the_table_in_its_order() {
    let (_world, mut ada) = loaded(150).await;
    for query in [
        "",
        "type=Deal",
        "q=example&sort=modified&dir=desc",
        "q=%3Cscript%3E&type=contact",
        "q=no-such-text",
        "sort=created&page=3&per_page=25",
    ] {
        let whole = query.replace("&page=3&per_page=25", "");
        let ids = ada.all_ids(&whole).await;
        let items = lines(&file(&mut ada, "ndjson", query).await);
        assert_eq!(
            items.iter().map(|item| item.id.clone()).collect::<Vec<_>>(),
            ids,
            "{query}"
        );
        let list = file(&mut ada, "json", query).await;
        let list: Vec<Item> = serde_json::from_str(&list.text).expect("a list");
        assert_eq!(list, items, "{query}");
        let rows = rows(&file(&mut ada, "csv", query).await);
        assert_eq!(column(&rows, "id"), ids, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_says_what_it_is() {
    let (world, mut ada) = loaded(9).await;
    let day = world.clock.now().strftime("%Y-%m-%d").to_string();
    for (format, query, media, name) in [
        (
            "csv",
            "type=contact",
            "text/csv; charset=utf-8; header=present",
            "hubspot-contacts",
        ),
        ("json", "", "application/json; charset=utf-8", "hubspot"),
        (
            "ndjson",
            "type=Deal&q=x",
            "application/x-ndjson; charset=utf-8",
            "hubspot-deals",
        ),
    ] {
        let page = file(&mut ada, format, query).await;
        assert_eq!(page.header("content-type"), media);
        let saved = format!("attachment; filename=\"{name}-{day}.{format}\"");
        assert_eq!(page.header("content-disposition"), saved);
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        let head = ada.request(Method::HEAD, &format!("{ITEMS}.{format}?{query}"));
        let head = ada.send(head).await;
        assert_eq!(head.header("content-disposition"), saved);
    }
    for query in ["type=Ticket", "sort=colour", "page=0", "per_page=501"] {
        let page = ada.get(&format!("{ITEMS}.csv?{query}")).await;
        assert_eq!(page.status, 400, "{query}");
        assert!(page.text_of(".failure").contains("possible is"), "{query}");
    }
    assert_eq!(ada.get(&format!("{ITEMS}.xlsx")).await.status, 404);
    assert_eq!(ada.get("/connections/nobody/items.csv").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_is_in_every_item() {
    let (_world, mut ada) = loaded(9).await;
    let list = file(&mut ada, "json", "").await;
    let list: Vec<serde_json::Value> = serde_json::from_str(&list.text).expect("a list");
    let rows = rows(&file(&mut ada, "csv", "").await);
    for (item, row) in list.iter().zip(&rows) {
        let fields: BTreeSet<&str> = item
            .as_object()
            .expect("an item")
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(fields.len(), 16, "{fields:?}");
        let columns = row
            .keys()
            .map(|column| column.split('.').next().unwrap_or_default());
        assert_eq!(columns.collect::<BTreeSet<_>>(), fields);
    }
    let contacts = self::rows(&file(&mut ada, "csv", "type=Contact").await);
    let asked = [
        "company",
        "email",
        "firstname",
        "jobtitle",
        "lastname",
        "lifecyclestage",
        "phone",
    ];
    let columns = contacts[0]
        .keys()
        .filter_map(|column| column.strip_prefix("properties."));
    assert_eq!(
        columns.collect::<Vec<_>>(),
        asked,
        "those of its type alone"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn awkward_values_come_back_as_they_were() {
    let (_world, mut ada) = loaded(200).await;
    let items = lines(&file(&mut ada, "ndjson", "").await);
    let table = file(&mut ada, "csv", "").await;
    let rows = rows(&table);
    let mut marked = BTreeSet::new();
    for (item, row) in items.iter().zip(&rows) {
        let texts = item.properties.iter().map(|(name, value)| {
            (
                format!("properties.{name}"),
                value.as_str().unwrap_or_default(),
            )
        });
        for (column, loaded) in texts.chain([("name".to_owned(), &item.name[..])]) {
            let cell = &row[&column];
            if cell != loaded {
                assert_eq!(cell.strip_prefix('\''), Some(loaded), "{column}");
                marked.insert(loaded.chars().next());
            }
            assert!(!cell.starts_with(['=', '@', '+', '\t']), "{cell}");
        }
    }
    assert!(
        marked.contains(&Some('=')) && marked.contains(&Some('@')),
        "{marked:?}"
    );
    let names: String = column(&rows, "name").concat();
    for text in ["\n", "\"O'Sample\"", "太郎", "דוגמה", "🎉", "<script>"] {
        assert!(names.contains(text), "{text}");
    }
    assert!(table.text.starts_with("\u{feff}id,") && table.text.ends_with("\r\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_links_lead_to_what_is_shown() {
    let (_world, mut ada) = loaded(150).await;
    let query = "type=Contact&q=example&sort=created&dir=desc&page=2&per_page=25";
    let page = ada.get(&format!("{ITEMS}?{query}")).await;
    assert_eq!(page.texts(".exports a"), ["CSV", "JSON", "NDJSON"]);
    let total = page.text_of(".pager .range").replace(',', "");
    let total = total
        .rsplit(' ')
        .next()
        .map(str::to_owned)
        .expect("a number");
    for link in page.attributes(".exports a", "href") {
        assert!(!link.contains("page"), "{link}");
        let all = ada
            .all_ids("type=Contact&q=example&sort=created&dir=desc")
            .await;
        assert_eq!(all.len().to_string(), total);
        let file = ada.get(&link).await;
        assert!(all.iter().all(|id| file.text.contains(id)), "{link}");
    }
    let none = ada.get(&format!("{ITEMS}?q=no-such-text")).await;
    assert_eq!(none.count(".exports"), 0, "nothing to export");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_exports_what_is_not_theirs() {
    let (world, mut ada) = loaded(9).await;
    let place = format!("{ITEMS}.csv");
    let signed_out = world.browser().get_once(&place).await;
    assert_eq!(signed_out.status, 303);
    let next = signed_out.location().expect("the sign-in");
    assert_eq!(next.path(), "/sign-in");
    for (org, user) in [("acme", "bob"), ("other", "ada")] {
        let page = world.person(org, user).await.get(&place).await;
        assert_eq!(page.status, 404);
        assert!(
            page.text_of(".failure")
                .contains("Nothing has been loaded yet")
        );
    }
    assert!(!rows(&file(&mut ada, "csv", "").await).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_holds_nothing_is_an_empty_file() {
    let (_world, mut ada) = loaded(0).await;
    assert_eq!(file(&mut ada, "ndjson", "").await.text, "");
    assert_eq!(file(&mut ada, "json", "").await.text, "[\n]\n");
    let table = file(&mut ada, "csv", "").await;
    assert_eq!(table.text.lines().count(), 1, "its headings");
}
