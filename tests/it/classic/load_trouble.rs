//! Items that are not whole: who waits hears why, and what is left out is said.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::Value;

use super::{ADA, Caller, LOAD, SMALL, connected};
use crate::support::World;

/// Two seconds are promised; a busy machine gets some more.
const SOON: Duration = Duration::from_millis(4_500);

async fn refused(world: &World, status: u16) -> String {
    let caller = Caller(world);
    caller.refused(caller.post(LOAD).form(&ADA), status).await
}

async fn items(world: &World) -> (Vec<Value>, String) {
    let caller = Caller(world);
    caller.items(caller.post(LOAD).form(&ADA)).await
}

/// A world with these settings, in which ada of acme has connected an account that is loaded at once.
async fn small_world(settings: &[(&str, &str)]) -> World {
    let world = World::with(settings).await;
    world.control(&SMALL).await;
    world.person("acme", "ada").await.connect_hubspot().await;
    world
}

async fn fail(world: &World, on: &str, times: &str) {
    let fields = [("fail_kind", "500"), ("fail_on", on), ("fail_next", times)];
    world.control(&fields).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_too_long_hears_how_far_it_is_and_can_ask_again() {
    let world = small_world(&[("PATCHBAY_CLASSIC_TIMEOUT", "1s")]).await;
    world
        .control(&[("contacts", "500"), ("latency_ms", "700")])
        .await;
    let mut waits = 0;
    let found = loop {
        let answer = world
            .browser()
            .send(Caller(&world).post(LOAD).form(&ADA))
            .await;
        if answer.status == 200 {
            break answer;
        }
        assert_eq!(answer.status, 504, "{}", answer.text);
        assert!(answer.text.contains("The load goes on"), "{}", answer.text);
        assert_eq!(answer.header("retry-after"), "1");
        waits += 1;
        assert!(waits < 30);
    };
    assert!(waits > 0, "it was not slow");
    let list: Vec<Value> = serde_json::from_str(&found.text).expect("a list");
    assert_eq!(list.len(), 570);
    assert_eq!(
        world.calls("list_contacts").await,
        5,
        "all waited for one load"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_of_items_so_far_is_told() {
    let world = small_world(&[("PATCHBAY_CLASSIC_TIMEOUT", "2s")]).await;
    world
        .control(&[("contacts", "2000"), ("latency_ms", "800")])
        .await;
    let detail = refused(&world, 504).await;
    assert!(detail.contains(" items have come so far"), "{detail}");
    assert!(!detail.contains(" 0 items"), "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_fails_is_named_and_no_list_with_a_hole_is_given() {
    let world = small_world(&[]).await;
    fail(&world, "deals", "50").await;
    let detail = refused(&world, 502).await;
    assert!(
        detail.contains("Deals: HubSpot failed (status 500)"),
        "{detail}"
    );
    assert!(!detail.contains("Contacts"), "{detail}");
    world.control(&[("fail_next", "0")]).await;
    let (items, incomplete) = items(&world).await;
    assert_eq!((items.len(), &incomplete[..]), (190, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_fails_altogether_is_told() {
    let world = small_world(&[]).await;
    fail(&world, "any", "500").await;
    let detail = refused(&world, 502).await;
    for title in ["Contacts", "Companies", "Deals"] {
        assert!(detail.contains(title), "{detail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_granted_is_left_out_and_said() {
    let world = World::start().await;
    world.control(&SMALL).await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect("hubspot", &[("withhold_deals", "1")]).await;
    let (items, incomplete) = items(&world).await;
    assert_eq!(items.len(), 160);
    assert!(incomplete.starts_with("Deals: left out, "), "{incomplete}");
    assert!(
        incomplete.contains("crm.objects.deals.read"),
        "{incomplete}"
    );
    assert!(!incomplete.contains("Contacts"), "{incomplete}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_cuts_is_said() {
    for (limit, number, words) in [
        ("PATCHBAY_LOAD_MAX_PAGES", "1", "Contacts: cut at 1 pages"),
        ("PATCHBAY_ITEMS_MAX", "50", "cut at 50 items in all"),
    ] {
        let world = small_world(&[(limit, number)]).await;
        let (items, incomplete) = items(&world).await;
        assert!(incomplete.contains(words), "{incomplete}");
        assert!(incomplete.contains(limit), "{incomplete}");
        assert!(items.len() < 190);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_that_cannot_be_read_are_named() {
    let world = World::start().await;
    let easy = [("small", "on"), ("quick", "on"), ("unreadable", "on")];
    world.control_of("airtable", &easy).await;
    world
        .person("acme", "ada")
        .await
        .connect("airtable", &[])
        .await;
    let caller = Caller(&world);
    let request = caller.post("/integrations/airtable/load").form(&ADA);
    let (items, incomplete) = caller.items(request).await;
    assert!(items.iter().any(|item| item["type"] == "Table"));
    assert!(
        incomplete.contains("Tables: not read to the end: "),
        "{incomplete}"
    );
    assert!(incomplete.contains("Shared with <me>"), "{incomplete}");
    assert!(
        incomplete.contains("does not let you read it"),
        "{incomplete}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_connection_is_told_in_the_known_words() {
    let world = connected().await;
    let caller = Caller(&world);
    for (user, org) in [("bob", "acme"), ("ada", "globex")] {
        let fields = [("user_id", user), ("org_id", org)];
        let detail = caller.refused(caller.post(LOAD).form(&fields), 400).await;
        let known = format!("No HubSpot credentials found for org={org}, user={user}");
        assert!(detail.starts_with(&known), "{detail}");
    }
    assert_eq!(world.calls("list_contacts").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawn_access_must_be_made_anew() {
    let world = small_world(&[]).await;
    world
        .control(&[("withdraw", "1"), ("expire_tokens", "1")])
        .await;
    // Found out by the load itself, and known from then on.
    for _ in 0..2 {
        let detail = refused(&world, 401).await;
        assert!(detail.contains("must be made anew"), "{detail}");
        assert!(
            detail.contains("Access was withdrawn: reconnect"),
            "{detail}"
        );
    }
    world.person("acme", "ada").await.connect_hubspot().await;
    assert_eq!(items(&world).await.0.len(), 190);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_loaded_lately_is_given_though_access_has_ended_since() {
    let world = small_world(&[]).await;
    items(&world).await;
    world.control(&[("withdraw", "1")]).await;
    assert_eq!(items(&world).await.0.len(), 190);
    world.pass(SignedDuration::from_mins(40));
    refused(&world, 401).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_the_provider_does_not_know_is_our_fault() {
    let world = small_world(&[]).await;
    world.control(&[("client_secret_valid", "off")]).await;
    world.pass(SignedDuration::from_mins(31));
    let detail = refused(&world, 503).await;
    assert!(detail.contains("tell the operator"), "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_that_somebody_cancels_is_not_begun_again_behind_their_back() {
    let world = small_world(&[]).await;
    world
        .control(&[("contacts", "2000"), ("latency_ms", "1500")])
        .await;
    let mut ada = world.person("acme", "ada").await;
    let cancel = async {
        loop {
            let page = ada.get("/connections/hubspot").await;
            if page.is_loading() {
                ada.post("/connections/hubspot/load/cancel", &[]).await;
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let (detail, ()) = tokio::join!(refused(&world, 409), cancel);
    assert!(detail.starts_with("The load was cancelled"), "{detail}");
    world.control(&[("latency_ms", "0")]).await;
    assert_eq!(items(&world).await.0.len(), 2_070);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_store_is_told_soon() {
    let world = small_world(&[]).await;
    world.redis.freeze();
    let detail = tokio::time::timeout(SOON, refused(&world, 503)).await;
    let detail = detail.expect("an answer in time");
    assert!(
        detail.starts_with("Patchbay cannot reach its store"),
        "{detail}"
    );
    world.redis.thaw();
    assert_eq!(items(&world).await.0.len(), 190);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_away_for_a_moment_ends_no_wait() {
    let world = small_world(&[]).await;
    world
        .control(&[("contacts", "1000"), ("latency_ms", "400")])
        .await;
    let trouble = async {
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        world.redis.freeze();
        tokio::time::sleep(Duration::from_secs(2)).await;
        world.redis.thaw();
    };
    let ((items, _), ()) = tokio::join!(items(&world), trouble);
    assert_eq!(items.len(), 1_070);
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_that_say_nothing_are_told_what_is_possible() {
    let world = connected().await;
    let caller = Caller(&world);
    for (text, says) in [
        ("{", "credentials is not JSON"),
        ("\"ada\"", "credentials is no JSON object"),
        (r#"{"user_id": "ada"}"#, "credentials holds neither"),
        (
            r#"{"user_id": 1, "org_id": "acme"}"#,
            "credentials holds no text as user_id",
        ),
        (
            r#"{"access_token": "se cret"}"#,
            "credentials holds an access_token that cannot",
        ),
    ] {
        let request = caller.post(LOAD).form(&[("credentials", text)]);
        let detail = caller.refused(request, 422).await;
        assert!(detail.starts_with(says), "{detail}");
        assert!(
            detail.contains("user_id and org_id, or with an access_token"),
            "{detail}"
        );
        assert!(!detail.contains("cret"), "{detail}");
    }
    let nothing: [(&str, &str); 0] = [];
    let detail = caller.refused(caller.post(LOAD).form(&nothing), 422).await;
    assert!(detail.starts_with("credentials is missing"), "{detail}");
    let huge = "x".repeat(70_000);
    let request = caller.post(LOAD).form(&[("credentials", &huge)]);
    caller.refused(request, 413).await;
    let place = "/integrations/nobody/load";
    caller.refused(caller.post(place).form(&ADA), 404).await;
}
