//! Changing one's password.

use super::{until_told_to_wait, wait_of};
use crate::support::{World, people::PASSWORD};

const ADA: &str = "ada@example.com";
const PLACE: &str = "/settings/password";
const NEW: &str = "patient copper river dance";

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_counts_at_once_and_ends_all_other_sessions() {
    let world = World::with_accounts().await;
    let mut here = world.member("acme", ADA, "member").await;
    let mut there = world.browser();
    there.enter(ADA, PASSWORD).await;
    here.get(PLACE).await;
    let page = here
        .post(PLACE, &[("present", PASSWORD), ("new", NEW)])
        .await;
    assert_eq!(page.text_of(".banner strong"), "Your password is changed");
    assert_eq!(here.get("/connections").await.url.path(), "/connections");
    assert_eq!(
        here.get("/settings/sessions")
            .await
            .count("#sessions tbody tr"),
        1
    );
    assert_eq!(there.get("/connections").await.url.path(), "/sign-in");
    assert_eq!(there.enter(ADA, PASSWORD).await.status, 422);
    assert_eq!(there.enter(ADA, NEW).await.url.path(), "/connections");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_will_not_do_is_named_and_changes_nothing() {
    let world = World::with_accounts().await;
    let mut ada = world.member("acme", ADA, "member").await;
    for (present, new, field, says) in [
        ("wrong", NEW, "present", "not your present password"),
        (PASSWORD, "short", "new", "shorter than 12"),
        (PASSWORD, "example12345", "new", "easy to guess"),
        (PASSWORD, &"long".repeat(65), "new", "longer than 256"),
        ("", "", "present", "not your present password"),
    ] {
        ada.get(PLACE).await;
        let page = ada.post(PLACE, &[("present", present), ("new", new)]).await;
        assert_eq!(page.status, 422);
        let error = page.text_of(&format!("#{field}_error"));
        assert!(error.contains(says), "{error}");
        assert_eq!(page.count("input[type=password][value]"), 0);
    }
    assert_eq!(
        world.browser().enter(ADA, PASSWORD).await.url.path(),
        "/connections"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_found_open_is_no_way_to_guess() {
    let world = World::with_accounts().await;
    let mut ada = world.member("acme", ADA, "member").await;
    ada.get(PLACE).await;
    let mut guess = async |present: &str, new: &str| {
        let fields = [("present", present), ("new", new)];
        ada.post(PLACE, &fields).await
    };
    let (tried, page) = until_told_to_wait(422, 25, async |_| guess("wrong", NEW).await).await;
    assert!(tried >= 10, "{tried}");
    assert!((1..=30).contains(&wait_of(&page)), "{}", wait_of(&page));
    // Who has found it out is not told so either; another try may be allowed meanwhile.
    until_told_to_wait(422, 9, async |_| guess(PASSWORD, "short").await).await;
    // It is the session that waits, not who knows the password.
    assert_eq!(
        world.browser().enter(ADA, PASSWORD).await.url.path(),
        "/connections"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_people_have_none_there_is_no_such_page() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    assert_eq!(ada.get(PLACE).await.status, 404);
    assert_eq!(
        ada.post(PLACE, &[("present", "a"), ("new", NEW)])
            .await
            .status,
        404
    );
    assert!(!ada.get("/settings").await.text.contains(PLACE));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_does_not_last_longer_for_another_password() {
    let world = World::with_accounts().await;
    let mut ada = world.member("acme", ADA, "member").await;
    world.pass(jiff::SignedDuration::from_hours(24 * 6));
    ada.get(PLACE).await;
    let fields = [("present", PASSWORD), ("new", NEW)];
    let page = ada.post(PLACE, &fields).await;
    assert_eq!(page.text_of(".banner strong"), "Your password is changed");
    world.pass(jiff::SignedDuration::from_hours(23));
    assert_eq!(ada.get("/connections").await.url.path(), "/connections");
    world.pass(jiff::SignedDuration::from_hours(2));
    assert_eq!(ada.get("/connections").await.url.path(), "/sign-in");
}
