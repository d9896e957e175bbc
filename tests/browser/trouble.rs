//! A page whose Patchbay is in trouble: the store away for a moment, a session that ended, quick fingers.

use jiff::SignedDuration;
use serde_json::json;

use crate::chromium::Chromium;
use crate::support::World;

const RANGE: &str = ".pager .range";
/// How often an address that ends so was answered with a status.
const ANSWERED: &str = "return performance.getEntriesByType('resource') \
    .filter(it => it.name.endsWith(arguments[0]) && it.responseStatus === arguments[1]).length";

/// Somebody who is connected to an account of 1,000 contacts, 40 companies and 20 deals.
async fn connected(world: &World) -> Chromium {
    let sizes = [("contacts", "1000"), ("companies", "40"), ("deals", "20")];
    world.control(&sizes).await;
    let ada = Chromium::open().await;
    ada.sign_in(&world.url).await;
    ada.connect().await;
    ada
}

/// Waits until an answer of this status came from an address that ends so.
async fn wait_for_answer(ada: &Chromium, end: &str, status: u16) {
    let what = format!("{status} from {end}");
    ada.wait_until(&what, async || {
        let count: Option<usize> = ada.ask(ANSWERED, &[json!(end), json!(status)]).await;
        count.is_some_and(|count| count > 0)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_stays_in_view_while_the_store_is_away_and_goes_on_by_itself() {
    let world = World::start().await;
    world.control(&[("latency_ms", "1000")]).await;
    let ada = connected(&world).await;
    ada.click("Load items").await;
    ada.wait_for("#load .arriving tr[data-id]").await;

    world.redis.freeze();
    wait_for_answer(&ada, "/load", 503).await;
    assert!(ada.text("#load .headline").await.contains("Loading:"));
    assert_eq!(ada.count("#load").await, 1);
    world.redis.thaw();
    world.control(&[("latency_ms", "0")]).await;
    ada.wait_for_text(RANGE, "1-50 of 1,060").await;
    assert!(ada.text("#load .headline").await.contains("Loaded 1,060"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_during_a_load_leads_to_the_sign_in_page() {
    let world = World::start().await;
    world.control(&[("latency_ms", "1000")]).await;
    let ada = connected(&world).await;
    ada.click("Load items").await;
    ada.wait_for_text("#load .headline", "Loading:").await;
    world.pass(SignedDuration::from_hours(24 * 8));
    ada.wait_for_place("/sign-in").await;
    assert_eq!(ada.text("h1").await, "Sign in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_that_could_not_begin_says_so_and_can_be_begun_again() {
    let world = World::start().await;
    let ada = connected(&world).await;
    world.redis.freeze();
    ada.click("Load items").await;
    ada.wait_for_text("#load", "Status 503").await;
    world.redis.thaw();
    ada.click("Load items").await;
    ada.wait_for_text(RANGE, "1-50 of 1,060").await;
    assert!(!ada.text("main").await.contains("Status 503"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_could_not_be_had_says_so_and_keeps_what_was_asked() {
    let world = World::start().await;
    let ada = connected(&world).await;
    ada.load().await;
    world.redis.freeze();
    ada.click_on("a.type[href*='type=Contact']").await;
    ada.wait_for_text("#items", "Status 503").await;
    assert_eq!(
        ada.count("#items tr[data-id]").await,
        50,
        "the old rows went"
    );
    world.redis.thaw();
    ada.click_on("a.type[href*='type=Contact']").await;
    ada.wait_for_text(RANGE, "1-50 of 1,000").await;
    assert!(!ada.text("#items").await.contains("Status 503"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_ends_at_the_last_of_what_was_typed() {
    let world = World::start().await;
    let ada = connected(&world).await;
    ada.load().await;
    ada.click_field("Filter by text").await;
    // Answers keep waiting while more is typed, each time long enough for another request to begin.
    world.redis.freeze();
    for some in ["m", "a", "ria"] {
        ada.press(some).await;
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    }
    world.redis.thaw();
    ada.wait_for_place("/connections/hubspot/items?q=maria&")
        .await;
    ada.wait_until("fewer rows", async || {
        let range = ada.text(RANGE).await;
        !range.is_empty() && !range.ends_with("of 1,060")
    })
    .await;
    let range = ada.text(RANGE).await;
    ada.driver.refresh().await.expect("a reload");
    ada.wait_for_text(RANGE, &range).await;
    assert!(ada.place().await.contains("?q=maria&"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_filtered_during_a_load_stays_filtered_when_it_ends() {
    let world = World::start().await;
    let ada = connected(&world).await;
    ada.load().await;
    world
        .control(&[("contacts", "900"), ("latency_ms", "1500")])
        .await;
    ada.click("Load items").await;
    ada.wait_for_text("#load .headline", "Loading:").await;
    ada.click_on("a.type[href*='type=Contact']").await;
    ada.wait_for_text(RANGE, "1-50 of 1,000").await;
    ada.click_field("Filter by text").await;
    ada.press("maria").await;
    ada.wait_for_place("/connections/hubspot/items?q=maria&")
        .await;

    world.control(&[("latency_ms", "0")]).await;
    ada.wait_for_text("#load .headline", "Loaded 960 items")
        .await;
    ada.wait_until("the table of the new load", async || {
        ada.text(".chips a:nth-child(2) .count").await != "1,000"
    })
    .await;
    assert!(ada.place().await.contains("q=maria&type=Contact"));
    let types = ada.texts("#items td.type").await;
    assert!(types.iter().all(|it| it == "Contact"), "the filter is gone");
    let of_box = "const box = document.querySelector('#q'); \
        return [box.value, document.activeElement === box]";
    let (text, focused): (String, bool) = ada.ask(of_box, &[]).await.expect("the box");
    assert_eq!((text.as_str(), focused), ("maria", true));
}

#[tokio::test(flavor = "multi_thread")]
async fn access_withdrawn_during_a_load_offers_to_reconnect_without_a_reload() {
    let world = World::start().await;
    world.control(&[("latency_ms", "1000")]).await;
    let ada = connected(&world).await;
    ada.click("Load items").await;
    ada.wait_for("#load .arriving tr[data-id]").await;
    world
        .control(&[("withdraw", "1"), ("latency_ms", "0")])
        .await;
    ada.wait_for("[data-state=action_needed]").await;
    assert!(ada.texts("button").await.contains(&"Reconnect".to_owned()));
    assert!(ada.text("#top").await.contains("Access was withdrawn"));
}
