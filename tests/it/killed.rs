//! Ends without warning: what was stored before a kill is there after it.

use std::time::{Duration, Instant};

use jiff::SignedDuration;

use rustix::process::{Signal, kill_process};

use patchbay::clock::Entropy;

use crate::support::{
    Home, Plan, Redis, Wire, World, control, lives, rotate_under_kills, start_sandbox, state_of,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_patchbay_loses_no_connection_no_item_and_no_session() {
    let (mut home, redis) = (Home::new(), Redis::start());
    let sandbox = start_sandbox(&home.url()).await;
    home.use_sandbox(&sandbox);
    home.use_redis(&redis.url());

    let program = home.serve().await;
    let mut ada = home.browser();
    ada.sign_in("acme", "ada").await;
    ada.connect_hubspot().await;
    let before = ada.load_hubspot().await;
    let consent = ada.to_consent().await;
    let back = ada.answer_consent(&consent, "Allow", &[]).await;
    program.kill().await;

    let program = home.serve().await;
    let page = ada.get("/connections/hubspot").await;
    assert_eq!(page.url.path(), "/connections/hubspot", "signed out");
    assert_eq!(
        (page.state(), page.ids()),
        ("connected".to_owned(), before.ids())
    );
    // What was begun before the kill ends after it.
    let page = ada.get(back.as_str()).await;
    assert_eq!(
        (page.status.as_u16(), page.state().as_str()),
        (200, "connected")
    );
    let page = ada.load_hubspot().await;
    let range = ".pager .range";
    assert_eq!(page.text_of(range), before.text_of(range));
    program.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_lost_its_power_still_has_every_rotated_token() {
    let dead = SignedDuration::from_mins(31);
    let mut world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    world.control(&[("rotate", "on")]).await;
    ada.connect_hubspot().await;
    world.pass(dead);
    ada.load_hubspot().await;
    world.redis.kill();
    world.redis.revive();
    let deadline = Instant::now() + Duration::from_secs(20);
    while ada.get("/connections/hubspot").await.status != 200 {
        assert!(Instant::now() < deadline, "it does not recover");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // Only the rotated token still works.
    world.pass(dead);
    let page = ada.load_hubspot().await;
    assert_eq!((page.state().as_str(), page.ids().len()), ("connected", 50));
    assert_eq!(world.calls("token_refresh").await, 2);
}

/// Patchbay and the Redis that it started lose their power at once, as soon as a rotation has been told of.
#[tokio::test(flavor = "multi_thread")]
async fn an_embedded_redis_that_lost_its_power_with_patchbay_has_every_rotated_token() {
    let mut home = Home::new();
    let sandbox = start_sandbox(&home.url()).await;
    home.use_sandbox(&sandbox);
    let stand_in = sandbox.endpoints("hubspot").expect("a stand-in");
    let small = [("contacts", "5"), ("companies", "3"), ("deals", "2")];
    control(stand_in, &[("rotate", "on"), small[0], small[1], small[2]]).await;
    let mut program = home.serve().await;
    let mut ada = home.browser();
    ada.sign_in("acme", "ada").await;
    ada.connect_hubspot().await;
    for rotations in 1..=3 {
        // Only the token that was given last works.
        control(stand_in, &[("expire_tokens", "1")]).await;
        let page = ada.load_hubspot().await;
        assert_eq!((page.state().as_str(), page.ids().len()), ("connected", 10));
        let counted = &state_of(stand_in).await["counters"]["token_refresh"];
        assert_eq!(counted.as_u64(), Some(rotations));
        let redis = home.embedded_redis().expect("a Redis of its own");
        for pid in [program.pid(), redis] {
            kill_process(pid, Signal::KILL).expect("killed");
        }
        program.kill().await;
        while lives(redis) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        program = home.serve().await;
        let page = ada.get("/connections/hubspot").await;
        assert_eq!((page.state().as_str(), page.ids().len()), ("connected", 10));
    }
    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));
}

/// The provider acts on what a process asked for, and the process is dead when the answer comes.
#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_were_granted_to_the_dead_are_told_as_lost_and_asked_for_once_more_only() {
    let (redis, mut homes) = (Redis::start(), [Home::new(), Home::new()]);
    let sandbox = start_sandbox(&homes[0].url()).await;
    let stand_in = sandbox.endpoints("airtable").expect("a stand-in");
    let wire = Wire::open(Some(&stand_in.origin));
    let path = stand_in.token_url.strip_prefix(&stand_in.origin);
    let tapped = format!("{}{}", wire.origin, path.expect("of the same host"));
    for home in &mut homes {
        home.use_sandbox(&sandbox);
        home.use_redis(&redis.url());
        home.set("AIRTABLE_TOKEN_URL", &tapped);
    }
    let (first, _second) = (homes[0].serve().await, homes[1].serve().await);
    let mut ada = homes[0].browser();
    ada.sign_in("acme", "ada").await;
    assert_eq!(ada.connect("airtable", &[]).await.state(), "connected");

    control(stand_in, &[("expire_tokens", "1"), ("latency_ms", "1000")]).await;
    ada.post("/connections/airtable/load", &[("stream", "bases")])
        .await;
    let calls = async || state_of(stand_in).await["counters"]["token"].as_u64();
    let exchanged = calls().await;
    while calls().await == exchanged {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    first.kill().await;
    while wire.refreshes().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(wire.refreshes()[0].1.granted(), "the dead were granted it");
    control(stand_in, &[("latency_ms", "0")]).await;

    ada.home = homes[1].url().parse().expect("a URL");
    ada.wait_for_load_of("airtable").await;
    for _ in 0..2 {
        let page = ada.load("airtable", &["bases"]).await;
        let said = page.text_of("#load");
        assert_eq!(page.state(), "action_needed", "{said}");
        let why = "renewed tokens were lost on their way here: reconnect";
        assert!(said.contains(why), "{said}");
    }
    let refreshes = wire.refreshes();
    assert_eq!(refreshes.len(), 2, "once by the dead, once by the living");
    assert_eq!(refreshes[0].0, refreshes[1].0, "the only token there was");
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_amid_rotations_lose_no_tokens_but_those_that_only_the_dead_had() {
    let plan = Plan {
        seed: u64::from_be_bytes(Entropy::system().bytes()),
        people: 5,
        rotations: 30,
        kills: 6,
        latency: Duration::from_millis(200),
    };
    println!("{plan:?}");
    let figures = rotate_under_kills(plan).await;
    println!("{figures:?}");
    assert!(figures.rotations >= plan.rotations);
    assert!(figures.lost <= figures.kills, "{figures:?}");
}
