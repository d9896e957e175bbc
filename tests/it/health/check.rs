//! 'Check now': one call that proves whether the tokens work.

use std::time::Duration;

use reqwest::Method;

use super::{DEAD, PLACE, TROUBLE, click, connected, fact, notice, offers};
use crate::providers::{for_all, hasty};
use crate::support::{Page, Wire, World};

fn history(page: &Page) -> Vec<String> {
    page.texts(".history li")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_works_is_said_to_and_it_takes_one_call() {
    for_all(hasty(&[]).await, |mut case| async move {
        let name = case.connect(&[]).await.text_of(".head .account");
        case.control(&[("reset_counters", "1")]).await;
        let page = case.ada.post(&case.place("/check"), &[]).await;
        let said = notice(&page);
        assert!(said.starts_with("Checked: it works"), "{said}");
        assert!(said.ends_with(&format!("Connected as {name}")), "{said}");
        assert_eq!(page.state(), "connected");
        assert!(fact(&page, "Last checked").ends_with(", it worked"));
        assert!(history(&page)[0].starts_with("Checked: it works"));
        let asked = (case.calls("token").await, case.calls("unauthorized").await);
        assert_eq!(asked, (0, 0));
        let page = case.ada.post(&case.place("/check"), &[]).await;
        assert!(history(&page)[0].starts_with("Checked: it works, 2 times, last"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_whose_time_is_over_is_renewed_first() {
    for_all(hasty(&[]).await, |mut case| async move {
        case.connect(&[]).await;
        case.control(&[("expire_tokens", "1"), ("reset_counters", "1")])
            .await;
        let page = case.ada.post(&case.place("/check"), &[]).await;
        assert!(notice(&page).starts_with("Checked: it works"));
        assert_eq!(case.calls("token_refresh").await, 1);
        assert_eq!(page.state(), "connected");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawn_access_shows_and_is_not_asked_about_again() {
    for_all(hasty(&[]).await, |mut case| async move {
        case.connect(&[]).await;
        case.control(&[("withdraw", "1"), ("reset_counters", "1")])
            .await;
        let page = case.ada.post(&case.place("/check"), &[]).await;
        let said = notice(&page);
        let title = format!("Checked: access was withdrawn at {}", case.profile.name);
        assert!(said.starts_with(&title), "{said}");
        assert!(said.contains("until you reconnect"), "{said}");
        assert_eq!(page.state(), "action_needed");
        let counters = case.world.state_of(case.id()).await["counters"].clone();
        let again = case.ada.post(&case.place("/check"), &[]).await;
        assert!(notice(&again).starts_with(&title));
        let now = case.world.state_of(case.id()).await["counters"].clone();
        assert_eq!(now, counters, "it was asked again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_tokens_end_the_connection_and_a_check_brings_it_back_without_a_refresh() {
    let (world, wire) = Wire::world().await;
    let mut ada = connected(&world).await;
    wire.refuse_every_token();
    let page = click(&mut ada, "Check now").await;
    let said = notice(&page);
    assert!(
        said.starts_with("Checked: HubSpot refuses even fresh tokens"),
        "{said}"
    );
    assert_eq!(page.state(), "action_needed");
    assert_eq!(world.calls("token_refresh").await, 1);
    let page = click(&mut ada, "Check now").await;
    assert_eq!(page.state(), "action_needed");
    assert_eq!(world.calls("token_refresh").await, 1, "asked for another");

    wire.take_tokens_again();
    let page = click(&mut ada, "Check now").await;
    assert!(notice(&page).starts_with("Checked: it works"));
    assert_eq!(
        (page.state().as_str(), page.count(".trouble")),
        ("connected", 0)
    );
    assert!(history(&page)[0].starts_with("It works again"));
    assert_eq!(world.calls("token_refresh").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_fails_says_nothing_of_the_connection() {
    let world = World::start().await;
    let mut ada = connected(&world).await;
    for kind in ["500", "429", "502html", "html200", "reset"] {
        world
            .control(&[("fail_on", "any"), ("fail_kind", kind), ("fail_next", "1")])
            .await;
        let page = click(&mut ada, "Check now").await;
        let said = notice(&page);
        assert!(
            said.starts_with("Checked: it cannot be told"),
            "{kind}: {said}"
        );
        assert!(said.contains("HubSpot "), "{kind}: {said}");
        assert_eq!(
            (page.state().as_str(), page.count(".trouble")),
            ("connected", 0)
        );
        let error = fact(&page, "Last error");
        assert!(error.starts_with("Checking: HubSpot "), "{kind}: {error}");
        assert!(error.contains("In the log: "), "{kind}: {error}");
        assert_eq!(fact(&page, "Last checked"), "not yet");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_endpoint_that_fails_is_told_apart_from_the_connection() {
    let world = World::start().await;
    let mut ada = connected(&world).await;
    world.control(&TROUBLE).await;
    world.pass(DEAD);
    let page = click(&mut ada, "Check now").await;
    let said = notice(&page);
    assert!(
        said.starts_with("Checked: HubSpot gives no fresh token just now"),
        "{said}"
    );
    assert_eq!(page.state(), "retrying");
    world
        .control(&[("fail_next", "0"), ("client_secret_valid", "off")])
        .await;
    world.pass(DEAD);
    let page = click(&mut ada, "Check now").await;
    assert!(notice(&page).contains("client id or secret"));
    assert_eq!(page.state(), "misconfigured");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_longer_than_ten_seconds() {
    let world = World::start().await;
    let mut ada = connected(&world).await;
    world.control(&[("latency_ms", "15000")]).await;
    let page = tokio::time::timeout(Duration::from_secs(14), click(&mut ada, "Check now"));
    let page = page.await.expect("an answer before the provider's own");
    let said = notice(&page);
    assert!(said.contains("no answer within 10 seconds"), "{said}");
    assert_eq!(page.state(), "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn clicks_at_once_are_one_check() {
    let (world, wire) = Wire::world().await;
    let mut ada = connected(&world).await;
    let before = wire.calls_to("/account-info/");
    world.control(&[("latency_ms", "1000")]).await;
    ada.get(PLACE).await;
    let tabs = (0..5).map(|_| {
        let mut tab = ada.clone();
        async move { tab.post_once(&format!("{PLACE}/check"), &[]).await.status }
    });
    for status in futures_util::future::join_all(tabs).await {
        assert_eq!(status, 303);
    }
    assert_eq!(wire.calls_to("/account-info/"), before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_connection_there_is_nothing_to_ask_with() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    ada.get(PLACE).await;
    for action in ["check", "refresh"] {
        let page = ada.post(&format!("{PLACE}/{action}"), &[]).await;
        assert!(notice(&page).starts_with("HubSpot is not connected"));
        assert!(!offers(&page, "Check now") && !offers(&page, "Refresh now"));
    }
    let stranger = world.browser();
    for action in ["check", "refresh"] {
        let request = stranger.request(Method::POST, &format!("{PLACE}/{action}"));
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn htmx_is_led_to_the_page_and_told_of_a_store_that_is_away() {
    let world = World::start().await;
    let mut ada = connected(&world).await;
    for action in ["check", "refresh"] {
        let part = ada.post_part(&format!("{PLACE}/{action}"), &[]).await;
        assert_eq!(
            (part.status.as_u16(), part.header("hx-redirect")),
            (200, PLACE)
        );
        assert_eq!(part.text, "");
    }
    world.redis.freeze();
    let part = ada.post_part(&format!("{PLACE}/check"), &[]).await;
    world.redis.thaw();
    assert_eq!(part.status, 503);
    assert!(part.text_of(".failure").contains("cannot reach its store"));
}
