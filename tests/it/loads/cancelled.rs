//! A load that somebody ends: what was there before stays, and another can begin at once.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use super::pages_of;
use crate::support::{Browser, World};

/// A world in which ada has loaded a little, and much more has come since.
async fn loaded(settings: &[(&str, &str)]) -> (World, Browser) {
    let world = World::with(settings).await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    world.control(&[("small", "on")]).await;
    ada.load_hubspot().await;
    world.control(&[("contacts", "1000")]).await;
    (world, ada)
}

async fn begun(world: &World, ada: &mut Browser) -> BTreeSet<String> {
    world.control(&[("latency_ms", "300")]).await;
    ada.begin_load("hubspot").await;
    let some = |report: &Value| report["items"].as_u64() > Some(500);
    ada.report_until("hubspot", some).await;
    let key = "pb:{acme.ada}:load:hubspot";
    pages_of(&world.redis.cli(&["GET", key]))
        .into_iter()
        .collect()
}

/// None of these keys lives on for longer than somebody might be reading it.
async fn assert_let_go(world: &World, pages: &BTreeSet<String>) {
    for page in pages {
        let left: i64 = world.redis.cli(&["PTTL", page]).parse().expect("a time");
        assert!(
            left <= 60_000 && left != -1,
            "{page} lives on for {left} ms"
        );
    }
}

/// The pages of a load of which only its begin of a name is known.
fn pages_of_load(world: &World, id: &str) -> BTreeSet<String> {
    let all = world.redis.cli(&["KEYS", &format!("pb:{{s-{id}*")]);
    all.lines()
        .filter(|key| !key.is_empty())
        .map(str::to_owned)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_items_of_before_stay_and_the_pages_of_the_cancelled_load_go() {
    let (world, mut ada) = loaded(&[]).await;
    let before = ada.items("hubspot").await;
    let pages = begun(&world, &mut ada).await;
    assert!(!pages.is_empty());
    let page = ada.get("/connections/hubspot").await;
    let (action, fields) = page.form_with_button("Cancel load");
    assert!(action.path().ends_with("/load/cancel"));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (&n[..], &v[..])).collect();
    let page = ada.post(action.path(), &fields[1..]).await;
    assert!(!page.is_loading());
    let said = page.text_of("#load .headline");
    assert!(said.starts_with("The last load was cancelled."), "{said}");
    let report = ada.report("hubspot").await;
    assert_eq!(report["status"], "cancelled");
    assert_eq!(ada.items("hubspot").await, before);

    // Another one at once, though whoever carried the first one out may not know yet.
    world.control(&[("latency_ms", "0")]).await;
    let page = ada.load_hubspot().await;
    assert_eq!(page.chip("Contacts"), "1,000");
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_let_go(&world, &pages).await;
    let id = report["id"].as_str().expect("an id");
    assert_let_go(&world, &pages_of_load(&world, id)).await;
    assert_eq!(ada.items("hubspot").await.len(), 1_230);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_ended_from_anywhere_and_twice() {
    let (world, mut ada) = loaded(&[]).await;
    begun(&world, &mut ada).await;
    // Another browser of the same person; somebody else has no load that could be ended.
    let mut bob = world.person("acme", "bob").await;
    bob.get("/connections/hubspot").await;
    let page = bob.post("/connections/hubspot/load/cancel", &[]).await;
    assert!(page.text.contains("No load is running"), "{}", page.text);
    let mut laptop = world.person("acme", "ada").await;
    laptop.get("/connections/hubspot").await;
    let part = laptop.post_part("/connections/hubspot/load/cancel", &[]);
    let part = part.await;
    assert!(part.status == 200 && !part.is_loading(), "{}", part.text);
    let page = ada.post("/connections/hubspot/load/cancel", &[]).await;
    assert!(page.text.contains("No load is running"), "{}", page.text);
    let report = ada.report("hubspot").await;
    assert_eq!(report["status"], "cancelled");
    assert_eq!(ada.items("hubspot").await.len(), 480);
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_a_limit_or_for_the_provider_does_not_hold_it_up() {
    let (world, mut ada) = loaded(&[("HUBSPOT_RATE_LIMIT", "12/10s")]).await;
    ada.begin_load("hubspot").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let page = ada.post("/connections/hubspot/load/cancel", &[]).await;
    assert!(!page.is_loading());
    let asked = world.calls("list_contacts").await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    let more = world.calls("list_contacts").await - asked;
    assert!(more <= 2, "it went on asking: {more}");
    assert_eq!(ada.items("hubspot").await.len(), 480);

    world.control(&[("latency_ms", "30000")]).await;
    ada.begin_load("hubspot").await;
    let page = ada.post("/connections/hubspot/load/cancel", &[]).await;
    assert!(!page.is_loading());
    assert_eq!(ada.report("hubspot").await["status"], "cancelled");
    assert_eq!(ada.items("hubspot").await.len(), 480);
}
