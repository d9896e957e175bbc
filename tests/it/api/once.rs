//! `Idempotency-Key`: what is sent twice is done once.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::connected;
use crate::support::World;
use crate::support::api::{Answer, Program};

const CONTACTS: &str = "/api/v1/connections/hubspot/contacts";
/// Another account that ada may choose.
const OTHER: &str = "147000999";
const LOADS: &str = "/api/v1/connections/hubspot/loads";

async fn send(program: &Program<'_>, place: &str, key: &str, body: &Value) -> Answer {
    let request = program
        .request(Method::POST, place)
        .header("idempotency-key", key);
    program.send(request.json(body)).await
}

/// Waits until some request is being done under a key.
async fn begun(world: &World) {
    while world.redis.cli(&["KEYS", "pb:*:answered:*"]).is_empty() {
        sleep(Duration::from_millis(20)).await;
    }
}

fn contact(name: &str) -> Value {
    json!({ "properties": { "firstname": name } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_that_is_sent_twice_is_made_once() {
    let world = connected().await;
    let program = world.program().await;
    let first = send(&program, CONTACTS, "k-1", &contact("Grace")).await;
    assert_eq!(first.header("idempotency-replayed"), "");
    let (place, made) = (first.header("location").to_owned(), first.is(201));
    for key in ["k-1", "\"k-1\""] {
        let again = send(&program, CONTACTS, key, &contact("Grace")).await;
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.header("location"), place);
        assert_eq!(again.is(201), made);
    }
    assert_eq!(world.calls("create_contact").await, 1);
    let other = send(&program, CONTACTS, "k-1", &contact("Alan")).await;
    other.problem(422, "idempotency-key-reused");
    send(&program, LOADS, "k-1", &json!({}))
        .await
        .problem(422, "idempotency-key-reused");
    send(&program, CONTACTS, "k-2", &contact("Grace"))
        .await
        .is(201);
    assert_eq!(world.calls("create_contact").await, 2);
    // The same key of somebody else is another one.
    let stranger = world
        .program_of("globex", "ada", &patchbay::identity::Scope::ALL)
        .await;
    send(&stranger, CONTACTS, "k-1", &contact("Grace"))
        .await
        .problem(404, "not-connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_make_one() {
    let world = connected().await;
    world.control(&[("latency_ms", "300")]).await;
    let program = world.program().await;
    let body = contact("Grace");
    let all = (0..6).map(|_| send(&program, CONTACTS, "k", &body));
    let answers = futures_util::future::join_all(all).await;
    let mut made = 0;
    for answer in answers {
        match answer.status {
            // Who comes after its end is told what came of it.
            201 => made += u32::from(answer.header("idempotency-replayed").is_empty()),
            _ => drop(answer.problem(409, "idempotency-key-in-use")),
        }
    }
    assert_eq!(made, 1);
    send(&program, CONTACTS, "k", &body).await.is(201);
    assert_eq!(world.calls("create_contact").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_can_be_sent_again_mended() {
    let world = connected().await;
    let program = world.program().await;
    let wrong = json!({ "properties": { "phone": "1" } });
    send(&program, CONTACTS, "k", &wrong)
        .await
        .problem(422, "contact-refused");
    send(&program, CONTACTS, "k", &contact("Grace"))
        .await
        .is(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_up_has_it_done_once_all_the_same() {
    let world = connected().await;
    world.control(&[("latency_ms", "2000")]).await;
    let program = world.program().await;
    let grace = contact("Grace");
    tokio::select! {
        answer = send(&program, CONTACTS, "k", &grace) => panic!("too soon: {answer:?}"),
        () = begun(&world) => {}
    }
    let answer = loop {
        let answer = send(&program, CONTACTS, "k", &grace).await;
        if answer.status != 409 {
            break answer;
        }
        answer.problem(409, "idempotency-key-in-use");
        sleep(Duration::from_millis(50)).await;
    };
    assert_eq!(answer.header("idempotency-replayed"), "true");
    answer.is(201);
    assert_eq!(world.calls("create_contact").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_to_an_account_is_not_told_of_another_or_of_none() {
    let world = connected().await;
    let program = world.program().await;
    let grace = contact("Grace");
    send(&program, CONTACTS, "k", &grace).await.is(201);
    let mut ada = world.person("acme", "ada").await;
    let question = ada.come_back_as("hubspot", OTHER).await;
    ada.choose(&question, "replace").await;
    let answer = send(&program, CONTACTS, "k", &grace).await;
    answer.problem(422, "idempotency-key-reused");
    send(&program, CONTACTS, "k-2", &grace).await.is(201);
    program.delete("/api/v1/connections/hubspot").await.is(200);
    for key in ["k", "k-2"] {
        let answer = send(&program, CONTACTS, key, &grace).await;
        answer.problem(404, "not-connected");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_that_is_asked_for_twice_is_one_also_after_its_end() {
    let world = connected().await;
    let program = world.program().await;
    let first = send(&program, LOADS, "k", &json!({})).await.is(202);
    world.person("acme", "ada").await.wait_for_load().await;
    let again = send(&program, LOADS, "k", &json!({})).await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.is(202)["id"], first["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_a_key_is_refused() {
    let world = connected().await;
    let program = world.program().await;
    for key in ["", "a b", "\"\"", &"x".repeat(256), "é"] {
        let answer = send(&program, CONTACTS, key, &contact("Grace")).await;
        answer.problem(400, "idempotency-key-invalid");
    }
    assert_eq!(world.calls("create_contact").await, 0);
}
