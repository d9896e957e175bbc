//! The newcomer's way without script: plain forms and links, and a progress page that reloads itself.

use crate::chromium::Chromium;
use crate::support::World;

/// Where script cannot run, what is in a `noscript` is part of the page; elsewhere it is text.
const NO_SCRIPT_HERE: &str = "noscript meta[http-equiv=refresh]";

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_without_script_gets_all_the_way() {
    let world = World::start().await;
    world
        .control(&[("contacts", "1000"), ("latency_ms", "1000")])
        .await;
    let ada = Chromium::without_script().await;
    ada.sign_in(&world.url).await;

    // Two redirects, to two origins: a policy on where forms may lead holds for all of them.
    ada.click("Connect HubSpot").await;
    ada.wait_for_text("h1", "Connect an app").await;
    let consent = ada.url().await.origin().ascii_serialization();
    assert_eq!(consent, world.hubspot().consent_origin);
    ada.click("Allow").await;
    ada.wait_for_place("/connections/hubspot").await;
    assert!(ada.text("main").await.contains("Connected as"));

    ada.click("Load items").await;
    ada.wait_for_text("#load .headline", "Loading:").await;
    assert_script_is_off(&ada).await;
    let before = ada.text("#load .streams").await;
    ada.wait_until("the page reload itself", async || {
        let now = ada.text("#load .streams").await;
        !now.is_empty() && now != before
    })
    .await;
    world.control(&[("latency_ms", "0")]).await;
    ada.wait_for_text(".pager .range", "1-50 of 1,450").await;
    assert_eq!(ada.count(NO_SCRIPT_HERE).await, 0, "it goes on reloading");

    ada.click_on("a.type[href*='type=Contact']").await;
    ada.wait_for_text(".pager .range", "1-50 of 1,000").await;
    ada.fill("Filter by text", "example.org").await;
    ada.click("Filter").await;
    ada.wait_for_place("/connections/hubspot/items?q=example.org&type=Contact")
        .await;
    let range = ada.text(".pager .range").await;
    assert!(
        range.starts_with("1-50 of ") && !range.ends_with("1,000"),
        "{range}"
    );
    ada.click("Name").await;
    ada.wait_for("th.name[aria-sort=descending]").await;
    ada.click("Next").await;
    ada.wait_for_text(".pager .range", "51-100 of ").await;
    assert_eq!(
        ada.place().await,
        "/connections/hubspot/items?type=Contact&q=example.org&sort=name&dir=desc&page=2"
    );
    assert_eq!(ada.complaints(&world.url).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_no_without_script_comes_back_with_nothing_connected() {
    let world = World::start().await;
    let ada = Chromium::without_script().await;
    ada.sign_in(&world.url).await;
    ada.click("Connect HubSpot").await;
    ada.click("Deny").await;
    ada.wait_for_text("main [role=status]", "You said no at HubSpot")
        .await;
    ada.wait_for("[data-state=not_connected]").await;
    assert!(
        ada.texts("button")
            .await
            .contains(&"Connect HubSpot".to_owned())
    );
}

async fn assert_script_is_off(ada: &Chromium) {
    assert_eq!(ada.count(NO_SCRIPT_HERE).await, 1, "script runs");
    let htmx: Option<bool> = ada.ask("return 'htmx' in window", &[]).await;
    assert_eq!(htmx, Some(false), "script runs");
}
