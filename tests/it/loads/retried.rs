//! 'Retry what failed': asks for that alone, and says so where nothing failed.

use serde_json::Value;

use crate::support::{Browser, Page, World};

/// The second account of HubSpot's stand-in.
const OTHER: &str = "147000999";

async fn connected() -> (World, Browser) {
    let world = World::with(&[("HUBSPOT_RATE_LIMIT", "off")]).await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    world.control(&[("small", "on"), ("quick", "on")]).await;
    (world, ada)
}

async fn companies_fail(world: &World, calls: &str) {
    let fault = [("fail_kind", "500"), ("fail_on", "companies")];
    world.control(&fault).await;
    world.control(&[("fail_next", calls)]).await;
}

/// Clicks the button, and waits for the end.
async fn click_retry(ada: &mut Browser) -> Page {
    let page = ada.get("/connections/hubspot").await;
    let (action, _) = page.form_with_button("Retry what failed");
    ada.post(action.path(), &[]).await;
    ada.wait_for_load().await
}

fn stream<'a>(report: &'a Value, id: &str) -> &'a Value {
    let mut streams = report["streams"].as_array().expect("a list").iter();
    streams.find(|one| one["stream"] == id).expect("a stream")
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_stream_that_failed_is_asked_for_and_the_rest_keeps_its_age() {
    let (world, mut ada) = connected().await;
    ada.load_hubspot().await;
    let before = ada.items("hubspot").await;
    let good = ada.report("hubspot").await;
    companies_fail(&world, "1000000").await;
    ada.load_hubspot().await;
    let failed = ada.report("hubspot").await;
    assert_eq!(failed["status"], "partial");
    assert_eq!(stream(&failed, "companies")["items_kept"], 120);
    let age = |report: &Value, id: &str| stream(report, id)["loaded_at"].clone();
    assert_eq!(age(&failed, "companies"), age(&good, "companies"));

    // It fails again, and nothing is worse for it.
    world.control(&[("reset_counters", "1")]).await;
    click_retry(&mut ada).await;
    let again = ada.report("hubspot").await;
    assert_eq!(again["status"], "partial", "{again}");
    assert_eq!(stream(&again, "companies")["items_kept"], 120);
    assert_eq!(ada.items("hubspot").await, before);

    companies_fail(&world, "0").await;
    let page = click_retry(&mut ada).await;
    assert!(page.load_banners().is_empty(), "{:?}", page.load_banners());
    let whole = ada.report("hubspot").await;
    assert_eq!(whole["status"], "complete", "{whole}");
    assert_eq!(stream(&whole, "companies")["items_kept"], 0);
    for id in ["contacts", "deals"] {
        assert_eq!(age(&whole, id), age(&failed, id), "{id}");
        let asked = world.calls(&format!("list_{id}")).await;
        assert_eq!(asked, 0, "{id} was asked for");
    }
    assert_eq!(ada.items("hubspot").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_failed_it_says_so_and_another_account_is_loaded_anew() {
    let (world, mut ada) = connected().await;
    ada.load_hubspot().await;
    let page = ada.post("/connections/hubspot/load/retry", &[]).await;
    assert_eq!(page.status, 400);
    assert!(page.text.contains("There is nothing to try again"));

    companies_fail(&world, "1000000").await;
    let page = ada.load_hubspot().await;
    assert!(page.text.contains("Retry what failed"));
    companies_fail(&world, "0").await;
    let question = ada.come_back_as("hubspot", OTHER).await;
    ada.choose(&question, "replace").await;
    ada.get("/connections/hubspot").await;
    ada.post("/connections/hubspot/load/retry", &[]).await;
    ada.wait_for_load().await;
    let report = ada.report("hubspot").await;
    assert_eq!(report["status"], "complete", "{report}");
    let kept = |one: &Value| one["items_kept"].as_u64();
    let streams = report["streams"].as_array().expect("a list").iter();
    assert_eq!(streams.filter_map(kept).sum::<u64>(), 0);
}
