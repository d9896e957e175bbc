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
    let fault = [
        ("fail_kind", "500"),
        ("fail_on", "deals"),
        ("fail_next", "1000"),
    ];
    world.control(&fault).await;
    let program = world.program().await;
    let answer = program
        .post(LOADS, &json!({ "streams": ["contacts", "deals"] }))
        .await;
    let place = answer.header("location").to_owned();
    answer.is(202);
    let report = followed(&program, &place).await;
    assert_eq!(report["status"], "partial");
    let streams = report["streams"].as_array().expect("streams");
    let deals = streams.iter().find(|it| it["stream"] == "deals");
    let deals = deals.expect("the stream");
    assert_eq!(deals["outcome"], "failed");
    assert_ne!(deals["reason"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_load_is_begun_where_access_has_ended() {
    let world = connected().await;
    world.control(&[("withdraw", "1")]).await;
    world.pass(jiff::SignedDuration::from_mins(31));
    let program = world.program().await;
    let answer = program.post(LOADS, &json!({})).await;
    let problem = answer.problem(409, "reconnect-needed");
    assert_eq!(problem["action"], "reconnect");
    let own = program.get("/api/v1/connections/hubspot").await.is(200);
    assert_eq!(own["running_load"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_of_one_load_are_not_those_of_the_next() {
    let world = connected().await;
    let program = world.program().await;
    let contacts = json!({ "streams": ["contacts"] });
    for (body, only) in [(contacts, true), (json!({}), false)] {
        let answer = program.post(LOADS, &body).await;
        let place = answer.header("location").to_owned();
        answer.is(202);
        let report = followed(&program, &place).await;
        let streams = report["streams"].as_array().expect("streams");
        assert_eq!(streams.len() == 1, only, "{report}");
        let page = program.get("/api/v1/items?limit=1").await.is(200);
        let left_out = &page["sources"][0]["left_out"];
        let left_out = left_out.as_array().expect("a list");
        assert_eq!(left_out.contains(&json!("deals")), only, "{page}");
    }
}
