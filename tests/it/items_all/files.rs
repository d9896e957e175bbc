//! All items as files.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;

use super::{chip, items, loaded, world};

#[tokio::test(flavor = "multi_thread")]
async fn a_file_has_the_whole_selection_of_all_providers() {
    let world = world().await;
    let mut ada = loaded(&world, &["hubspot", "notion"]).await;
    let page = items(&mut ada, "").await;
    let all = chip(&page, "All providers");
    let links = page.attributes(".exports a", "href");
    assert_eq!(links, ["/items.csv", "/items.json", "/items.ndjson"]);

    let lines = ada.get("/items.ndjson").await;
    let lines: Vec<Value> = lines
        .text
        .lines()
        .map(|line| serde_json::from_str(line).expect("an item"))
        .collect();
    assert_eq!(lines.len() as u64, all);
    let providers: BTreeSet<&str> = lines
        .iter()
        .filter_map(|item| item["provider"].as_str())
        .collect();
    assert_eq!(providers, BTreeSet::from(["hubspot", "notion"]));

    let table = ada.get("/items.csv?sort=created&dir=desc").await;
    let mut reader = csv::Reader::from_reader(table.text.trim_start_matches('\u{feff}').as_bytes());
    let headings = reader.headers().expect("headings").clone();
    assert!(headings.iter().any(|name| name == "properties.email"));
    assert_eq!(reader.records().filter_map(Result::ok).count() as u64, all);

    let list = ada
        .get("/items.json?provider=notion&page=9&view=json")
        .await;
    let list: Vec<Value> = serde_json::from_str(&list.text).expect("a list");
    assert_eq!(list.len() as u64, chip(&page, "Notion"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_called_by_the_day() {
    let world = world().await;
    let mut ada = loaded(&world, &["hubspot"]).await;
    let head = ada.request(Method::HEAD, "/items.csv");
    let head = ada.send(head).await;
    assert_eq!(head.status, 200);
    let day = world.clock.now().strftime("%Y-%m-%d");
    let name = format!("attachment; filename=\"items-{day}.csv\"");
    assert_eq!(head.header("content-disposition"), name);
    assert_eq!(ada.get("/items.xlsx").await.status, 404);
    assert_eq!(ada.get("/items.csv?provider=nobody").await.status, 400);
    let none = world.person("acme", "bob").await.get("/items.csv").await;
    assert!(
        none.text_of(".failure")
            .contains("Nothing has been loaded yet")
    );
}
