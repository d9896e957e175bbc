//! Providers' limits, which all replicas keep together: two of them as processes at one Redis, and stand-ins that
//! refuse what is too much.

use std::time::Duration;

use serde_json::Value;

use crate::keys::fleet::{Fleet, end};
use crate::keys::ring;
use crate::support::{Browser, Program, World};

/// Two replicas, at each of which somebody is signed in whose connection is to the same account.
struct Two {
    fleet: Fleet,
    replicas: [Program; 2],
    people: Vec<Browser>,
    provider: &'static str,
}

impl Two {
    /// With the stand-in as these fields make it; it keeps to its limits.
    async fn connected(provider: &'static str, fields: &[(&str, &str)]) -> Self {
        let keys = ring(&["test"]);
        let mut fleet = Fleet::new(&keys).await;
        let replicas = [fleet.start(0, &keys).await, fleet.start(1, &keys).await];
        fleet.control_of(provider, fields).await;
        let mut people = Vec::new();
        for (number, user) in ["ada", "bob"].into_iter().enumerate() {
            // The stand-in leads back to the first replica alone.
            let mut here = fleet.homes[0].browser();
            here.sign_in("acme", user).await;
            here.connect(provider, &[]).await;
            let mut browser = fleet.homes[number].browser();
            browser.sign_in("acme", user).await;
            people.push(browser);
        }
        Self {
            fleet,
            replicas,
            people,
            provider,
        }
    }

    async fn state(&self) -> Value {
        self.fleet.state_of(self.provider).await
    }

    /// A counter of the stand-in; 0 for what never was.
    async fn count(&self, name: &str) -> u64 {
        self.state().await["counters"][name].as_u64().unwrap_or(0)
    }

    /// Both load the same account at once; answers how many items they have then.
    async fn load(&mut self, streams: &[&str]) -> [String; 2] {
        let [ada, bob] = &mut self.people[..] else {
            panic!("two");
        };
        let provider = self.provider;
        let (ada, bob) = tokio::join!(ada.load(provider, streams), bob.load(provider, streams));
        for page in [&ada, &bob] {
            assert_eq!(page.load_banners(), Vec::<String>::new());
        }
        [ada.chip("All"), bob.chip("All")]
    }

    async fn end(mut self) {
        for replica in &mut self.replicas {
            end(replica).await;
        }
    }
}

fn peak(state: &Value, name: &str) -> u64 {
    state[name].as_u64().expect("a number")
}

fn never_refused(state: &Value) {
    let refused = &state["counters"]["rate_limited"];
    assert!(refused.is_null(), "{}", state["counters"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_read_one_portal_just_below_its_limit() {
    let sizes = [("contacts", "6000"), ("companies", "500"), ("deals", "500")];
    let mut two = Two::connected("hubspot", &sizes).await;
    let all = two.load(&["contacts", "companies", "deals"]).await;
    assert_eq!(all, ["7,000", "7,000"]);
    let state = two.state().await;
    never_refused(&state);
    let peak = peak(&state, "burst_peak");
    assert!((99..=110).contains(&peak), "{peak} of 110");
    two.end().await;
}

/// One base of a few tables.
const BASE: [(&str, &str); 5] = [
    ("bases", "1"),
    ("tables", "6"),
    ("records", "130"),
    ("unreadable", "off"),
    ("latency_ms", "150"),
];

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_read_one_base_just_below_its_limit() {
    let mut two = Two::connected("airtable", &BASE).await;
    let [ada, bob] = two.load(&["bases", "tables", "records"]).await;
    assert_eq!(ada, bob);
    let state = two.state().await;
    never_refused(&state);
    assert_eq!(peak(&state, "base_peak"), 5);
    two.end().await;
}

/// Lists that were asked for.
async fn lists(two: &Two) -> u64 {
    two.count("list_contacts").await
}

/// Waits until a unit is paused.
async fn paused(two: &Two) {
    let redis = &two.fleet.redis;
    let until = |key: &str| redis.cli(&["HGET", key, "until"]);
    for _ in 0..400 {
        let keys = redis.cli(&["KEYS", "pb:limit:*:state"]);
        if keys.lines().any(|key| !until(key).is_empty()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("nothing is ever paused");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_replica_was_refused_holds_the_other_back() {
    let mut two = Two::connected("hubspot", &[("contacts", "1000")]).await;
    let fault = [
        ("fail_kind", "429"),
        ("fail_on", "contacts"),
        ("fail_after", "2"),
        ("fail_next", "1"),
    ];
    two.fleet.control_of("hubspot", &fault).await;
    let (place, only) = ("/connections/hubspot/load", [("stream", "contacts")]);
    two.people[0].post(place, &only).await;
    paused(&two).await;
    assert_eq!((lists(&two).await, two.count("faults").await), (3, 1));
    two.people[1].post(place, &only).await;
    // HubSpot's word is ten seconds.
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(lists(&two).await, 3, "nobody asks meanwhile");
    for person in &mut two.people {
        let page = person.wait_for_load().await;
        assert_eq!(page.chip("Contacts"), "1,000");
    }
    never_refused(&two.state().await);
    two.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_restarts_in_the_middle_loses_no_count() {
    let mut two = Two::connected("airtable", &BASE).await;
    let (place, all) = (
        "/connections/airtable/load",
        ["bases", "tables", "records"].map(|stream| ("stream", stream)),
    );
    for person in &mut two.people {
        person.post(place, &all).await;
    }
    while two.count("list_records").await < 3 {
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    two.fleet.redis.kill();
    tokio::time::sleep(Duration::from_secs(2)).await;
    two.fleet.redis.revive();
    for person in &mut two.people {
        let page = person.wait_for_load_of("airtable").await;
        assert_eq!(page.outcome("Records"), "done", "{}", page.text_of("#load"));
    }
    let state = two.state().await;
    never_refused(&state);
    assert!(peak(&state, "base_peak") <= 5);
    two.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_is_announced_is_followed() {
    let world = World::start().await;
    let sizes = [("contacts", "2500"), ("companies", "300"), ("deals", "300")];
    world.control(&sizes).await;
    world.control(&[("burst", "20")]).await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    let page = ada.load_hubspot().await;
    assert_eq!(page.chip("All"), "3,100");
    let state = world.sandbox_state().await;
    never_refused(&state);
    assert!(peak(&state, "burst_peak") >= 18, "{state}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_does_not_stand_in_the_queue_of_a_load() {
    let world = World::with(&[("HUBSPOT_RATE_LIMIT", "8/60s")]).await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    ada.post("/connections/hubspot/load", &[]).await;
    let asked = async |name: &str| world.calls(name).await;
    while asked("list_contacts").await + asked("list_companies").await + asked("list_deals").await
        < 8
    {
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let page = ada.post("/connections/hubspot/check", &[]).await;
    let said = page.text_of("main > .banner[role=status]");
    assert!(said.contains("its limit allows for the next"), "{said}");
    assert!(!said.contains("failed"), "{said}");
    assert_eq!(page.state(), "connected");
}
