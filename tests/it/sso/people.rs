//! Who people are here whom the issuer knows: members, admins, and those who were.

use super::{add, signed_in, world};
use crate::support::{Page, Place};

const MEMBERS: &str = "/settings/members";

fn assert_refused(page: &Page, title: &str) {
    assert_eq!(page.status, 403, "{}", page.text);
    assert_eq!(page.text_of("h1"), title);
    assert_eq!(page.count(".who"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_becomes_a_member_and_an_admin_is_made_before() {
    let (world, _issuer) = world(Place::Token).await;
    add(&world, "acme", "ada@example.com", "admin").await;
    let mut bob = signed_in(&world, "bob").await;
    assert_eq!(bob.get(MEMBERS).await.status, 403);
    let mut ada = signed_in(&world, "ada").await;
    let page = ada.get(MEMBERS).await;
    let people = ["ada@example.com", "bob@example.com"];
    assert_eq!(page.texts("#members td.name bdi"), people);
    assert_eq!(page.texts("#members td.role"), ["admin", "member"]);
    // There is no password to change, and nobody to invite: people come by themselves.
    assert_eq!(ada.get("/settings/password").await.status, 404);
    assert_eq!(ada.get("/setup").await.url.path(), "/connections");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_removed_is_out_at_once_and_does_not_come_back_by_themselves() {
    let (world, _issuer) = world(Place::Token).await;
    add(&world, "acme", "ada@example.com", "admin").await;
    let mut bob = signed_in(&world, "bob").await;
    let mut ada = signed_in(&world, "ada").await;
    let removal = format!("{MEMBERS}/bob%40example.com/remove");
    ada.get(&removal).await;
    ada.post(&removal, &[("connections", "leave")]).await;
    assert_eq!(bob.get("/connections").await.url.path(), "/sign-in");
    // The issuer knows Bob still, and asks him nothing.
    let page = bob.get("/sign-in").await;
    let form = page.form_with_button("Sign in with single sign-on");
    let page = bob.send_form(form).await;
    assert_refused(&page, "Your account was removed");
    // An admin lets him in again.
    ada.get(MEMBERS).await;
    let page = ada.post(MEMBERS, &[("email", "bob@example.com"), ("role", "admin")]);
    let page = page.await;
    assert_eq!(page.text_of(".banner strong"), "The member is added");
    assert_eq!(page.texts("#members td.role"), ["admin", "admin"]);
    let mut bob = signed_in(&world, "bob").await;
    assert_eq!(bob.get(MEMBERS).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_adds_whom_the_operator_lets_sign_in() {
    let (mut world, _issuer) = world(Place::Token).await;
    world.set("PATCHBAY_OIDC_DOMAINS", "example.com");
    world.restart().await;
    add(&world, "acme", "ada@example.com", "admin").await;
    add(&world, "globex", "gus@example.com", "admin").await;
    let mut ada = signed_in(&world, "ada").await;
    let mut try_to = async |email: &str, role: &str| {
        ada.get(MEMBERS).await;
        ada.post(MEMBERS, &[("email", email), ("role", role)]).await
    };
    for (email, says) in [
        ("", "Type the email"),
        ("bob", "not an email"),
        ("bob@example.org", "other domains"),
        ("ada@example.com", "an account of this email"),
        ("gus@example.com", "an account of this email"),
    ] {
        let page = try_to(email, "member").await;
        assert_eq!(page.status, 422, "{email}");
        let fault = page.text_of("#email_error");
        assert!(fault.contains(says), "{email}: {fault}");
        assert_eq!(page.value("#email").as_deref(), Some(email));
    }
    let page = try_to("bob@example.com", "king").await;
    assert_eq!(page.text_of(".making .banner strong"), "Nobody was added");
    let page = try_to("Bob@Example.com", "admin").await;
    let people = ["ada@example.com", "bob@example.com"];
    assert_eq!(page.texts("#members td.name bdi"), people);
    let mut bob = signed_in(&world, "bob").await;
    assert_eq!(bob.get(MEMBERS).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_was_given_to_somebody_else_opens_nothing() {
    let (world, _issuer) = world(Place::Token).await;
    let mut ada = signed_in(&world, "ada").await;
    let page = world.browser().sign_in_by_sso("ava").await;
    assert_refused(&page, "This email belonged to somebody else");
    assert_eq!(ada.get("/connections").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_org_that_the_issuer_names_does_not_move_anybody() {
    let (world, _issuer) = world(Place::Token).await;
    add(&world, "globex", "ada@example.com", "admin").await;
    let page = world.browser().sign_in_by_sso("ada").await;
    assert_refused(&page, "Your account here is in another org");
}
