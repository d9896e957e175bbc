//! Ends without warning: what was stored before a kill is there after it.

use std::time::{Duration, Instant};

use jiff::SignedDuration;

use crate::support::{Home, Redis, World, start_sandbox};

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
