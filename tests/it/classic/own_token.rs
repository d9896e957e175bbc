//! `load` with an access token of the caller's own: its items come, and nothing of it stays.

use std::time::Duration;

use serde_json::json;

use super::{ADA, CREDENTIALS, Caller, LOAD, SMALL};
use crate::support::World;

fn credentials(token: &str) -> [(&'static str, String); 1] {
    [("credentials", json!({ "access_token": token }).to_string())]
}

/// What is left of loads in Redis; what keeps the providers' limits belongs to nobody.
fn left(world: &World) -> Vec<String> {
    let keys = world.redis.cli(&["KEYS", "*"]);
    let ours = [
        "pb:schema",
        "pb:migrate",
        "pb:limit:",
        "pb:session:",
        "pb:lock:",
        "pb:bucket:",
    ];
    let left = keys
        .lines()
        .filter(|key| !ours.iter().any(|known| key.starts_with(known)));
    left.filter(|key| !key.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Waits until nothing is left, which is soon.
async fn assert_nothing_stays(world: &World) {
    for _ in 0..100 {
        if left(world).is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("this stays: {:?}", left(world));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_token_shows_comes_and_nothing_of_it_stays() {
    let world = World::start().await;
    world.control(&SMALL).await;
    let program = world.hubspot_as_a_program().await;
    let caller = Caller(&world);
    let request = caller.post(LOAD).form(&credentials(program.token()));
    let (items, incomplete) = caller.items(request).await;
    assert_eq!(items.len(), 120, "what may be read");
    assert!(items.iter().all(|item| item["type"] == "Contact"));
    assert!(
        items.iter().all(|item| item["url"].is_string()),
        "links into the account"
    );
    for title in ["Companies: left out", "Deals: left out"] {
        assert!(incomplete.contains(title), "{incomplete}");
    }
    assert_nothing_stays(&world).await;
    assert!(!world.redis.dump().contains(program.token()));
    let mut ada = world.person("acme", "ada").await;
    let page = ada.get("/connections/hubspot").await;
    assert_eq!(page.state(), "not_connected", "no connection comes of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_each_provider_will_do() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    let caller = Caller(&world);
    let easy = [("small", "on"), ("quick", "on"), ("rate_limit", "off")];
    for provider in ["hubspot", "notion", "airtable"] {
        world.control_of(provider, &easy).await;
        ada.connect(provider, &[]).await;
        let place = |what: &str| format!("/integrations/{provider}/{what}");
        let (_, answer) = caller
            .send(caller.post(&place("credentials")).form(&ADA))
            .await;
        let token = answer["access_token"].as_str().expect("a token");
        let request = caller.post(&place("load")).form(&credentials(token));
        let (lent, incomplete) = caller.items(request).await;
        assert_eq!(incomplete, "", "{provider}");
        let (own, _) = caller.items(caller.post(&place("load")).form(&ADA)).await;
        let ids = |items: &[serde_json::Value]| {
            let ids = items.iter().map(|item| item["id"].to_string());
            std::collections::BTreeSet::from_iter(ids)
        };
        assert!(!lent.is_empty(), "{provider}");
        assert_eq!(ids(&lent), ids(&own), "{provider}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_the_provider_does_not_know_is_refused() {
    let world = World::start().await;
    let caller = Caller(&world);
    for (provider, name) in [
        ("hubspot", "HubSpot"),
        ("notion", "Notion"),
        ("airtable", "Airtable"),
    ] {
        let place = format!("/integrations/{provider}/load");
        let request = caller.post(&place).form(&credentials("nobody-knows-it"));
        let detail = caller.refused(request, 401).await;
        let known = format!("{name} does not accept this access token");
        assert!(detail.starts_with(&known), "{detail}");
        assert!(!detail.contains("nobody-knows-it"), "{detail}");
    }
    assert_nothing_stays(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_that_takes_too_long_ends_and_leaves_nothing() {
    let world = World::with(&[("PATCHBAY_CLASSIC_TIMEOUT", "2s")]).await;
    let program = world.hubspot_as_a_program().await;
    world
        .control(&[("contacts", "5000"), ("latency_ms", "500")])
        .await;
    let caller = Caller(&world);
    let request = caller.post(LOAD).form(&credentials(program.token()));
    let detail = caller.refused(request, 504).await;
    assert!(detail.contains("ends with its request"), "{detail}");
    assert_nothing_stays(&world).await;
    let calls = world.calls("list_contacts").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(
        world.calls("list_contacts").await,
        calls,
        "nobody goes on with it"
    );
}

/// Waits until some blocks of the load are there; answers all that is left of it by then.
async fn until_blocks_come(world: &World) -> Vec<String> {
    for _ in 0..300 {
        let keys = left(world);
        if keys.iter().any(|key| key.starts_with("pb:{s-")) {
            return keys;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("nothing comes");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_away_leaves_nothing_either() {
    let world = World::start().await;
    let program = world.hubspot_as_a_program().await;
    world
        .control(&[("contacts", "5000"), ("latency_ms", "300")])
        .await;
    let caller = Caller(&world);
    let request = caller.post(LOAD).form(&credentials(program.token()));
    let asked = tokio::spawn(request.send());
    until_blocks_come(&world).await;
    assert!(!asked.is_finished(), "it was there already");
    asked.abort();
    assert_nothing_stays(&world).await;
}

/// Waits until so many loads have begun.
async fn until_loads_run(world: &World, many: usize) {
    for _ in 0..300 {
        let keys = left(world);
        let loads = keys.iter().filter(|key| key.ends_with("}:load:hubspot"));
        if loads.count() == many {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("they do not begin");
}

#[tokio::test(flavor = "multi_thread")]
async fn four_are_carried_out_at_once_and_who_comes_then_hears_so() {
    let world = World::start().await;
    let program = world.hubspot_as_a_program().await;
    world
        .control(&[("contacts", "5000"), ("latency_ms", "300")])
        .await;
    let caller = Caller(&world);
    let fields = credentials(program.token());
    let begin = || tokio::spawn(caller.post(LOAD).form(&fields).send());
    let asked: Vec<_> = (0..4).map(|_| begin()).collect();
    until_loads_run(&world, 4).await;

    // Had the provider been asked, it would have refused the token.
    let place = "/integrations/notion/load";
    let one_more = || caller.post(place).form(&credentials("nobody-knows-it"));
    let answer = world.browser().send(one_more()).await;
    assert_eq!(answer.status, 429, "{}", answer.text);
    assert_eq!(answer.header("retry-after"), "30");
    assert!(answer.text.contains("Too many loads"), "{}", answer.text);
    assert!(asked.iter().all(|one| !one.is_finished()));

    asked.into_iter().for_each(|one| one.abort());
    for _ in 0..100 {
        let answer = world.browser().send(one_more()).await;
        if answer.status == 401 {
            return assert_nothing_stays(&world).await;
        }
        assert_eq!(answer.status, 429, "{}", answer.text);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no place is given back");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stop_interrupts_is_erased_and_not_taken_up() {
    let mut world = World::start().await;
    let program = world.hubspot_as_a_program().await;
    world
        .control(&[("contacts", "5000"), ("latency_ms", "300")])
        .await;
    let request = Caller(&world)
        .post(LOAD)
        .form(&credentials(program.token()));
    let asked = tokio::spawn(request.send());
    let keys = until_blocks_come(&world).await;
    // All of it would end by itself, had the process died.
    for key in &keys {
        let life: i64 = world.redis.cli(&["PTTL", key]).parse().expect("a time");
        assert!((1..=3_600_000).contains(&life), "{key}: {life}");
    }
    world.stop().await;
    assert_eq!(left(&world), Vec::<String>::new());
    // Nobody waits for it any more, however the connection ended.
    let _ = asked.await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_fails_is_named() {
    let world = World::start().await;
    world.control(&SMALL).await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    let caller = Caller(&world);
    let (_, answer) = caller.send(caller.post(CREDENTIALS).form(&ADA)).await;
    let token = answer["access_token"].as_str().expect("a token");
    let fault = [
        ("fail_kind", "500"),
        ("fail_on", "deals"),
        ("fail_next", "50"),
    ];
    world.control(&fault).await;
    let request = caller.post(LOAD).form(&credentials(token));
    let detail = caller.refused(request, 502).await;
    assert!(detail.contains("Deals: HubSpot failed"), "{detail}");
}
