//! Reconnecting as another account while a load of the one before still runs: nothing of the one is shown
//! under the other's name, and the new account can be loaded at once.

use std::time::Duration;

use crate::support::{Browser, Page, World};

/// The accounts of HubSpot's stand-in.
const FIRST: &str = "147000286";
const OTHER: &str = "147000999";

/// Reconnects as the other account, and lets it take the place of the one before.
async fn reconnect(ada: &mut Browser) -> Page {
    let question = ada.come_back_as("hubspot", OTHER).await;
    let page = ada.get("/connections/hubspot").await;
    assert_eq!(page.text_of(".head .account"), "example.com");
    assert!(page.is_loading(), "the load goes on until it is answered");
    ada.choose(&question, "replace").await
}

/// Ada in the middle of a load over the items of an earlier one.
async fn in_a_load() -> (World, Browser) {
    let world = World::start().await;
    let sizes = [("contacts", "30"), ("companies", "3"), ("deals", "2")];
    world.control(&sizes).await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    let page = ada.load_hubspot().await;
    assert_eq!(accounts(&page).len(), 35);
    assert!(accounts(&page).iter().all(|account| account == FIRST));
    // The way to the consent and back takes a few answers, the load at least thirty.
    world
        .control(&[("contacts", "3000"), ("latency_ms", "300")])
        .await;
    ada.post("/connections/hubspot/load", &[]).await;
    for _ in 0..200 {
        let part = ada.get_part("/connections/hubspot/load").await;
        let arriving = part.count("#load tr[data-id]") > 0;
        if part.is_loading() && part.outcome("Deals") == "done" && arriving {
            return (world, ada);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the load does not get going");
}

/// The account of each item that is shown: its link names it.
fn accounts(page: &Page) -> Vec<String> {
    let links = page.attributes("#items td.open a", "href");
    let account = |link: &String| if link.contains(OTHER) { OTHER } else { FIRST };
    links.iter().map(|link| account(link).to_owned()).collect()
}

/// Nothing is shown: neither items, nor a load, nor the name of the account before.
fn assert_nothing_loaded(page: &Page, place: &str) {
    assert_eq!(page.status, 200, "{place}: {}", page.text);
    assert_eq!(page.count("tr[data-id]"), 0, "{place}");
    assert_eq!(page.text_of("#load"), "", "{place}");
    assert!(!page.is_loading(), "{place}");
    assert!(!page.text.contains(FIRST), "{place}: {}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_of_the_account_before_is_not_shown_under_the_new_one() {
    let (world, mut ada) = in_a_load().await;
    let page = reconnect(&mut ada).await;
    assert_eq!(page.text_of(".head .account"), "example.org");
    assert_nothing_loaded(&page, "the way back");
    assert!(
        world.calls("list_contacts").await < 31,
        "the load has ended by itself: this proves nothing"
    );
    // Longer than the load's heart takes to beat: by the end it knows that it is not wanted.
    for _ in 0..50 {
        for place in ["", "/load", "/items?per_page=500"] {
            let place = format!("/connections/hubspot{place}");
            assert_nothing_loaded(&ada.get(&place).await, &place);
            assert_nothing_loaded(&ada.get_part(&place).await, &place);
        }
        assert_eq!(ada.get("/connections").await.state(), "connected");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(world.calls("list_contacts").await < 31, "it went on");
    // A page that was on its way to the store may be left for the minute that pages have to go.
    for key in world.redis.cli(&["KEYS", "pb:{s-*"]).lines() {
        let left: i64 = world.redis.cli(&["TTL", key]).parse().expect("seconds");
        assert!(left <= 60 && left != -1, "{key} stays for {left} s");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_new_account_is_loaded_at_once_while_the_load_before_is_still_ending() {
    let (world, mut ada) = in_a_load().await;
    reconnect(&mut ada).await;
    world
        .control(&[("contacts", "40"), ("latency_ms", "0")])
        .await;
    let page = ada.load_hubspot().await;
    for stream in ["Contacts", "Companies", "Deals"] {
        assert_eq!(page.outcome(stream), "done", "{}", page.text_of("#load"));
    }
    let ids = page.ids();
    // Nor does what was still on its way come in afterwards.
    for _ in 0..10 {
        let page = ada.get("/connections/hubspot").await;
        assert_eq!(page.text_of(".head .account"), "example.org");
        assert_eq!(page.chip("All"), "45");
        assert_eq!(accounts(&page), vec![OTHER; 45]);
        assert_eq!(page.ids(), ids);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
