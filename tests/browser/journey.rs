//! The newcomer's way with script: sign in, connect or not, watch the load, read.

use crate::chromium::Chromium;
use crate::support::World;

/// Counts the clocks that tick on this page from now on. A reload would wipe that away.
const COUNT_CLOCKS: &str = "const [start, stop, clocks] = [setInterval, clearInterval, new Set()]; \
    window.setInterval = (...all) => { const id = start(...all); clocks.add(id); return id; }; \
    window.clearInterval = id => { clocks.delete(id); stop(id); }; \
    window.clocks = clocks;";
const CLOCKS: &str = "return window.clocks?.size ?? null";

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_connects_and_watches_the_items_arrive() {
    let world = World::start().await;
    world
        .control(&[("contacts", "1000"), ("latency_ms", "1000")])
        .await;
    let ada = Chromium::open().await;
    ada.go(&world.url).await;
    assert!(ada.place().await.starts_with("/sign-in"));
    ada.fill("User", "ada").await;
    ada.fill("Org", "acme").await;
    ada.click("Sign in").await;
    ada.wait_for_place("/connections").await;
    assert_eq!(state(&ada).await, "not_connected");

    ada.click("Connect HubSpot").await;
    ada.wait_for_text("h1", "Connect an app").await;
    let consent = ada.url().await.origin().ascii_serialization();
    assert_eq!(consent, world.hubspot().consent_origin);
    ada.click("Allow").await;
    ada.wait_for_place("/connections/hubspot").await;
    assert_eq!(state(&ada).await, "connected");
    assert!(ada.text("main").await.contains("Connected as"));
    assert!(ada.text("#items").await.contains("Nothing has been loaded"));

    let _: Option<()> = ada.ask(COUNT_CLOCKS, &[]).await;
    ada.click("Load items").await;
    watch_it_run(&ada).await;
    assert_eq!(ada.ask(CLOCKS, &[]).await, Some(1), "clocks of a load");
    world.control(&[("latency_ms", "0")]).await;
    ada.wait_for("#items tr[data-id]").await;
    assert_eq!(ada.text(".pager .range").await, "1-50 of 1,450");
    assert!(
        ada.text("#load .headline")
            .await
            .contains("Loaded 1,450 items")
    );
    assert_eq!(ada.count("#load .arriving").await, 0);
    assert_eq!(ada.count("[hx-trigger^=every]").await, 0);
    // None would mean that the page was loaded anew.
    assert_eq!(ada.ask(CLOCKS, &[]).await, Some(0), "it goes on asking");
    assert!(ada.text("#facts").await.contains("Last used"));
    assert_eq!(ada.complaints(&world.url).await, Vec::<String>::new());
}

/// The count grows, and rows arrive, while the load runs.
async fn watch_it_run(ada: &Chromium) {
    ada.wait_for_text("#load .headline", "Loading:").await;
    ada.wait_for("#load .arriving tr[data-id]").await;
    assert_eq!(
        ada.count("#load li[data-outcome=running] progress").await,
        3
    );
    let before = ada.text("#load .streams").await;
    ada.wait_until("more than before", async || {
        let now = ada.text("#load .streams").await;
        !now.is_empty() && now != before
    })
    .await;
    assert!(ada.text("#load .headline").await.contains("Loading:"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_no_comes_back_with_nothing_connected() {
    let world = World::start().await;
    let ada = Chromium::open().await;
    ada.sign_in(&world.url).await;
    ada.click("Connect HubSpot").await;
    ada.click("Deny").await;
    ada.wait_for_place("/connections/hubspot").await;
    assert!(
        ada.text("main [role=status]")
            .await
            .contains("You said no at HubSpot")
    );
    assert_eq!(state(&ada).await, "not_connected");
    assert!(
        ada.texts("button")
            .await
            .contains(&"Connect HubSpot".to_owned())
    );

    ada.go(format!("{}/connections", world.url)).await;
    assert_eq!(state(&ada).await, "not_connected");
    assert!(
        ada.texts("button")
            .await
            .contains(&"Connect HubSpot".to_owned())
    );
    assert_eq!(ada.complaints(&world.url).await, Vec::<String>::new());

    // A person may change their mind.
    ada.connect().await;
    assert_eq!(state(&ada).await, "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_in_the_middle_and_a_second_click_join_the_running_load() {
    let world = World::start().await;
    world.control(&[("latency_ms", "700")]).await;
    let ada = Chromium::open().await;
    ada.sign_in(&world.url).await;
    ada.connect().await;
    ada.click("Load items").await;
    ada.wait_for_text("#load .headline", "Loading:").await;
    ada.driver.refresh().await.expect("a reload");
    ada.wait_for_text("#load .headline", "Loading:").await;
    // A second click joins the load; it does not begin another.
    ada.click("Load items").await;
    world.control(&[("latency_ms", "0")]).await;
    ada.wait_for_text(".pager .range", "1-50 of 2,950").await;
    assert_eq!(world.calls("list_contacts").await, 25);
}

async fn state(ada: &Chromium) -> String {
    let state = ada.attribute("[data-state]", "data-state").await;
    state.unwrap_or_default()
}
