//! A flow of a program that brings another account than the connected one: whoever sits in its window is asked, and can
//! do nothing else.

use jiff::SignedDuration;
use patchbay::activity::By;
use patchbay::identity::{Coming, NewPerson, Role};
use patchbay::owner::Owner;
use reqwest::Method;

use super::{assert_ends, assert_not_signed_in, assert_stays, connected, has_credentials, window};
use crate::support::{Browser, Page, World};

/// The second account of HubSpot's stand-in. The first is example.com's.
const OTHER: &str = "147000999";
const PLACE: &str = "/integrations/hubspot/account";

/// Ada's program has opened a window, and it came back as example.org.
async fn asked(world: &World) -> (Browser, Page) {
    let (mut window, consent) = window(world).await;
    let other = [("account", OTHER)];
    let back = window.answer_consent(&consent, "Allow", &other).await;
    let led = window.get_once(back.as_str()).await;
    assert_eq!(led.status, 303, "{}", led.text);
    assert_eq!(led.location().expect("an address").path(), PLACE);
    let question = window.get_once(PLACE).await;
    assert_eq!(question.status, 200, "{}", question.text);
    (window, question)
}

async fn choose(window: &mut Browser, question: &Page, choice: &str) -> Page {
    let (action, fields) = question.form_with_button(choice);
    assert_eq!(action.path(), PLACE);
    let request = window.request(Method::POST, action.as_str());
    window.send(request.form(&fields)).await
}

