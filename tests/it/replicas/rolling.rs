//! A new version: each replica is asked to end and started anew, one after the other, while people work. It takes as long as
//! two replicas take for that, some ten seconds.

use std::collections::BTreeSet;

use rustix::process::Signal;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::Fleet;
use crate::support::{Browser, plain_client, state_of};

/// Longer than the balancer takes to notice.
const DRAIN: &str = "1s";
/// A load of many pages one after the other, which a provider takes its time for: longer than both restarts take.
const SLOW: [(&str, &str); 6] = [
    ("contacts", "3000"),
    ("companies", "5"),
    ("deals", "5"),
    ("latency_ms", "700"),
    ("rate_limit", "off"),
    ("rotate", "on"),
];
/// Life of access tokens, in seconds: some end while replicas come and go.
const LIFE: &str = "2";

/// Clicks without a pause until `stop`; answers how many pages were seen, all of them whole.
async fn click_until(mut browser: Browser, stop: CancellationToken) -> usize {
    let places = [
        "/connections",
        "/connections/hubspot",
        "/connections/hubspot/items?type=Deal",
        "/items",
        "/settings/keys",
        "/activity",
    ];
    let mut seen = 0;
    for place in places.into_iter().cycle() {
        if stop.is_cancelled() {
            break;
        }
        let page = browser.get(place).await;
        assert_eq!(page.status, 200, "{place}: {}", page.text);
        assert!(page.text.contains("</html>"), "{place} is cut off");
        assert_ne!(page.url.path(), "/sign-in", "{place}: signed out");
        seen += 1;
    }
    seen
}

/// A program that waits for the items, and asks again where it is told to; answers how often it was, and how many came.
async fn waits(url: String) -> (usize, usize) {
    let client = plain_client();
    for told in 0..100 {
        let call = client.post(format!("{url}/integrations/hubspot/load"));
        let call = call.form(&[("user_id", "ada"), ("org_id", "acme")]);
        let answer = call.send().await.expect("an answer");
        if answer.status() == 200 {
            let items: Vec<Value> = answer.json().await.expect("a list");
            return (told, items.len());
        }
        assert_eq!(answer.status(), 503, "{:?}", answer.text().await);
        assert!(answer.headers().contains_key("retry-after"));
    }
    panic!("it waits for ever");
}

/// The report of the load, as programs read it.
async fn report(browser: &mut Browser) -> Value {
    let page = browser.get("/connections/hubspot/load.json").await;
    serde_json::from_str(&page.text).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rolling_restart_is_noticed_by_nobody() {
    let mut fleet = Fleet::start(&[("PATCHBAY_DRAIN", DRAIN)]).await;
    let mut ada = fleet.browser();
    ada.sign_in("acme", "ada").await;
    fleet.control(&[("expires_in", LIFE)]).await;
    ada.connect_hubspot().await;
    fleet.control(&SLOW).await;
    ada.get("/connections/hubspot").await;
    let page = ada.post("/connections/hubspot/load", &[]).await;
    assert!(page.is_loading(), "{}", page.text);
    let begun = report(&mut ada).await;

    let program = tokio::spawn(waits(fleet.balancer.url.clone()));
    let stop = CancellationToken::new();
    let mut people = Vec::new();
    for user in ["bob", "cleo"] {
        let mut browser = fleet.browser();
        browser.sign_in("acme", user).await;
        people.push(tokio::spawn(click_until(browser, stop.clone())));
    }
    for number in 0..2 {
        let status = fleet.programs[number].end(Signal::TERM).await;
        let said = fleet.programs[number].said();
        assert_eq!(status.code(), Some(0), "{said}");
        assert!(
            !said.contains("ERROR") && !said.contains("in time"),
            "{said}"
        );
        fleet.programs[number] = fleet.homes[number].serve().await;
        fleet.balancer.has_ready(2).await;
    }
    let page = ada.get("/connections/hubspot").await;
    assert!(page.is_loading(), "it was over too soon: {}", page.text);
    fleet.control(&[("latency_ms", "0")]).await;
    let page = ada.wait_for_load().await;
    stop.cancel();
    let mut seen = 0;
    for person in people {
        seen += person.await.expect("no page failed");
    }
    assert!(seen > 50, "{seen} pages");
    let (told, items) = program.await.expect("no answer failed");
    assert!((1..=4).contains(&told), "told {told} times to ask again");
    assert_eq!(items, 3_010);
    fleet.is_sound();

    // The load is whole, and was made once.
    assert_eq!(page.state(), "connected");
    assert_eq!(page.outcome("Contacts"), "done");
    assert_eq!(page.chip("All"), "3,010");
    let ids = ada.all_ids("").await;
    assert_eq!(ids.len(), 3_010);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    let ended = report(&mut ada).await;
    assert_eq!(ended["id"], begun["id"], "another load took its place");
    assert_eq!(ended["status"], "complete");
    assert!(ended["taken_up"].as_u64() >= Some(1), "{ended}");
    // No token was lost on the way: each refresh was made with the one before it.
    let refreshes = state_of(fleet.hubspot()).await["counters"]["token_refresh"].clone();
    assert!(refreshes.as_u64() >= Some(1), "{refreshes}");
    ada.post("/connections/hubspot/refresh", &[]).await;
    let page = ada.get("/connections/hubspot").await;
    assert_eq!(page.state(), "connected", "{}", page.text);
}
