//! How connections fare by themselves: told when it turns, and not at every try.

use jiff::SignedDuration;

use super::{assert_from_nowhere, told, trail, until};
use crate::support::{Browser, World};

/// After this a token of half an hour is dead.
const DEAD: SignedDuration = SignedDuration::from_mins(31);
const TROUBLE: [(&str, &str); 3] = [
    ("fail_on", "token"),
    ("fail_kind", "500"),
    ("fail_next", "1000"),
];

async fn connected(world: &World) -> Browser {
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    ada
}

async fn check(ada: &mut Browser) {
    ada.get("/connections/hubspot").await;
    ada.post("/connections/hubspot/check", &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_that_passes_is_told_at_its_beginning_and_its_end() {
    let world = World::start().await;
    let mut ada = connected(&world).await;
    world.control(&TROUBLE).await;
    world.pass(DEAD);
    for _ in 0..3 {
        check(&mut ada).await;
        world.pass(SignedDuration::from_mins(16));
    }
    let row = until(&mut ada, "Token could not be renewed").await;
    assert_eq!(row.who, "Patchbay");
    assert_eq!(row.about, "HubSpot of ada");
    assert_eq!(row.result, "Failed: it is tried again");
    assert_from_nowhere(&row);
    world.control(&[("fail_next", "0")]).await;
    check(&mut ada).await;
    until(&mut ada, "Works again").await;
    let expected = ["Works again", "Token could not be renewed", "Connected"];
    assert_eq!(told(&mut ada).await, expected);
    // A token that is renewed when it is due is nothing to tell.
    world.pass(DEAD);
    check(&mut ada).await;
    assert_eq!(told(&mut ada).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn access_that_ended_and_a_secret_that_is_wrong_are_told() {
    let world = World::start().await;
    let mut ada = connected(&world).await;
    world.control(&[("client_secret_valid", "off")]).await;
    world.pass(DEAD);
    check(&mut ada).await;
    until(&mut ada, "Refused: misconfigured").await;
    world.control(&[("client_secret_valid", "on")]).await;
    world.pass(SignedDuration::from_mins(16));
    check(&mut ada).await;
    until(&mut ada, "Works again").await;
    world.control(&[("withdraw", "1")]).await;
    check(&mut ada).await;
    let row = until(&mut ada, "Access ended: a reconnect is needed").await;
    assert_eq!(row.result, "Failed: the provider refuses the refresh token");
    ada.connect_hubspot().await;
    assert_eq!(told(&mut ada).await[0], "Reconnected");
    let bob = trail(&mut world.person("acme", "bob").await).await;
    assert_eq!(bob, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trail_that_cannot_be_written_leaves_a_refresh_alone() {
    let world = World::start().await;
    let mut ada = connected(&world).await;
    for stream in ["", ":routine"] {
        let key = format!("pb:activity:{{acme}}{stream}");
        world.redis.cli(&["SET", &key, "something else"]);
    }
    world.control(&[("withdraw", "1")]).await;
    world.pass(DEAD);
    check(&mut ada).await;
    assert_eq!(
        ada.get("/connections/hubspot").await.state(),
        "action_needed"
    );
    ada.connect_hubspot().await;
    assert_eq!(ada.get("/connections/hubspot").await.state(), "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_heard_before_a_stop_is_written() {
    let mut world = World::start().await;
    let mut ada = connected(&world).await;
    world.control(&[("withdraw", "1")]).await;
    world.pass(DEAD);
    check(&mut ada).await;
    world.stop().await;
    let routine = ["XRANGE", "pb:activity:{acme}:routine", "-", "+"];
    let routine = world.redis.cli(&routine);
    assert_eq!(routine.matches("access_withdrawn").count(), 1, "{routine}");
}
