//! A provider that fails: the stream ends with its reason on the page or recovers, the others are kept.

use std::time::Duration;

use jiff::SignedDuration;

use crate::support::{Browser, Page, World};

/// Calls that a fault hits when it does not pass.
const FOR_GOOD: &str = "1000000";
/// Tries of a call in all.
const TRIES: u64 = 6;

/// A world with a small account that ada is connected to; one in which a time-out is worth waiting for.
async fn connected(kind: &str) -> (World, Browser) {
    let world = match kind {
        "timeout" => World::impatient(Duration::from_secs(2)).await,
        _ => World::start().await,
    };
    world
        .control(&[("contacts", "250"), ("companies", "40"), ("deals", "30")])
        .await;
    world.control(&[("retry_after", "1")]).await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    (world, ada)
}

async fn fail(world: &World, kind: &str, on: &str, next: &str) {
    let fields = [("fail_kind", kind), ("fail_on", on), ("fail_next", next)];
    world.control(&fields).await;
}

fn is_whole(page: &Page) -> bool {
    let done = |stream| page.outcome(stream) == "done";
    done("Contacts") && done("Companies") && done("Deals") && page.load_banners().is_empty()
}

/// One fault on one page of one stream: it passes by itself, and nothing is missing or doubled.
async fn recovers_from(kind: &str) {
    let (world, mut ada) = connected(kind).await;
    world.control(&[("fail_after", "1")]).await;
    fail(&world, kind, "contacts", "1").await;
    let page = ada.load_hubspot().await;
    assert_eq!(world.calls("faults").await, 1, "{kind} never came");
    assert!(is_whole(&page), "{kind}: {}", page.text_of("#load"));
    assert_eq!(page.chip("Contacts"), "250", "{kind}");
    assert_eq!(ada.all_ids("").await.len(), 320, "{kind}");
    assert!(
        page.stream("Contacts").contains("1 call repeated"),
        "{kind}"
    );
}

/// A fault that stays: first without items of before, then over a good load, and then it is gone.
async fn ends_the_stream_with(kind: &str, reason: &str, tries: u64) {
    let (world, mut ada) = connected(kind).await;
    fail(&world, kind, "companies", FOR_GOOD).await;
    let page = ada.load_hubspot().await;
    assert_eq!(world.calls("list_companies").await, tries, "{kind}");
    assert_eq!(page.outcome("Companies"), "failed");
    let banner = the_banner(&page);
    assert!(banner.starts_with("Companies did not load"), "{banner}");
    assert!(banner.contains(reason), "{kind}: {banner}");
    assert!(banner.contains("There are no items of it to show"));
    assert!(banner.contains("Retry what failed"));
    assert_eq!(
        (page.outcome("Contacts"), page.outcome("Deals")),
        both("done")
    );
    assert_eq!(page.chip("All"), "280");

    fail(&world, kind, "companies", "0").await;
    let page = ada.load_hubspot().await;
    let said = page.text_of("#load");
    assert!(is_whole(&page), "{kind} does not pass: {said}");

    world.pass(SignedDuration::from_mins(10));
    fail(&world, kind, "companies", FOR_GOOD).await;
    world
        .control(&[("contacts", "200"), ("companies", "10")])
        .await;
    let page = ada.load_hubspot().await;
    let banner = the_banner(&page);
    assert!(banner.contains(reason), "{kind}: {banner}");
    assert!(
        banner.contains("Still shown are the items loaded 10 min ago"),
        "{banner}"
    );
    assert!(
        page.stream("Companies")
            .contains("items of an earlier load")
    );
    assert_eq!(page.chip("Companies"), "40", "the old ones are kept");
    assert_eq!(page.chip("Contacts"), "200", "the others are new");
    assert_eq!(ada.all_ids("type=Company").await.len(), 40);
}

fn both(outcome: &str) -> (String, String) {
    (outcome.to_owned(), outcome.to_owned())
}

