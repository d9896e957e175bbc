//! `/api/v1/connections/{provider}/token`, and reports of tokens that the provider refused.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{connect, connected};
use crate::support::api::Program;
use crate::support::{World, plain_client};

const TOKEN: &str = "/api/v1/connections/hubspot/token";
const REJECTED: &str = "/api/v1/connections/hubspot/token/rejected";

async fn token(program: &Program<'_>) -> String {
    let body = program.get(TOKEN).await.is(200);
    body["access_token"].as_str().expect("a token").to_owned()
}

fn report(token: &str) -> Value {
    let digest = Sha256::digest(token.as_bytes());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    json!({ "sha256": hex })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_works_until_the_moment_that_it_names() {
    let world = connected().await;
    let program = world.program().await;
    let answer = program.get(TOKEN).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let body = answer.is(200);
    let token = body["access_token"].as_str().expect("a token");
    let me = format!("{}/account-info/v3/details", world.hubspot().api_url);
    let answer = plain_client().get(me).bearer_auth(token).send().await;
    assert_eq!(answer.expect("an answer").status(), 200);
    let until: Timestamp = body["expires_at"]
        .as_str()
        .and_then(|it| it.parse().ok())
        .expect("a time");
    let left = world.clock.now().duration_until(until).as_secs();
    assert!(
        (1_500..=1_620).contains(&left),
        "half an hour less a tenth: {left}"
    );
    assert_eq!(
        body.as_object().expect("an object").len(),
        5,
        "never the refresh token: {body}"
    );

    world.pass(SignedDuration::from_mins(28));
    let renewed = program.get(TOKEN).await.is(200);
    assert_ne!(renewed["access_token"], body["access_token"]);
    assert_eq!(world.calls("token_refresh").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_provider_names_no_end_there_is_none() {
    let world = World::start().await;
    connect(&world, "notion").await;
    let program = world.program().await;
    let body = program
        .get("/api/v1/connections/notion/token")
        .await
        .is(200);
    assert_eq!(body["expires_at"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_says_who_can_do_something() {
    let world = connected().await;
    let program = world.program().await;
    let trouble = [
        ("fail_next", "9"),
        ("fail_on", "token"),
        ("fail_kind", "500"),
    ];
    world.control(&trouble).await;
    world.pass(SignedDuration::from_mins(31));
    let answer = program.get(TOKEN).await;
    assert_ne!(answer.header("retry-after"), "");
    let body = answer.problem(502, "provider-unavailable");
    assert_eq!(body["action"], "retry");

    world
        .control(&[("fail_next", "0"), ("client_secret_valid", "off")])
        .await;
    world.pass(SignedDuration::from_hours(1));
    let body = program.get(TOKEN).await.problem(503, "operator-needed");
    assert_eq!(body["action"], "operator");

    world
        .control(&[("client_secret_valid", "on"), ("withdraw", "1")])
        .await;
    world.pass(SignedDuration::from_hours(1));
    let body = program.get(TOKEN).await.problem(409, "reconnect-needed");
    assert_eq!(body["action"], "reconnect");
    let body = program
        .get("/api/v1/connections/notion/token")
        .await
        .problem(404, "not-connected");
    assert_eq!(body["action"], "reconnect");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reading_is_in_the_history_under_the_keys_name() {
    let world = connected().await;
    let program = world.program().await;
    for _ in 0..7 {
        token(&program).await;
    }
    let mut ada = world.person("acme", "ada").await;
    let page = ada.get("/connections/hubspot").await;
    let newest = page.text_of(".history li:first-child");
    assert!(newest.contains("Token read by the key 'sync'"), "{newest}");
    assert!(newest.contains("7 times"), "{newest}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_the_provider_refused_is_renewed_once() {
    let world = connected().await;
    let program = world.program().await;
    let old = token(&program).await;
    world.control(&[("expire_tokens", "1")]).await;
    let body = report(&old);
    let reports = (0..8).map(|_| program.post(REJECTED, &body));
    let answers = futures_util::future::join_all(reports).await;
    let outcomes: Vec<String> = answers
        .into_iter()
        .map(|answer| {
            answer.is(200)["outcome"]
                .as_str()
                .expect("an outcome")
                .to_owned()
        })
        .collect();
    assert!(outcomes.iter().any(|it| it == "renewed"), "{outcomes:?}");
    assert!(
        outcomes
            .iter()
            .all(|it| it == "renewed" || it == "not_current"),
        "{outcomes:?}"
    );
    assert_eq!(world.calls("token_refresh").await, 1);
    let new = token(&program).await;
    assert_ne!(new, old);
    let again = program.post(REJECTED, &report(&old)).await.is(200);
    assert_eq!(again["outcome"], "not_current");
    assert_eq!(token(&program).await, new);
    let page = world
        .person("acme", "ada")
        .await
        .get("/connections/hubspot")
        .await;
    assert!(page.text.contains("Token reported as refused by the key"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_alone_does_not_end_a_token_that_cannot_be_renewed() {
    let world = World::start().await;
    world
        .control_of("notion", &[("refresh_tokens", "absent")])
        .await;
    connect(&world, "notion").await;
    let program = world.program().await;
    let body = program
        .get("/api/v1/connections/notion/token")
        .await
        .is(200);
    let token = body["access_token"].as_str().expect("a token");
    let place = "/api/v1/connections/notion/token/rejected";
    let done = program.post(place, &report(token)).await.is(200);
    assert_eq!(done["outcome"], "works");
    program
        .get("/api/v1/connections/notion/token")
        .await
        .is(200);
}
