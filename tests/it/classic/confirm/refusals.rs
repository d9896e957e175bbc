//! What is refused, and whether the question still waits after it.

use jiff::SignedDuration;
use reqwest::Method;

use super::super::{assert_ends, assert_stays, on_the_way_back};
use super::{Asked, CONNECT, asked, assert_quiet, choose, come_back, is_connected, mode};
use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn another_browser_cannot_answer_and_takes_nothing_away() {
    let mut world = World::start().await;
    let (mut window, back) = on_the_way_back(&world, "Allow").await;
    let (mut other, other_back) = on_the_way_back(&world, "Allow").await;
    mode(&mut world, "local").await;
    let question = come_back(&mut window, &back).await;
    let place = question.url.path().to_owned();
    let title = "This question waits in another browser";
    let page = world.browser().get_once(&place).await;
    assert_stays(&page, 403, title);
    assert!(!page.text.contains("acme"), "whose it is stays unsaid");
    // With a token of its own it gets no further; with ours it does not even get so far.
    come_back(&mut other, &other_back).await;
    for choice in ["connect", "no"] {
        let page = other.post_once(&place, &[("choice", choice)]).await;
        assert_stays(&page, 403, title);
        let ours = [("choice", choice), ("_csrf", window.csrf())];
        let request = other.request(Method::POST, &place).form(&ours);
        assert_eq!(other.send(request).await.status, 403);
    }
    assert_eq!(world.calls("token").await, 0);
    let page = choose(&mut window, &question, CONNECT).await;
    assert_ends(&mut window, &page).await;
    assert!(is_connected(&mut world).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_good_for_ten_minutes_since_it_was_begun() {
    let Asked {
        mut world,
        mut window,
        question,
        ..
    } = asked().await;
    world.pass(SignedDuration::from_secs(570));
    let page = window.get_once(question.url.path()).await;
    assert_eq!(page.status, 200);
    world.pass(SignedDuration::from_secs(31));
    let title = "This connection was begun too long ago";
    let page = window.get_once(question.url.path()).await;
    assert_stays(&page, 400, title);
    let page = choose(&mut window, &question, CONNECT).await;
    assert_stays(&page, 400, title);
    assert_eq!(world.calls("token").await, 0);
    assert!(!is_connected(&mut world).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_leaves_the_question_open() {
    let Asked {
        mut world,
        mut window,
        back,
        question,
    } = asked().await;
    let place = question.url.path().to_owned();
    let id = place.rsplit('/').next().expect("an id");
    for fields in [&[][..], &[("choice", "")], &[("choice", "both")]] {
        let page = window.post_once(&place, fields).await;
        assert_stays(&page, 422, "This is not one of the choices");
        window.get_once(&place).await;
    }
    let state = back.query_pairs().find(|(name, _)| name == "state");
    let state = state.expect("a state").1;
    // A state is no id, and an id is no state.
    for (place, title) in [
        (
            format!("/integrations/hubspot/confirm/{state}"),
            "Patchbay did not begin this connection",
        ),
        (
            "/integrations/hubspot/confirm/guessed".to_owned(),
            "Patchbay did not begin this connection",
        ),
        (
            format!("/integrations/hubspot/oauth2callback?code=mine&state={id}"),
            "Patchbay did not begin this connection",
        ),
        (
            format!("/integrations/notion/confirm/{id}"),
            "This connection was not begun for Notion",
        ),
    ] {
        let page = window.get_once(&place).await;
        assert_stays(&page, 400, title);
    }
    assert_eq!(
        window
            .get_once(&format!("/integrations/nobody/confirm/{id}"))
            .await
            .status,
        404
    );
    let page = choose(&mut window, &question, CONNECT).await;
    assert_ends(&mut window, &page).await;
    assert!(is_connected(&mut world).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_the_provider_refuses_is_told_and_stays() {
    let Asked {
        mut world,
        mut window,
        question,
        back,
    } = asked().await;
    world.control(&[("client_secret_valid", "off")]).await;
    let page = choose(&mut window, &question, CONNECT).await;
    assert_stays(&page, 502, "HubSpot does not accept this Patchbay");
    assert!(
        page.text_of(".failure")
            .contains("You can close this window.")
    );
    assert_quiet(&back, &[&page.text]);
    assert!(!is_connected(&mut world).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_away_loses_no_question() {
    let Asked {
        mut world,
        mut window,
        question,
        ..
    } = asked().await;
    world.redis.freeze();
    let page = choose(&mut window, &question, CONNECT).await;
    assert_eq!(page.status, 503);
    world.redis.thaw();
    let page = choose(&mut window, &question, CONNECT).await;
    assert_ends(&mut window, &page).await;
    assert!(is_connected(&mut world).await);
}
