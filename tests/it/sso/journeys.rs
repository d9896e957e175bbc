//! People who sign in, and where they are then.

use super::{add, signed_in, world};
use crate::support::{Issuer, Place, World, plain_client};

#[tokio::test(flavor = "multi_thread")]
async fn somebody_signs_in_and_out() {
    let (world, _issuer) = world(Place::Userinfo).await;
    let mut ada = world.browser();
    let asked = ada.get("/items?q=a").await;
    assert_eq!(asked.url.path(), "/sign-in");
    assert_eq!(
        asked.count("input[type=password], #away"),
        0,
        "{}",
        asked.text
    );
    let policy = asked.header("content-security-policy");
    assert!(
        policy.contains("form-action 'self' https: http://localhost:"),
        "{policy}"
    );

    let form = ada.to_issuer("/items%3Fq%3Da").await;
    let back = ada.prove(&form, "ada").await;
    let led = ada.get_once(back.as_str()).await;
    assert_eq!(
        (led.status.as_u16(), led.header("location")),
        (303, "/items?q=a")
    );
    assert_eq!(led.header("referrer-policy"), "no-referrer");
    assert_eq!(led.header("cache-control"), "no-store");

    let page = ada.get("/connections").await;
    assert_eq!(page.text_of(".who .user"), "ada@example.com");
    assert_eq!(page.text_of(".who .org"), "acme");
    ada.connect_hubspot().await;

    ada.get("/connections").await;
    let out = ada.post("/sign-out", &[]).await;
    assert_eq!(out.url.path(), "/sign-in");
    assert_eq!(ada.get("/connections").await.url.path(), "/sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_may_put_it_all_into_the_token_and_sign_as_it_likes() {
    let (world, mut issuer) = world(Place::Token).await;
    for (algorithm, login, email) in [
        ("RS256", "ada", "ada@example.com"),
        ("PS256", "bob", "bob@example.com"),
        ("ES256", "ada", "ada@example.com"),
    ] {
        issuer.serve(&world.url, algorithm, Place::Token).await;
        // The keys of before are known, and read anew since this token names another one.
        world.pass(jiff::SignedDuration::from_secs(31));
        let page = world.browser().sign_in_by_sso(login).await;
        assert_eq!(
            page.text_of(".who .user"),
            email,
            "{algorithm}: {}",
            page.text
        );
        assert_eq!(page.text_of(".who .org"), "acme", "{algorithm}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_of_the_one_org_where_there_is_just_one() {
    let mut issuer = Issuer::start().await;
    let mut settings = issuer.settings();
    settings[4] = ("PATCHBAY_OIDC_ORG", "globex");
    let world = World::with(&settings).await;
    issuer.serve(&world.url, "RS256", Place::Userinfo).await;
    // The issuer names no org for Lou, and two for Kim.
    for login in ["lou", "kim"] {
        let page = world.browser().sign_in_by_sso(login).await;
        assert_eq!(page.text_of(".who .org"), "globex", "{}", page.text);
    }
    // So it is known whose trail it is that somebody was refused.
    let page = world.browser().sign_in_by_sso("una").await;
    assert_eq!(page.status, 403);
    add(&world, "globex", "ada@example.com", "admin").await;
    let mut ada = signed_in(&world, "ada").await;
    let page = ada.get("/activity?result=refused").await;
    let rows = page.texts("table.activity tbody tr");
    assert_eq!(rows.len(), 1, "{rows:#?}");
    for part in ["Sign-in failed", "Somebody", "an unverified email"] {
        assert!(rows[0].contains(part), "{part}: {rows:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_begins_a_session_of_its_own() {
    let (world, _issuer) = world(Place::Token).await;
    let mut ada = world.browser();
    let before = ada.get("/sign-in").await;
    let before = before
        .header("set-cookie")
        .split(';')
        .next()
        .expect("a cookie")
        .to_owned();
    let page = ada.sign_in_by_sso("ada").await;
    assert_eq!(page.text_of(".who .user"), "ada@example.com");
    let planted = plain_client()
        .get(format!("{}/connections", world.url))
        .header("cookie", before);
    let page = world.browser().send(planted).await;
    assert!(
        page.header("location").starts_with("/sign-in"),
        "{}",
        page.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tabs_of_one_browser_do_not_disturb_each_other() {
    let (world, _issuer) = world(Place::Token).await;
    let mut ada = world.browser();
    let (one, other) = (
        ada.to_issuer("/items").await,
        ada.to_issuer("/activity").await,
    );
    let back = ada.prove(&other, "ada").await;
    assert_eq!(ada.get(back.as_str()).await.url.path(), "/activity");
    // The other tab leads on to where it was meant to.
    let page = ada.send_login(&one, "ada").await;
    assert_eq!(
        (page.status.as_u16(), page.url.path()),
        (200, "/items"),
        "{}",
        page.text
    );
    assert_eq!(page.text_of(".who .user"), "ada@example.com");
}
