//! `/api/v1/items`: pages, filters, orders, and what is told of what is missing.

use std::collections::BTreeSet;

use patchbay::identity::Scope;
use reqwest::Method;
use serde_json::{Value, json};

use super::{connected, loaded};
use crate::support::api::Program;

/// All items of a list, page by page, and how many pages there were.
pub async fn all(program: &Program<'_>, query: &str) -> (Vec<Value>, usize) {
    let (mut items, mut pages, mut cursor) = (Vec::new(), 0, String::new());
    loop {
        let page = program
            .get(&format!("/api/v1/items?{query}{cursor}"))
            .await
            .is(200);
        items.extend(page["items"].as_array().expect("items").clone());
        pages += 1;
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (items, pages),
        }
        assert!(pages < 200, "the list has no end");
    }
}

fn ids(items: &[Value]) -> Vec<&str> {
    items
        .iter()
        .map(|item| item["id"].as_str().expect("an id"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_read_to_its_end_page_by_page() {
    let world = loaded("230").await;
    let program = world.program().await;
    let whole = program
        .get("/api/v1/items?type=Contact&limit=500")
        .await
        .is(200);
    assert_eq!(
        (&whole["total"], &whole["next_cursor"]),
        (&json!(230), &Value::Null)
    );
    for (limit, expected) in [(100, 3), (115, 2), (7, 33)] {
        let (items, pages) = all(&program, &format!("type=Contact&limit={limit}")).await;
        assert_eq!(pages, expected, "{limit}");
        assert_eq!(json!(items), whole["items"], "{limit}");
    }
    let distinct: BTreeSet<&str> = ids(whole["items"].as_array().expect("items"))
        .into_iter()
        .collect();
    assert_eq!(distinct.len(), 230);
    for item in whole["items"].as_array().expect("items") {
        assert_eq!(
            item.as_object().expect("an object").len(),
            16,
            "every field is there: {item}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_and_orders_are_those_of_the_pages() {
    let world = loaded("60").await;
    let program = world.program().await;
    let mut ada = world.person("acme", "ada").await;
    for query in [
        "type=Contact&sort=name&dir=desc",
        "type=Company&sort=modified",
        "q=an&sort=created&dir=asc",
    ] {
        let (items, _) = all(&program, &format!("{query}&limit=9")).await;
        let page = ada.get(&format!("/items?{query}&per_page=500")).await;
        assert_eq!(page.ids(), ids(&items), "{query}");
        assert!(!items.is_empty(), "{query}");
    }
    let nothing = program
        .get("/api/v1/items?q=nothing-holds-this")
        .await
        .is(200);
    assert_eq!(
        (&nothing["total"], &nothing["items"]),
        (&json!(0), &json!([]))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_belongs_to_its_own_list() {
    let world = loaded("30").await;
    let program = world.program().await;
    let page = program
        .get("/api/v1/items?type=Contact&limit=10")
        .await
        .is(200);
    let cursor = page["next_cursor"].as_str().expect("a cursor");
    for query in ["type=Company", "type=Contact&sort=name", "q=a&type=Contact"] {
        let place = format!("/api/v1/items?{query}&limit=10&cursor={cursor}");
        program.get(&place).await.problem(400, "bad-cursor");
    }
    let place = format!("/api/v1/items?type=Contact&limit=3&cursor={cursor}");
    let next = program.get(&place).await.is(200);
    assert_eq!(
        next["items"].as_array().expect("items").len(),
        3,
        "the page size may change"
    );
    // Another owner's items are not reached by it.
    let stranger = world.program_of("acme", "bob", &Scope::ALL).await;
    let place = format!("/api/v1/items?type=Contact&cursor={cursor}");
    let answer = stranger.get(&place).await;
    assert_eq!(answer.status, 410, "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_load_ends_the_list_and_says_so() {
    let world = loaded("30").await;
    let program = world.program().await;
    let page = program.get("/api/v1/items?limit=10").await.is(200);
    let cursor = page["next_cursor"].as_str().expect("a cursor");
    world.person("acme", "ada").await.load_hubspot().await;
    let body = program
        .get(&format!("/api/v1/items?limit=10&cursor={cursor}"))
        .await;
    let body = body.problem(410, "cursor-expired");
    assert!(
        body["detail"]
            .as_str()
            .expect("words")
            .contains("without a cursor")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_not_changed_is_not_sent_again() {
    let world = loaded("30").await;
    let program = world.program().await;
    let place = "/api/v1/items?limit=10";
    let first = program.get(place).await;
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    assert_eq!(first.header("cache-control"), "private, no-cache");
    let known = async |place: &str, tags: &str| {
        let request = program
            .request(Method::GET, place)
            .header("if-none-match", tags);
        program.send(request).await
    };
    let same = known(place, &tag).await;
    assert_eq!(same.header("etag"), tag);
    same.is(304);
    known(place, &format!("\"other\", {tag}")).await.is(304);
    known(place, "*").await.is(304);
    known(place, "\"other\"").await.is(200);
    known("/api/v1/items?limit=11", &tag).await.is(200);
    world.person("acme", "ada").await.load_hubspot().await;
    let fresh = known(place, &tag).await;
    assert_ne!(fresh.header("etag"), tag);
    fresh.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_told() {
    let mut world = connected().await;
    world.set("PATCHBAY_LOAD_MAX_PAGES", "1");
    world.restart().await;
    world.control(&[("contacts", "300")]).await;
    world.person("acme", "ada").await.load_hubspot().await;
    let program = world.program().await;
    let page = program.get("/api/v1/items?type=Contact").await.is(200);
    let source = &page["sources"][0];
    assert_eq!(
        (&source["provider"], &source["complete"]),
        (&json!("hubspot"), &json!(false))
    );
    let incomplete = source["incomplete"].as_array().expect("a list");
    let contacts = incomplete.iter().find(|it| it["stream"] == "contacts");
    assert_eq!(
        contacts.expect("the stream")["cut"],
        json!({ "by": "pages", "limit": 1 })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_was_loaded_there_are_no_items() {
    let world = connected().await;
    let program = world.program().await;
    let page = program.get("/api/v1/items").await.is(200);
    assert_eq!(
        page,
        json!({ "items": [], "next_cursor": null, "total": 0, "more_changed": false, "sources": [] })
    );
}
