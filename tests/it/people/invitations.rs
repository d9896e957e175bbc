//! Invitations: a link that lets one person in, once.

use jiff::SignedDuration;

use crate::support::{Browser, Page, World, people::PASSWORD};

const ADA: &str = "ada@example.com";
const CY: &str = "cy@example.com";
const PLACE: &str = "/settings/members";

/// Acme with ada, its admin, and a link that she made.
async fn invited(email: &str, role: &str) -> (World, Browser, String) {
    let world = World::with_accounts().await;
    let mut ada = world.member("acme", ADA, "admin").await;
    let link = invite(&mut ada, email, role).await;
    (world, ada, link)
}

/// Makes an invitation; answers its link as a path.
async fn invite(ada: &mut Browser, email: &str, role: &str) -> String {
    ada.get(PLACE).await;
    let fields = [("email", email), ("role", role)];
    let page = ada.post(&format!("{PLACE}/invitations"), &fields).await;
    let link = page.text_of("#link");
    let path = link.strip_prefix(ada.home.as_str()).expect("our own");
    format!("/{path}")
}

async fn join(browser: &mut Browser, link: &str, email: &str, password: &str) -> Page {
    browser.get(link).await;
    let fields = [("email", email), ("password", password)];
    browser.post(link, &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_the_link_joins_once() {
    let (world, mut ada, link) = invited("", "member").await;
    let mut cy = world.browser();
    let page = cy.get(&link).await;
    assert_eq!(page.text_of("h1"), "Join acme");
    assert!(
        page.text_of("section.narrow")
            .contains(&format!("{ADA} invites you"))
    );
    let page = join(&mut cy, &link, "Cy@Example.com", PASSWORD).await;
    assert_eq!(page.url.path(), "/connections");
    assert_eq!(page.text_of(".banner strong"), "You are a member now");
    assert_eq!(page.text_of(".who .names"), format!("acme · {CY}"));
    let page = ada.get(PLACE).await;
    assert_eq!(page.texts("#members td.name bdi"), [ADA, CY]);
    assert_eq!(page.texts("#members td.role"), ["admin", "member"]);
    assert_eq!(page.count("#open-invitations"), 0);
    // It is used up.
    let mut dan = world.browser();
    let page = dan.get(&link).await;
    assert_eq!(
        (page.status.as_u16(), &page.text_of("h1")[..]),
        (404, "This invitation leads nowhere")
    );
    dan.get("/sign-in").await;
    let fields = [("email", "dan@example.com"), ("password", PASSWORD)];
    assert_eq!(dan.post(&link, &fields).await.status, 404);
    assert_eq!(
        world.browser().enter(CY, PASSWORD).await.url.path(),
        "/connections"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_for_an_admin_makes_an_admin() {
    let (world, _ada, link) = invited(CY, "admin").await;
    let mut cy = world.browser();
    join(&mut cy, &link, CY, PASSWORD).await;
    assert_eq!(cy.get(PLACE).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_for_an_email_is_for_no_other() {
    let (world, _ada, link) = invited(CY, "member").await;
    let mut dan = world.browser();
    let page = dan.get(&link).await;
    assert_eq!(page.value("input[name=email]").as_deref(), Some(CY));
    let page = join(&mut dan, &link, "dan@example.com", PASSWORD).await;
    assert_eq!(page.status, 422);
    assert!(page.text_of("#email_error").contains(CY));
    assert_eq!(
        join(&mut dan, &link, CY, PASSWORD).await.url.path(),
        "/connections"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_will_not_do_is_named_and_uses_nothing_up() {
    let (world, _ada, link) = invited("", "member").await;
    let mut cy = world.browser();
    for (email, password, field, says) in [
        ("cy", PASSWORD, "email", "not an email address"),
        (ADA, PASSWORD, "email", "has an account already"),
        (CY, "short", "password", "shorter than 12"),
        (CY, "acmeacmeacme", "password", "easy to guess"),
    ] {
        let page = join(&mut cy, &link, email, password).await;
        assert_eq!(page.status, 422, "{email} {password}");
        let error = page.text_of(&format!("#{field}_error"));
        assert!(error.contains(says), "{error}");
    }
    assert_eq!(
        join(&mut cy, &link, CY, PASSWORD).await.url.path(),
        "/connections"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_after_a_week_or_when_it_is_revoked() {
    let (world, mut ada, link) = invited("", "member").await;
    let other = invite(&mut ada, CY, "member").await;
    let page = ada.get(PLACE).await;
    assert_eq!(
        page.texts("#open-invitations td.name"),
        [CY, "whoever has the link"]
    );
    let revoke = page.attributes("#open-invitations a", "href");
    let question = ada.get(&revoke[0]).await;
    assert_eq!(question.text_of("h1"), "Revoke this invitation?");
    assert_eq!(question.text_of("dl.facts dd"), CY);
    assert_eq!(world.browser().get(&other).await.status, 200);
    let page = ada.post(&revoke[0], &[]).await;
    assert_eq!(page.text_of(".banner strong"), "The invitation is revoked");
    assert_eq!(world.browser().get(&other).await.status, 404);
    assert_eq!(ada.post(&revoke[0], &[]).await.status, 404);
    assert_eq!(ada.get(&revoke[0]).await.status, 404);
    assert_eq!(world.browser().get(&link).await.status, 200);
    world.pass(SignedDuration::from_hours(24 * 7));
    assert_eq!(world.browser().get(&link).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_becomes_somebody_else_unawares() {
    let (world, mut ada, link) = invited("", "member").await;
    let page = ada.get(&link).await;
    assert_eq!(page.status, 409);
    assert_eq!(page.text_of("h1"), "You have an account already");
    let mut eve = world.member("other", "eve@example.com", "admin").await;
    assert_eq!(join(&mut eve, &link, CY, PASSWORD).await.status, 409);
    assert_eq!(world.browser().get(&link).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn others_make_and_end_none() {
    let (world, mut ada, _) = invited(CY, "member").await;
    let mut bob = world.member("acme", "bob@example.com", "member").await;
    let mut eve = world.member("other", "eve@example.com", "admin").await;
    let revoke = ada
        .get(PLACE)
        .await
        .attributes("#open-invitations a", "href");
    for (who, status) in [(&mut bob, 403), (&mut eve, 404)] {
        who.get("/settings/keys").await;
        assert_eq!(who.get(&revoke[0]).await.status, status);
        assert_eq!(who.post(&revoke[0], &[]).await.status, status);
    }
    let fields = [("role", "admin")];
    let page = bob.post(&format!("{PLACE}/invitations"), &fields).await;
    assert_eq!(page.status, 403);
    assert_eq!(eve.get(PLACE).await.count("#open-invitations"), 0);
    assert_eq!(ada.get(PLACE).await.count("#open-invitations tbody tr"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_is_shown_once_and_is_not_in_the_store() {
    let (world, mut ada, link) = invited("", "member").await;
    let token = link.rsplit('/').next().expect("a token");
    assert_eq!(token.len(), 43);
    assert!(!ada.get(PLACE).await.text.contains(token));
    assert!(!world.redis.dump().contains(token));
    let bad = [("email", "no email"), ("role", "member")];
    let page = ada.post(&format!("{PLACE}/invitations"), &bad).await;
    assert_eq!(page.status, 422);
    assert_eq!(page.value("#email").as_deref(), Some("no email"));
    assert!(page.text_of("#email_error").contains("not an email"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_sent_twice_makes_one_invitation() {
    let world = World::with_accounts().await;
    let mut ada = world.member("acme", ADA, "admin").await;
    let page = ada.get(PLACE).await;
    let (place, fields) = page.form_with_button("Make the link");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (&a[..], &b[..])).collect();
    let made = ada.post(place.path(), &fields).await;
    assert_eq!(made.count("#link"), 1);
    let again = ada.post(place.path(), &fields).await;
    assert_eq!(again.status, 409);
    let title = "This form has made its invitation already";
    assert_eq!(again.text_of("h1"), title);
    assert_eq!(ada.get(PLACE).await.count("#open-invitations tbody tr"), 1);
    let link = made.text_of("#link");
    assert_eq!(world.browser().get(&link).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_counts_no_longer_than_its_maker_may_invite() {
    let world = World::with_accounts().await;
    let mut ada = world.member("acme", ADA, "admin").await;
    let mut mal = world.member("acme", "mal@example.com", "admin").await;
    let link = invite(&mut mal, "", "admin").await;
    assert_eq!(world.browser().get(&link).await.status, 200);
    ada.get(PLACE).await;
    let role = format!("{PLACE}/mal%40example.com/role");
    ada.post(&role, &[("role", "member")]).await;
    assert_eq!(world.browser().get(&link).await.status, 404);
    ada.post(&role, &[("role", "admin")]).await;
    assert_eq!(world.browser().get(&link).await.status, 200);
    let remove = format!("{PLACE}/mal%40example.com/remove");
    ada.post(&remove, &[("connections", "disconnect")]).await;
    let mut mallory = world.browser();
    mallory.get("/sign-in").await;
    let fields = [("email", "new@example.com"), ("password", PASSWORD)];
    assert_eq!(mallory.post(&link, &fields).await.status, 404);
    let page = ada.get(PLACE).await;
    assert_eq!(page.texts("#members td.name bdi"), [ADA]);
    let told = page.text_of("#open-invitations td.name");
    assert!(told.contains("lets nobody in"), "{told}");
    // Nor when somebody of that email is an admin again.
    world.add_person("acme", "mal@example.com", "admin").await;
    assert_eq!(world.browser().get(&link).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_goes_away_while_they_join_has_joined_or_can_do_so_again() {
    // The link is looked at again and again.
    let settings = [("PATCHBAY_AUTH", "local"), ("PATCHBAY_RATE_LIMITS", "off")];
    let world = World::with(&settings).await;
    let mut ada = world.member("acme", ADA, "admin").await;
    for wait in [1, 5, 20, 60, 150] {
        let link = invite(&mut ada, "", "member").await;
        let email = format!("cy{wait}@example.com");
        let mut cy = world.browser();
        cy.get(&link).await;
        let fields = [("email", &email[..]), ("password", PASSWORD)];
        let gone = cy.post(&link, &fields);
        let _ = tokio::time::timeout(std::time::Duration::from_millis(wait), gone).await;
        // What was begun comes to its end.
        let mut joined = false;
        for _ in 0..100 {
            joined = world.browser().get(&link).await.status == 404;
            let known = ada.get(PLACE).await;
            if joined && known.texts("#members td.name bdi").contains(&email) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        if !joined {
            let page = join(&mut world.browser(), &link, &email, PASSWORD).await;
            assert_eq!(page.url.path(), "/connections", "{}", page.text);
        }
        let page = world.browser().enter(&email, PASSWORD).await;
        assert_eq!(page.url.path(), "/connections", "after {wait} ms");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_what_a_removed_member_left() {
    let (world, mut ada, link) = invited("", "member").await;
    let mut bob = world.member("acme", "bob@example.com", "member").await;
    bob.connect_hubspot().await;
    let scopes = [patchbay::identity::Scope::TokensRead];
    let (_, key) = world.key("acme", "bob@example.com", &scopes).await;
    ada.get(PLACE).await;
    let remove = format!("{PLACE}/bob%40example.com/remove");
    ada.post(&remove, &[("connections", "leave")]).await;
    let mut mallory = world.browser();
    let page = join(&mut mallory, &link, "bob@example.com", PASSWORD).await;
    assert_eq!(page.status, 422);
    let arguments = [
        "add",
        "--org",
        "acme",
        "--email",
        "bob@example.com",
        "--password-stdin",
    ];
    let (done, said) = world.user_command(&arguments, PASSWORD).await;
    assert!(!done && said.contains("left connections"), "{said}");

    let end = ada
        .get(PLACE)
        .await
        .attributes("#org-connections a", "href");
    ada.post(&end[0], &[]).await;
    let page = join(&mut mallory, &link, "bob@example.com", PASSWORD).await;
    assert_eq!(page.url.path(), "/connections", "{}", page.text);
    assert_eq!(page.state(), "not_connected");
    // A key of before opens nothing, also where nobody had revoked it.
    let program = world.program_with(key);
    program.get("/api/v1/connections").await.is(401);
}
