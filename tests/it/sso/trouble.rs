//! An issuer that changes its keys, or goes away.

use jiff::SignedDuration;

use super::world;
use crate::support::{Issuer, Place, World};

#[tokio::test(flavor = "multi_thread")]
async fn new_keys_of_the_issuer_are_taken_up() {
    let (world, mut issuer) = world(Place::Token).await;
    let page = world.browser().sign_in_by_sso("ada").await;
    assert_eq!(
        page.text_of(".who .user"),
        "ada@example.com",
        "{}",
        page.text
    );
    issuer.serve(&world.url, "RS256", Place::Token).await;
    // So soon after they were read, they are not asked for again: that is told, and passes.
    let page = world.browser().sign_in_by_sso("ada").await;
    assert_eq!(page.status, 502, "{}", page.text);
    world.pass(SignedDuration::from_secs(31));
    let page = world.browser().sign_in_by_sso("ada").await;
    assert_eq!(
        page.text_of(".who .user"),
        "ada@example.com",
        "{}",
        page.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_goes_away_lets_nobody_in_and_nobody_out() {
    let (world, mut issuer) = world(Place::Token).await;
    let mut inside = world.browser();
    inside.sign_in_by_sso("bob").await;
    let mut ada = world.browser();
    let form = ada.to_issuer("/connections").await;
    let back = ada.prove(&form, "ada").await;
    issuer.stop().await;

    let page = ada.get(back.as_str()).await;
    assert_eq!(page.status, 502, "{}", page.text);
    assert!(
        page.text_of("h1").contains("does not answer"),
        "{}",
        page.text
    );

    // What was known of it grows old.
    world.pass(SignedDuration::from_mins(61));
    let page = ada.get("/sign-in").await;
    assert_eq!(
        (page.status.as_u16(), page.count("#away")),
        (200, 1),
        "{}",
        page.text
    );
    let page = ada.post("/sign-in/sso", &[]).await;
    assert_eq!(page.status, 502);
    let page = inside.get("/connections").await;
    assert_eq!(page.text_of(".who .user"), "bob@example.com");
}

#[tokio::test(flavor = "multi_thread")]
async fn patchbay_starts_before_its_issuer() {
    let mut issuer = Issuer::start().await;
    let world = World::with(&issuer.settings()).await;
    let mut ada = world.browser();
    assert_eq!(ada.get("/sign-in").await.count("#away"), 1);
    issuer.serve(&world.url, "ES256", Place::Userinfo).await;
    world.pass(SignedDuration::from_secs(6));
    let page = ada.sign_in_by_sso("ada").await;
    assert_eq!(
        page.text_of(".who .user"),
        "ada@example.com",
        "{}",
        page.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_told_to_the_operator() {
    let mut issuer = Issuer::start().await;
    let mut settings = issuer.settings();
    settings[3] = ("PATCHBAY_OIDC_CLIENT_SECRET", "another");
    let world = World::with(&settings).await;
    issuer.serve(&world.url, "RS256", Place::Token).await;
    let page = world.browser().sign_in_by_sso("ada").await;
    assert_eq!(page.status, 502, "{}", page.text);
    assert!(
        page.text_of("h1").contains("does not accept this Patchbay"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("another"));
}
