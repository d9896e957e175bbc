//! What is done for connections without anybody asking.

use std::time::{Duration, Instant};

use jiff::SignedDuration;

use rustix::process::Signal;

use crate::support::{Browser, Home, Redis, World};

/// A token of HubSpot is renewed by itself within 24 to 27 minutes.
const ABOUT_TO_EXPIRE: SignedDuration = SignedDuration::from_mins(27);
const DAY: SignedDuration = SignedDuration::from_hours(24);

const SMALL: [(&str, &str); 3] = [("contacts", "5"), ("companies", "3"), ("deals", "2")];

/// Ada, connected to a small account of HubSpot, with its items loaded.
async fn loaded(world: &World) -> Browser {
    world.control(&SMALL).await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    assert_eq!(ada.load_hubspot().await.ids().len(), 10);
    // Beside the request: what is noted of the look must not be noted after time has passed.
    let key = "pb:{acme.ada}:connection:hubspot";
    until("the look is not noted", async || {
        world.redis.cli(&["HEXISTS", key, "s"]) == "1"
    })
    .await;
    ada
}

async fn until(what: &str, done: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !done().await {
        assert!(Instant::now() < deadline, "{what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// When ada's connection is due, in milliseconds since 1970.
fn due(world: &World, provider: &str) -> Option<i64> {
    let name = format!("pb:{{acme.ada}}:connection:{provider}");
    let at: f64 = world.redis.cli(&["ZSCORE", "pb:due", &name]).parse().ok()?;
    Some(at as i64)
}

fn is_due(world: &World, provider: &str) -> bool {
    due(world, provider).is_some_and(|at| at <= world.clock.now().as_millisecond())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_in_use_is_renewed_before_anybody_would_wait_for_it() {
    let world = World::with_upkeep(&[]).await;
    let mut ada = loaded(&world).await;
    for round in 1..=2 {
        world.pass(ABOUT_TO_EXPIRE);
        until("it is not renewed", async || {
            world.calls("token_refresh").await == round
        })
        .await;
        until("it is not scheduled anew", async || {
            !is_due(&world, "hubspot")
        })
        .await;
    }
    ada.load_hubspot().await;
    assert_eq!(world.calls("token_refresh").await, 2, "nobody had to wait");
    assert_eq!(world.calls("unauthorized").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_nobody_uses_is_left_until_it_is_used_again() {
    let world = World::with_upkeep(&[]).await;
    let mut ada = loaded(&world).await;
    world.pass(DAY + ABOUT_TO_EXPIRE);
    until("it is not looked at", async || !is_due(&world, "hubspot")).await;
    assert_eq!(world.calls("token_refresh").await, 0);
    let a_month_off = due(&world, "hubspot").expect("a time") - world.clock.now().as_millisecond();
    assert!(a_month_off > 25 * 24 * 3_600_000, "{a_month_off} ms");

    ada.load_hubspot().await;
    assert_eq!(world.calls("token_refresh").await, 1);
    world.pass(ABOUT_TO_EXPIRE);
    until("it is not renewed again", async || {
        world.calls("token_refresh").await == 2
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_would_die_of_idleness_is_kept_alive() {
    let world = World::with_upkeep(&[("PATCHBAY_CREDENTIAL_TTL", "300d")]).await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect("airtable", &[]).await;
    world.pass(DAY * 40);
    until("it is not looked at", async || !is_due(&world, "airtable")).await;
    assert_eq!(world.calls_of("airtable", "token_refresh").await, 0);
    world.pass(DAY * 12);
    until("it is not renewed", async || {
        world.calls_of("airtable", "token_refresh").await == 1
    })
    .await;
    // The sign-in of before is long over.
    let mut ada = world.person("acme", "ada").await;
    assert_eq!(ada.get("/connections/airtable").await.state(), "connected");
    // Its own work is no use.
    let page = ada.get("/connections/airtable").await;
    assert!(
        page.text_of("#facts").contains("Last usednot yet"),
        "{}",
        page.text_of("#facts")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_nobody_used_is_forgotten_and_the_trail_says_so() {
    let world = World::with_upkeep(&[]).await;
    let mut ada = loaded(&world).await;
    world.pass(DAY * 31);
    // The sign-in of before is long over.
    let mut ada_later = world.person("acme", "ada").await;
    let key = "pb:{acme.ada}:connection:hubspot";
    until("it is not forgotten", async || {
        world.redis.cli(&["EXISTS", key]) == "0"
    })
    .await;
    until("HubSpot is not told", async || {
        world.calls("revoke").await == 1
    })
    .await;
    assert_eq!(ada_later.get("/connections").await.state(), "not_connected");
    until("the trail does not tell", async || {
        let trail = world.redis.cli(&["XRANGE", "pb:activity:{acme}", "-", "+"]);
        trail.contains("forgotten")
    })
    .await;
    let trail = ada_later.get("/activity").await;
    let rows = trail.texts("table.activity tbody tr");
    let text = rows.into_iter().find(|row| !row.contains("Signed in"));
    let text = text.unwrap_or_default();
    assert!(
        text.contains("Forgotten") && text.contains("Patchbay"),
        "{text}"
    );
    assert_eq!(due(&world, "hubspot"), None);
    assert_eq!(ada.get("/connections").await.url.path(), "/sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_at_the_items_keeps_a_connection() {
    let world = World::with_upkeep(&[]).await;
    loaded(&world).await;
    for _ in 0..3 {
        world.pass(DAY * 20);
        // Redis's own time does not pass.
        world.redis.cli(&["DEL", "pb:{acme.ada}:looked:hubspot"]);
        let mut ada = world.person("acme", "ada").await;
        let key = "pb:{acme.ada}:connection:hubspot";
        let before = world.redis.cli(&["HGET", key, "s"]);
        ada.get("/connections/hubspot").await;
        until("the look is not noted", async || {
            world.redis.cli(&["HGET", key, "s"]) != before
        })
        .await;
        until("it is not looked after", async || {
            !is_due(&world, "hubspot")
        })
        .await;
        assert_eq!(ada.get("/connections").await.state(), "connected");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawn_access_is_seen_without_anybody_asking() {
    let world = World::with_upkeep(&[]).await;
    let mut ada = loaded(&world).await;
    world.control(&[("withdraw", "1")]).await;
    world.pass(ABOUT_TO_EXPIRE);
    until("nobody notices", async || {
        ada.clone().get("/connections").await.state() == "action_needed"
    })
    .await;
    assert_eq!(world.calls("token_refresh").await, 1);
    assert_eq!(ada.get("/connections/hubspot").await.ids().len(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_index_is_built_anew() {
    let world = World::with_upkeep(&[]).await;
    loaded(&world).await;
    until("no index", async || {
        !world
            .redis
            .cli(&["ZSCORE", "pb:due", "whole-with-holders"])
            .is_empty()
    })
    .await;
    world.redis.cli(&["DEL", "pb:due"]);
    for key in world.redis.cli(&["KEYS", "pb:account:*"]).lines() {
        world.redis.cli(&["DEL", key]);
    }
    world.pass(ABOUT_TO_EXPIRE);
    until("it is not renewed", async || {
        world.calls("token_refresh").await == 1
    })
    .await;
    until("no index of accounts", async || {
        world.redis.cli(&["KEYS", "pb:account:*"]).lines().count() == 1
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_replica_does_the_upkeep_and_hands_it_on_when_it_ends() {
    let redis = Redis::start();
    let leader = || redis.cli(&["GET", "pb:lock:upkeep"]);
    let homes = [Home::new(), Home::new()].map(|mut home| {
        home.use_redis(&redis.url());
        home
    });
    let mut first = homes[0].serve().await;
    until("nobody leads", async || !leader().is_empty()).await;
    let its = leader();
    let second = homes[1].serve().await;
    tokio::time::sleep(Duration::from_secs(8)).await;
    assert_eq!(leader(), its, "there are two");
    assert!(first.end(Signal::TERM).await.success());
    until("nobody takes over", async || !leader().is_empty()).await;
    assert_ne!(leader(), its);
    second.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_that_failed_is_tried_again_before_anybody_asks() {
    let world = World::with_upkeep(&[]).await;
    let mut ada = loaded(&world).await;
    world.control(&[("expire_tokens", "1")]).await;
    let trouble = [
        ("fail_on", "token"),
        ("fail_kind", "500"),
        ("fail_next", "1"),
    ];
    world.control(&trouble).await;
    let page = ada.post("/connections/hubspot/check", &[]).await;
    assert_eq!(page.state(), "retrying");
    world.pass(SignedDuration::from_secs(10));
    until("it is not tried again", async || {
        ada.clone().get("/connections").await.state() == "connected"
    })
    .await;
}