fn the_banner(page: &Page) -> String {
    let mut banners = page.load_banners();
    assert_eq!(banners.len(), 1, "{banners:?}");
    banners.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_page_of_html_or_broken_json_is_asked_for_again() {
    tokio::join!(recovers_from("html200"), recovers_from("truncated"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_5xx_is_asked_for_again() {
    tokio::join!(recovers_from("500"), recovers_from("502html"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_lock_or_move_of_the_account_passes() {
    tokio::join!(recovers_from("423"), recovers_from("477"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_lost_answer_is_asked_for_again() {
    tokio::join!(recovers_from("timeout"), recovers_from("reset"));
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_cannot_be_read_end_the_stream() {
    tokio::join!(
        ends_the_stream_with("html200", "could not be read: it is not JSON", TRIES),
        ends_the_stream_with("truncated", "could not be read: it breaks off", TRIES),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn lasting_5xx_ends_the_stream() {
    tokio::join!(
        ends_the_stream_with("500", "HubSpot failed (status 500", TRIES),
        ends_the_stream_with("502html", "HubSpot failed (status 502", TRIES),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn lasting_locks_moves_and_broken_connections_end_the_stream() {
    tokio::join!(
        ends_the_stream_with("423", "failed (status 423", TRIES),
        ends_the_stream_with("477", "failed (status 477", TRIES),
        ends_the_stream_with("reset", "HubSpot did not answer (no whole answer", TRIES),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_never_answers_ends_the_stream() {
    ends_the_stream_with(
        "timeout",
        "HubSpot did not answer (no whole answer in time",
        TRIES,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_up_day_ends_the_stream_at_once() {
    ends_the_stream_with("429daily", "limit of calls for the day is used up", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_page_with_a_cursor_is_not_the_end() {
    let (world, mut ada) = connected("").await;
    world.control(&[("fail_after", "1")]).await;
    fail(&world, "emptypage", "contacts", "1").await;
    let page = ada.load_hubspot().await;
    assert_eq!(world.calls("faults").await, 1);
    // The empty page leads to the place that it was asked for: the records begin there.
    assert!(is_whole(&page), "{:?}", page.load_banners());
    assert_eq!(ada.all_ids("type=Contact").await.len(), 250);
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_pages_without_end_do_not_hold_a_load_for_ever() {
    let (world, mut ada) = connected("").await;
    fail(&world, "emptypage", "contacts", FOR_GOOD).await;
    let page = ada.load_hubspot().await;
    let banner = the_banner(&page);
    assert!(banner.starts_with("Contacts did not load"));
    assert!(banner.contains("leads back to an earlier one"), "{banner}");
    assert!(world.calls("list_contacts").await < 10);
    assert_eq!(page.chip("All"), "70");
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_nobody_has_heard_of_are_passed_over() {
    let (world, mut ada) = connected("").await;
    fail(&world, "extra", "any", FOR_GOOD).await;
    ada.get("/connections/hubspot").await;
    let page = ada.load_hubspot().await;
    assert!(world.calls("faults").await >= 5);
    assert!(is_whole(&page), "{}", page.text_of("#load"));
    assert_eq!(ada.all_ids("").await.len(), 320);
    // Not even at the exchange, or in who the account is.
    let mut bob = world.person("acme", "bob").await;
    assert_eq!(bob.connect_hubspot().await.state(), "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_that_brings_nothing_leaves_the_items_of_before() {
    let (world, mut ada) = connected("").await;
    ada.load_hubspot().await;
    let before = ada.all_ids("").await;
    fail(&world, "429daily", "any", FOR_GOOD).await;
    let page = ada.load_hubspot().await;
    assert!(page.text_of("#load").starts_with("Nothing could be loaded"));
    let banner = the_banner(&page);
    assert!(
        banner.starts_with("Contacts, Companies and Deals did not load"),
        "one banner for one reason: {banner}"
    );
    assert_eq!(ada.all_ids("").await, before);
    // And the connection is not to blame.
    assert_eq!(page.state(), "connected");
}