/// The account that ada is connected as.
async fn account(world: &World) -> String {
    let mut ada = world.person("acme", "ada").await;
    let page = ada.get("/connections/hubspot").await;
    page.text_of(".head .account")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_asks_and_either_answer_ends_it() {
    for (choice, title, left) in [
        ("keep", "Still connected as example.com", "example.com"),
        ("replace", "Connected as example.org", "example.org"),
    ] {
        let world = connected().await;
        let (mut window, question) = asked(&world).await;
        assert_eq!(question.text_of("h1"), "You came back as another account");
        let whose = question.text_of("main p");
        assert!(whose.starts_with("The connection of ada of acme is to one"));
        assert_eq!(question.header("referrer-policy"), "same-origin");
        assert_eq!(question.header("cross-origin-opener-policy"), "");
        assert_eq!(question.count("[data-closes], .who, nav"), 0);
        assert_eq!(question.texts("main a"), [""; 0], "there is nowhere to go");
        assert_not_signed_in(&mut window).await;
        assert_eq!(account(&world).await, "example.com");

        let page = choose(&mut window, &question, choice).await;
        assert_ends(&mut window, &page).await;
        assert_eq!(page.text_of("h1"), title);
        let owner = page.text_of("main p").starts_with("ada of acme can use");
        assert_eq!(owner, choice == "replace", "{}", page.text);
        assert_eq!(account(&world).await, left);
        assert!(has_credentials(&world).await);

        // It was that one question.
        let title = "No question waits in this browser";
        for page in [
            window.get_once(PLACE).await,
            choose(&mut window, &question, "replace").await,
        ] {
            assert_stays(&page, 403, title);
        }
        assert_eq!(account(&world).await, left);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_can_answer() {
    let world = connected().await;
    let (mut window, question) = asked(&world).await;
    let id = question.value("input[name=candidate]").expect("an id");
    let strangers = [world.browser(), world.person("acme", "bob").await];
    for mut stranger in strangers {
        let page = stranger.get_once(PLACE).await;
        assert_stays(&page, 403, "No question waits in this browser");
        stranger.get("/sign-in").await;
        let fields = [("choice", "replace"), ("candidate", &id[..])];
        let page = stranger.post_once(PLACE, &fields).await;
        assert_eq!(page.status, 403);
    }
    // Nor can the window answer where only the signed-in may.
    window.get_once(PLACE).await;
    let fields = [("choice", "replace"), ("candidate", &id[..])];
    let page = window
        .post_once("/connections/hubspot/account", &fields)
        .await;
    let place = page.location().expect("the sign-in");
    assert_eq!(place.path(), "/sign-in");
    let elsewhere = "/integrations/notion/account";
    assert_eq!(window.get_once(elsewhere).await.status, 403);
    assert_eq!(account(&world).await, "example.com");
    let question = window.get_once(PLACE).await;
    choose(&mut window, &question, "replace").await;
    assert_eq!(account(&world).await, "example.org");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_signed_in_may_answer_first() {
    let world = connected().await;
    let (mut window, question) = asked(&world).await;
    let mut ada = world.person("acme", "ada").await;
    let same = ada.get("/connections/hubspot/account").await;
    ada.choose(&same, "keep").await;
    let page = choose(&mut window, &question, "replace").await;
    assert_stays(&page, 400, "This question has been answered already");
    assert_eq!(account(&world).await, "example.com");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_newest_question_counts() {
    let world = connected().await;
    let (mut window, older) = asked(&world).await;
    // The same browser comes back once more, in another window.
    let consent = window
        .get(super::Caller(&world).authorize("hubspot").await.as_str())
        .await;
    let other = [("account", OTHER)];
    let back = window.answer_consent(&consent, "Allow", &other).await;
    let newer = window.get(back.as_str()).await;
    assert_eq!(newer.url.path(), PLACE);
    let led = choose(&mut window, &older, "replace").await;
    assert_eq!(led.location().expect("the newer one").path(), PLACE);
    assert_eq!(account(&world).await, "example.com");
    let page = choose(&mut window, &newer, "replace").await;
    assert_ends(&mut window, &page).await;
    assert_eq!(account(&world).await, "example.org");

    // Another browser has a newer one.
    let world = connected().await;
    let (mut first, question) = asked(&world).await;
    asked(&world).await;
    let page = choose(&mut first, &question, "replace").await;
    assert_stays(&page, 400, "This question has been answered already");
    assert_eq!(account(&world).await, "example.com");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_late_is_told_that_nothing_changed() {
    let world = connected().await;
    let (mut window, _) = asked(&world).await;
    world.pass(SignedDuration::from_mins(16));
    let page = window.get_once(PLACE).await;
    assert_ends(&mut window, &page).await;
    assert_eq!(page.text_of("h1"), "Still connected as example.com");
    assert!(
        page.text_of("main")
            .contains("Nobody chose within 15 minutes")
    );
    assert_eq!(account(&world).await, "example.com");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_leaves_the_question_open() {
    let world = connected().await;
    let (mut window, question) = asked(&world).await;
    let id = question.value("input[name=candidate]").expect("an id");
    let fields = [("choice", "both"), ("candidate", &id[..])];
    let page = window.post_once(PLACE, &fields).await;
    assert_stays(&page, 422, "This is not one of the choices");
    let question = window.get_once(PLACE).await;
    let page = choose(&mut window, &question, "keep").await;
    assert_ends(&mut window, &page).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_of_the_demo_it_is_asked_after_the_confirmation() {
    let mut world = connected().await;
    let (mut window, consent) = window(&world).await;
    let other = [("account", OTHER)];
    let back = window.answer_consent(&consent, "Allow", &other).await;
    world.set("PATCHBAY_AUTH", "local");
    world.restart().await;
    let confirm = window.get(back.as_str()).await;
    let (action, fields) = confirm.form_with_button("Connect HubSpot");
    let request = window.request(Method::POST, action.as_str());
    let led = window.send(request.form(&fields)).await;
    assert_eq!(led.location().expect("the question").path(), PLACE);
    let question = window.get_once(PLACE).await;
    let page = choose(&mut window, &question, "replace").await;
    assert_ends(&mut window, &page).await;
    assert_eq!(page.text_of("h1"), "Connected as example.org");
    world.set("PATCHBAY_AUTH", "demo");
    world.restart().await;
    assert_eq!(account(&world).await, "example.org");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_replaced_any_more_for_who_was_removed() {
    let world = connected().await;
    let (mut window, question) = asked(&world).await;
    let people = world.people();
    let (by, owner) = (By::operator(), |user: &str| Owner {
        org: "acme".to_owned(),
        user: user.to_owned(),
    });
    for user in ["root", "ada"] {
        let new = NewPerson {
            owner: owner(user),
            role: Role::Admin,
            password: None,
        };
        people.add(new, &by, Coming::Added).await.expect("added");
    }
    people.remove(&owner("ada"), &by).await.expect("removed");
    let page = choose(&mut window, &question, "replace").await;
    assert_stays(&page, 403, "There is nobody to connect it for");
    assert_eq!(account(&world).await, "example.com");
    assert_eq!(world.calls("revoke").await, 0);
}
