//! 'Refresh now': a fresh token because a person wants one.

use std::time::Duration;

use jiff::SignedDuration;

use super::{DEAD, PLACE, TROUBLE, click, connected, fact, notice, offers};
use crate::providers::{for_all, hasty};
use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_renewed_before_its_time() {
    for_all(hasty(&[]).await, |mut case| async move {
        let page = case.connect(&[]).await;
        assert!(offers(&page, "Refresh now"));
        assert_eq!(fact(&page, "Renewed last"), "not yet");
        let page = case.ada.post(&case.place("/refresh"), &[]).await;
        let said = notice(&page);
        assert!(said.starts_with("Token renewed"), "{said}");
        assert_eq!(case.calls("token_refresh").await, 1);
        assert_ne!(fact(&page, "Renewed last"), "not yet");
        assert_eq!(page.state(), "connected");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_alarms_nobody_while_the_old_token_works() {
    let world = World::start().await;
    let mut ada = connected(&world).await;
    world.control(&TROUBLE).await;
    world.control(&[("fail_kind", "429")]).await;
    let page = click(&mut ada, "Refresh now").await;
    let said = notice(&page);
    assert!(said.starts_with("The token was not renewed"), "{said}");
    assert!(said.contains("The one of before works on"), "{said}");
    assert_eq!(
        (page.state().as_str(), page.count(".trouble")),
        ("connected", 0)
    );
    assert!(fact(&page, "Next renewal").starts_with("it failed; next try "));
    let error = fact(&page, "Last error");
    assert!(
        error.starts_with("Renewing the token: HubSpot refused"),
        "{error}"
    );

    // At once, and then after a rest.
    let asked = world.calls("token").await;
    let page = click(&mut ada, "Refresh now").await;
    assert!(
        notice(&page).starts_with("Not tried just now"),
        "{}",
        notice(&page)
    );
    assert_eq!(world.calls("token").await, asked);
    // A server that fails may have done it all the same.
    world.control(&[("fail_kind", "500")]).await;
    world.pass(SignedDuration::from_secs(30));
    let page = click(&mut ada, "Refresh now").await;
    assert!(notice(&page).contains("still works is not known"));
    assert_eq!(page.state(), "connected");
    world.control(&[("fail_next", "0")]).await;
    world.pass(SignedDuration::from_secs(30));
    let page = click(&mut ada, "Refresh now").await;
    assert!(notice(&page).starts_with("Token renewed"));
    assert!(fact(&page, "Next renewal").starts_with("by itself, about in"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_want_to_wait_for_the_next_try_clicks_in_the_banner() {
    let world = World::start().await;
    let mut ada = connected(&world).await;
    world.control(&TROUBLE).await;
    world.pass(DEAD);
    let page = click(&mut ada, "Refresh now").await;
    assert!(notice(&page).starts_with("Not renewed: HubSpot gives no fresh token"));
    assert_eq!(page.state(), "retrying");
    assert_eq!(page.texts(".trouble button"), ["Refresh now"]);
    assert_eq!(page.texts("#facts button"), ["Check now"]);
    world.control(&[("fail_next", "0")]).await;
    world.pass(SignedDuration::from_secs(30));
    let page = click(&mut ada, "Refresh now").await;
    assert_eq!(
        (page.state().as_str(), page.count(".trouble")),
        ("connected", 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_that_ended_has_nothing_to_renew() {
    for_all(hasty(&[]).await, |mut case| async move {
        case.connect(&[]).await;
        case.control(&[("withdraw", "1"), ("reset_counters", "1")])
            .await;
        let page = case.ada.post(&case.place("/refresh"), &[]).await;
        let said = notice(&page);
        assert!(
            said.starts_with("Not renewed: access was withdrawn"),
            "{said}"
        );
        assert_eq!(page.state(), "action_needed");
        assert!(!offers(&page, "Refresh now") && offers(&page, "Reconnect"));
        assert_eq!(
            fact(&page, "Next renewal"),
            "none, access has ended: reconnect"
        );
        let page = case.ada.post(&case.place("/refresh"), &[]).await;
        assert!(notice(&page).starts_with("Not renewed"));
        assert_eq!(case.calls("token").await, 1, "asked again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_that_takes_long_goes_on_by_itself() {
    let world = World::start().await;
    let mut ada = connected(&world).await;
    world.control(&[("latency_ms", "12000")]).await;
    let page = click(&mut ada, "Refresh now").await;
    let said = notice(&page);
    assert!(said.starts_with("The renewal is still under way"), "{said}");
    for _ in 0..100 {
        if fact(&ada.get(PLACE).await, "Renewed last") != "not yet" {
            assert_eq!(world.calls("token_refresh").await, 1);
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it never ends");
}
