//! What the trail says of what was refused to somebody who is known.

use jiff::SignedDuration;
use patchbay::activity::By;
use patchbay::identity::{New, Scope};
use patchbay::owner::Owner;
use reqwest::Method;

use crate::support::{Browser, World, people::PASSWORD};

const ADA: &str = "ada@example.com";
const BOB: &str = "bob@example.com";

/// Acme with ada, its admin, and bob, a member.
async fn acme() -> (World, Browser, Browser) {
    let world = World::with_accounts().await;
    let ada = world.member("acme", ADA, "admin").await;
    let bob = world.member("acme", BOB, "member").await;
    (world, ada, bob)
}

/// The refusals that somebody sees, as the words of their rows; waits until there are so many.
async fn refused(browser: &mut Browser, many: usize) -> Vec<String> {
    let mut rows = Vec::new();
    // A failed sign-in is noted beside its answer.
    for _ in 0..100 {
        let page = browser.get("/activity?result=refused").await;
        rows = page.texts("table.activity tbody tr");
        if rows.len() >= many {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(rows.len(), many, "{rows:#?}");
    rows
}

fn assert_told(row: &str, parts: &[&str]) {
    for part in parts {
        assert!(row.contains(part), "{part}: {row}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_what_is_for_admins_is_told_of_to_them() {
    let (_world, mut ada, mut bob) = acme().await;
    assert_eq!(bob.get("/settings/members").await.status, 403);
    bob.get("/settings/keys").await;
    let role = "/settings/members/ada%40example.com/role";
    assert_eq!(bob.post(role, &[("role", "member")]).await.status, 403);
    for rows in [refused(&mut ada, 2).await, refused(&mut bob, 2).await] {
        let parts = ["Access refused", BOB, "for admins", "127.0.0.1"];
        assert_told(&rows[0], &parts);
        assert_told(&rows[0], &["POST /settings/members/{user}/role"]);
        assert_told(&rows[1], &parts);
        assert_told(&rows[1], &["GET /settings/members"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_session_is_told_of() {
    let (world, mut ada, mut bob) = acme().await;
    let mut eve = world.browser();
    eve.get("/sign-in").await;
    let foreign = eve.csrf().to_owned();
    let request = bob.request(Method::POST, "/settings/keys");
    let page = bob.send(request.form(&[("_csrf", &foreign)])).await;
    assert_eq!(page.status, 403);
    // One that brings nobody's session is nobody's.
    eve.post("/settings/keys", &[("_csrf", &foreign)]).await;
    let rows = refused(&mut ada, 1).await;
    let parts = ["Access refused", BOB, "POST /settings/keys", "too old"];
    assert_told(&rows[0], &parts);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_do_not_count_are_told_of_to_whose_they_are() {
    let (world, mut ada, mut bob) = acme().await;
    let owner = Owner {
        org: "acme".to_owned(),
        user: BOB.to_owned(),
    };
    let make = async |name: &str| {
        let new = New {
            name: name.to_owned(),
            scopes: vec![Scope::ItemsRead],
            life: Some(std::time::Duration::from_secs(3_600)),
            id: None,
        };
        let made = world.keys().create(&owner, new, &By::operator()).await;
        let (key, secret) = made.expect("a key");
        (key, world.program_with(secret.expose().to_owned()))
    };
    let (_, good) = make("good").await;
    good.get("/api/v1/connections/hubspot/token").await.is(403);
    let fields = [("user_id", BOB), ("org_id", "acme")];
    let place = "/integrations/hubspot/credentials";
    let request = good.request(Method::POST, place).form(&fields);
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 403);
    let (key, revoked) = make("revoked").await;
    let by = By::operator();
    assert!(world.keys().revoke_key(&key, &by).await.expect("revoked"));
    revoked.get("/api/v1/items").await.is(401);
    let (_, expired) = make("expired").await;
    world.pass(SignedDuration::from_hours(2));
    expired.get("/api/v1/items").await.is(401);
    // What cannot be one of ours is nobody's.
    let unknown = world.program_with("pb_unknown".to_owned());
    unknown.get("/api/v1/items").await.is(401);
    for rows in [refused(&mut ada, 4).await, refused(&mut bob, 4).await] {
        assert_told(&rows[0], &["API key refused", "expired", "it has expired"]);
        assert_told(&rows[1], &["API key refused", "revoked", "it was revoked"]);
        for row in &rows[2..] {
            assert_told(row, &["API key refused", "good", BOB, "tokens:read"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_tries_an_account_that_was_removed_is_told_of() {
    let (world, mut ada, _) = acme().await;
    ada.get("/settings/members").await;
    let fields = [("connections", "disconnect")];
    ada.post("/settings/members/bob%40example.com/remove", &fields)
        .await;
    assert_eq!(world.browser().enter(BOB, PASSWORD).await.status, 422);
    let rows = refused(&mut ada, 1).await;
    let parts = ["Sign-in failed", "Somebody", BOB, "the account was removed"];
    assert_told(&rows[0], &parts);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_present_password_is_no_failed_sign_in() {
    let (_world, mut ada, mut bob) = acme().await;
    bob.get("/settings/password").await;
    let fields = [("present", "wrong"), ("new", "patient copper river dance")];
    let page = bob.post("/settings/password", &fields).await;
    assert_eq!(page.status, 422);
    let rows = refused(&mut ada, 1).await;
    let parts = ["Password not changed", BOB, "present password was wrong"];
    assert_told(&rows[0], &parts);
}
