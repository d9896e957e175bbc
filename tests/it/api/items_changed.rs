//! Items that are read while they are changed by the same program: none comes twice, and none is left out.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::items::all;
use super::loaded;

const CONTACTS: &str = "/api/v1/connections/hubspot/contacts";

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_changes_what_it_reads_reads_everything_once() {
    let world = loaded("24").await;
    let program = world.program().await;
    let (before, _) = all(&program, "type=Contact").await;
    let (mut seen, mut cursor) = (BTreeMap::<String, u32>::new(), String::new());
    loop {
        let place = format!("/api/v1/items?type=Contact&limit=5{cursor}");
        let page = program.get(&place).await.is(200);
        for item in page["items"].as_array().expect("items") {
            let id = item["id"].as_str().expect("an id");
            *seen.entry(id.to_owned()).or_default() += 1;
            let body = json!({ "properties": { "jobtitle": "Seen" } });
            program
                .patch(&format!("{CONTACTS}/{id}"), &body)
                .await
                .is(200);
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), before.len());
    assert!(seen.values().all(|times| *times == 1), "{seen:?}");
    let (after, _) = all(&program, "type=Contact").await;
    assert!(
        after
            .iter()
            .all(|item| item["properties"]["jobtitle"] == "Seen")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sorted_list_is_over_with_the_first_change() {
    let world = loaded("20").await;
    let program = world.program().await;
    let place = "/api/v1/items?type=Contact&sort=name&limit=5";
    let first = program.get(place).await;
    let tag = first.header("etag").to_owned();
    let page = first.is(200);
    let cursor = page["next_cursor"].as_str().expect("a cursor");
    let id = page["items"][0]["id"].as_str().expect("an id");
    let body = json!({ "properties": { "firstname": "Zoe" } });
    program
        .patch(&format!("{CONTACTS}/{id}"), &body)
        .await
        .is(200);
    let next = program.get(&format!("{place}&cursor={cursor}")).await;
    next.problem(410, "cursor-expired");
    let fresh = program.get(place).await;
    assert_ne!(fresh.header("etag"), tag);
    let names: Vec<Value> = fresh.is(200)["items"].as_array().expect("items").clone();
    assert!(
        names.iter().all(|item| item["id"] != id),
        "it stands at the end now"
    );
}
