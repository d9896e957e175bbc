//! `POST /integrations/{provider}/credentials`.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{ADA, CREDENTIALS, Caller, connected};
use crate::support::{World, plain_client};

/// Two seconds are promised; a busy machine gets some more.
const SOON: Duration = Duration::from_millis(4_500);

/// Ada's credentials, which must be had.
async fn credentials(world: &World) -> Value {
    let caller = Caller(world);
    let (status, body) = caller.send(caller.post(CREDENTIALS).form(&ADA)).await;
    assert_eq!(status, 200, "{body}");
    body
}

/// The `detail` that ada is refused with.
async fn refused(world: &World, status: u16) -> String {
    let caller = Caller(world);
    caller
        .refused(caller.post(CREDENTIALS).form(&ADA), status)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_gets_a_token_that_works_and_when_to_ask_again() {
    let world = connected().await;
    let body = credentials(&world).await;
    let token = body["access_token"].as_str().expect("a token");
    let me = format!("{}/account-info/v3/details", world.hubspot().api_url);
    let answer = plain_client().get(me).bearer_auth(token).send().await;
    assert_eq!(answer.expect("an answer").status(), 200);

    // Half an hour of life, less a tenth of it.
    let at: Timestamp = body["expires_at"]
        .as_str()
        .expect("a time")
        .parse()
        .expect("RFC 3339");
    let left = world.clock.now().duration_until(at).as_secs();
    let told = body["expires_in"].as_i64().expect("whole seconds");
    assert!((1_500..=1_620).contains(&left), "{at}");
    assert!((left..=left + 60).contains(&told), "{told} for {left}");

    let scope = body["scope"].as_str().expect("scopes");
    let scopes: Vec<&str> = scope.split(' ').collect();
    assert!(scopes.contains(&"crm.objects.contacts.read"), "{scope}");
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["user_id"], "ada");
    assert_eq!(body["org_id"], "acme");
    assert_eq!(body["status"], "active");
    let fields = body.as_object().expect("an object");
    assert_eq!(fields.len(), 8, "{:?}", fields.keys());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_names_no_expiry_has_none_here() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect("notion", &[]).await;
    let caller = Caller(&world);
    let request = caller.post("/integrations/notion/credentials").form(&ADA);
    let (status, body) = caller.send(request).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(
        (&body["expires_in"], &body["expires_at"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(body["scope"], "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_due_is_renewed_first() {
    let world = connected().await;
    let before = credentials(&world).await;
    assert_eq!(world.calls("token_refresh").await, 0);
    world.pass(SignedDuration::from_mins(28));
    let after = credentials(&world).await;
    assert_ne!(before["access_token"], after["access_token"]);
    assert_eq!(
        credentials(&world).await["access_token"],
        after["access_token"]
    );
    assert_eq!(world.calls("token_refresh").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_connection_is_told_in_the_known_words() {
    let world = connected().await;
    let caller = Caller(&world);
    for (user, org) in [("bob", "acme"), ("ada", "globex"), ("acme", "ada")] {
        let fields = [("user_id", user), ("org_id", org)];
        let detail = caller
            .refused(caller.post(CREDENTIALS).form(&fields), 400)
            .await;
        let known = format!("No HubSpot credentials found for org={org}, user={user}");
        assert!(detail.starts_with(&known), "{detail}");
    }
    let detail = caller
        .refused(
            caller.post("/integrations/airtable/credentials").form(&ADA),
            400,
        )
        .await;
    assert!(detail.starts_with("No Airtable credentials found for org=acme, user=ada"));
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawn_access_must_be_made_anew() {
    let world = connected().await;
    world.control(&[("withdraw", "1")]).await;
    world.pass(SignedDuration::from_mins(31));
    for _ in 0..2 {
        let detail = refused(&world, 401).await;
        assert!(
            detail.contains("Access was withdrawn: reconnect"),
            "{detail}"
        );
    }
    assert_eq!(world.calls("token_refresh").await, 1);
    world.person("acme", "ada").await.connect_hubspot().await;
    credentials(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_in_trouble_is_told_and_passes() {
    let world = connected().await;
    let before = credentials(&world).await;
    let fault = [
        ("fail_next", "9"),
        ("fail_on", "token"),
        ("fail_kind", "500"),
    ];
    world.control(&fault).await;
    // While the token still works it is given out, until the next try to renew it, or its end.
    world.pass(SignedDuration::from_mins(28));
    let still = credentials(&world).await;
    assert_eq!(still["access_token"], before["access_token"]);
    let told = still["expires_in"].as_i64().expect("whole seconds");
    assert!((1..=120).contains(&told), "{told}");
    world.pass(SignedDuration::from_mins(3));
    let detail = refused(&world, 502).await;
    assert!(
        detail.starts_with("HubSpot does not answer as it should"),
        "{detail}"
    );
    world.control(&[("fail_next", "0")]).await;
    world.pass(SignedDuration::from_hours(1));
    assert_ne!(
        credentials(&world).await["access_token"],
        before["access_token"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_the_provider_does_not_know_is_our_fault() {
    let world = connected().await;
    world.control(&[("client_secret_valid", "off")]).await;
    world.pass(SignedDuration::from_mins(31));
    let detail = refused(&world, 503).await;
    assert!(detail.contains("tell the operator"), "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_store_is_told_soon_and_nothing_is_lost() {
    let world = connected().await;
    let before = credentials(&world).await;
    world.redis.freeze();
    let detail = tokio::time::timeout(SOON, refused(&world, 503)).await;
    let detail = detail.expect("an answer in time");
    assert!(
        detail.starts_with("Patchbay cannot reach its store"),
        "{detail}"
    );
    world.redis.thaw();
    assert_eq!(
        credentials(&world).await["access_token"],
        before["access_token"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_use_keeps_the_connection_from_being_forgotten() {
    let world = connected().await;
    let used = || {
        let key = world.redis.cli(&["KEYS", "pb:*:connection:hubspot"]);
        world.redis.cli(&["HGET", &key, "u"])
    };
    credentials(&world).await;
    let first: i64 = used().parse().expect("a time");
    world.pass(SignedDuration::from_hours(2));
    credentials(&world).await;
    let second: i64 = used().parse().expect("a time");
    assert!(second - first >= 7_200_000, "{first} {second}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_tells_that_a_program_reads_tokens() {
    let world = connected().await;
    for _ in 0..3 {
        credentials(&world).await;
    }
    world.pass(SignedDuration::from_mins(2));
    credentials(&world).await;
    let mut ada = world.person("acme", "ada").await;
    let page = ada.get("/connections/hubspot").await;
    let newest = page.text_of(".history li:first-child");
    assert!(newest.contains("Token read by a program"), "{newest}");
    assert!(newest.contains("4 times"), "each is counted: {newest}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_the_provider_refused_is_not_handed_out_again() {
    let world = connected().await;
    let mut ada = world.person("acme", "ada").await;
    let before = credentials(&world).await;
    world.control(&[("expire_tokens", "1")]).await;
    let trouble = [
        ("fail_on", "token"),
        ("fail_kind", "500"),
        ("fail_next", "1"),
    ];
    world.control(&trouble).await;
    ada.post("/connections/hubspot/check", &[]).await;
    refused(&world, 502).await;
    world.pass(SignedDuration::from_secs(10));
    let after = credentials(&world).await;
    assert_ne!(after["access_token"], before["access_token"]);
    assert_eq!(ada.get("/connections/hubspot").await.state(), "connected");
}
