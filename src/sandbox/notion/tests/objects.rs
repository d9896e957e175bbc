//! The awkward objects are all there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::support::{Bench, NEWEST, filter, id};

async fn walked() -> (Vec<Value>, Vec<Value>) {
    let bench = Bench::new();
    let token = bench.token().await;
    (
        bench
            .walk(&token, NEWEST, "/v1/search", filter("page"))
            .await
            .concat(),
        bench
            .walk(&token, NEWEST, "/v1/search", filter("data_source"))
            .await
            .concat(),
    )
}

/// The runs of a page's title, by its id: the type may be missing.
fn title(page: &Value) -> Option<&Vec<Value>> {
    let properties = page["properties"].as_object()?;
    let value = properties.values().find(|value| value["id"] == "title")?;
    value["title"].as_array()
}

fn text(runs: &[Value]) -> String {
    runs.iter()
        .filter_map(|run| run["plain_text"].as_str())
        .collect()
}

#[actix_web::test]
async fn titles_of_every_awkward_kind() {
    let (pages, sources) = walked().await;
    let titles: Vec<_> = pages.iter().filter_map(title).collect();
    let any = |test: &dyn Fn(&[Value]) -> bool| titles.iter().any(|runs| test(runs));
    assert!(any(&|runs| runs.is_empty()));
    assert!(any(
        &|runs| runs.len() > 3 && runs.iter().any(|run| run["type"] == "equation")
    ));
    assert!(any(&|runs| runs
        .iter()
        .any(|run| run.get("plain_text").is_none())));
    assert!(any(&|runs| text(runs).chars().count() == 2_000));
    assert!(any(&|runs| !runs.is_empty()
        && text(runs).trim().is_empty()
        && !text(runs).is_empty()));
    for part in [
        "<script>",
        "{{7*7}}",
        "\n",
        "\u{a0}",
        "דוגמה",
        "\u{308}",
        "\u{200d}",
        "\u{202e}",
    ] {
        assert!(any(&|runs| text(runs).contains(part)), "{part:?}");
    }
    let keys: BTreeSet<_> = pages
        .iter()
        .filter_map(|page| page["properties"].as_object())
        .flat_map(|properties| {
            properties
                .iter()
                .filter(|(_, value)| value["id"] == "title")
        })
        .map(|(key, _)| key.as_str())
        .collect();
    assert_eq!(
        keys,
        BTreeSet::from(["", "Aufgabe", "Name", "Page", "title", "🚀 Task"])
    );
    assert!(sources.iter().any(|source| source["title"] == json!([])));
}

#[actix_web::test]
async fn pages_of_every_awkward_kind() {
    let (pages, sources) = walked().await;
    // All of them among the first hundred: a test need not load much to meet them.
    let first = &pages[..100];
    let any = |test: &dyn Fn(&Value) -> bool| first.iter().any(test);
    assert!(any(&|page| page.as_object().unwrap().len() == 2));
    assert!(any(
        &|page| page.get("url").is_some() && page.get("created_by").is_none()
    ));
    assert!(any(&|page| page["url"]
        .as_str()
        .is_some_and(|url| url.starts_with("javascript:"))));
    assert!(any(&|page| page["url"]
        .as_str()
        .is_some_and(|url| url.starts_with("http://"))));
    assert!(any(&|page| page["properties"] == json!({})));
    assert!(any(&|page| page.get("developer_survey").is_some()));
    assert!(any(&|page| page["properties"]
        .to_string()
        .contains("sparkline")));
    assert!(any(&|page| title(page).is_some()
        && page["properties"]
            .as_object()
            .unwrap()
            .values()
            .all(|value| value["type"] != "title")));
    let kinds = |objects: &[Value], member: &str| -> BTreeSet<String> {
        let kinds = objects
            .iter()
            .filter_map(|object| object[member]["type"].as_str());
        kinds.map(str::to_owned).collect()
    };
    let parents = [
        "agent_id",
        "block_id",
        "data_source_id",
        "orbit_id",
        "page_id",
        "workspace",
    ];
    assert_eq!(kinds(first, "parent"), parents.map(str::to_owned).into());
    let icons = ["custom_emoji", "emoji", "external", "file", "icon"];
    assert_eq!(kinds(first, "icon"), icons.map(str::to_owned).into());
    assert_eq!(
        kinds(&sources, "parent"),
        ["data_source_id", "database_id"].map(str::to_owned).into()
    );
    let around = ["block_id", "database_id", "page_id", "workspace"];
    assert_eq!(
        kinds(&sources, "database_parent"),
        around.map(str::to_owned).into()
    );
    assert!(
        sources
            .iter()
            .any(|source| source.as_object().unwrap().len() == 3)
    );
}

#[actix_web::test]
async fn parents_lead_ten_deep_or_nowhere() {
    let (pages, _) = walked().await;
    let parents: BTreeMap<String, Option<String>> = pages
        .iter()
        .map(|page| {
            (
                id(page),
                page["parent"]["page_id"].as_str().map(str::to_owned),
            )
        })
        .collect();
    let depth = |id: &String| {
        let (mut depth, mut here) = (1, id.clone());
        while let Some(Some(parent)) = parents.get(&here).cloned() {
            depth += 1;
            here = parent;
        }
        depth
    };
    assert!(parents.keys().map(depth).max() >= Some(10));
    let is_foreign = |parent: &String| !parents.contains_key(parent);
    assert!(parents.values().flatten().any(is_foreign));
}
