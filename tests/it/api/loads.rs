//! `/api/v1/connections/{provider}/loads`.

use std::time::Duration;

use serde_json::{Value, json};

use super::connected;
use crate::support::api::Program;

const LOADS: &str = "/api/v1/connections/hubspot/loads";

/// Follows a load to its end.
async fn followed(program: &Program<'_>, place: &str) -> Value {
    for _ in 0..300 {
        let load = program.get(place).await.is(200);
        if load["status"] != "running" {
            return load;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the load does not end");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_starts_a_load_and_follows_it() {
    let world = connected().await;
    world.control(&[("contacts", "120")]).await;
    let program = world.program().await;
    let answer = program
        .post(LOADS, &json!({ "streams": ["contacts"] }))
        .await;
    let place = answer.header("location").to_owned();
    let load = answer.is(202);
    assert_eq!(
        place,
        format!("{LOADS}/{}", load["id"].as_str().expect("an id"))
    );
    let report = followed(&program, &place).await;
    assert_eq!(
        (&report["status"], &report["items"]),
        (&json!("complete"), &json!(120))
    );
    assert_eq!(report["streams"][0]["types"], json!({ "Contact": 120 }));
    let items = program.get("/api/v1/items?limit=1").await.is(200);
    assert_eq!(items["total"], 120);
    assert_eq!(items["sources"][0]["load"], report["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_while_a_load_runs_joins_it() {
    let world = connected().await;
    world.control(&[("latency_ms", "700")]).await;
    let program = world.program().await;
    let started = program
        .send(program.request(reqwest::Method::POST, LOADS))
        .await
        .is(202);
    let joined = program.post(LOADS, &json!({})).await.is(200);
    assert_eq!(joined["id"], started["id"]);
    let own = program.get("/api/v1/connections/hubspot").await.is(200);
    assert_eq!(own["running_load"], started["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_that_are_not_there_are_refused() {
    let world = connected().await;
    let program = world.program().await;
    for streams in [
        json!([]),
        json!(["unicorns"]),
        json!(["contacts", "unicorns"]),
        json!("contacts"),
    ] {
        let answer = program.post(LOADS, &json!({ "streams": streams })).await;
        answer.problem(422, "invalid-body");
    }
    let place = format!("{LOADS}/0123456789abcdef");
    program.get(&place).await.problem(404, "load-not-found");
    assert_eq!(world.calls("list_contacts").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_that_fails_says_why() {
    let world = connected().await;
    world.control(&[("withdraw", "1")]).await;
    world.pass(jiff::SignedDuration::from_mins(31));
    let program = world.program().await;
    let answer = program.post(LOADS, &json!({})).await;
    let place = answer.header("location").to_owned();
    answer.is(202);
    let report = followed(&program, &place).await;
    assert_eq!(report["status"], "failed");
    assert_eq!(report["streams"][0]["outcome"], "denied");
    assert_ne!(report["streams"][0]["reason"], Value::Null);
}
