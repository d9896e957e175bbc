//! Signing in at an issuer, in front of a browser: only there it shows whether the page's policy lets its form lead away.

use crate::accessible::{assert_legible, assert_sound};
use crate::chromium::Chromium;
use crate::support::{Issuer, Place, World};

const BUTTON: &str = "Sign in with single sign-on";

#[tokio::test(flavor = "multi_thread")]
async fn the_button_leads_to_the_issuer_and_back() {
    let mut issuer = Issuer::start().await;
    let world = World::with(&issuer.settings()).await;
    issuer.serve(&world.url, "RS256", Place::Userinfo).await;
    let ada = Chromium::open().await;
    ada.go(format!("{}/items", world.url)).await;
    assert_sound(&ada, "the sign-in page").await;
    assert_legible(&ada).await;

    ada.click(BUTTON).await;
    for (field, text) in [("login", "ada"), ("password", "any")] {
        ada.click_on(&format!("input[name={field}]")).await;
        ada.press(text).await;
    }
    ada.click("Sign-in").await;
    ada.click("Continue").await;
    ada.wait_for_text(".who .user", "ada@example.com").await;
    assert_eq!(ada.place().await, "/items");

    // The issuer knows her by now, so that one click leads there and back.
    ada.click("Sign out").await;
    ada.wait_for_place("/sign-in").await;
    ada.click(BUTTON).await;
    ada.wait_for_text(".who .user", "ada@example.com").await;

    issuer.stop().await;
    world.pass(jiff::SignedDuration::from_mins(61));
    ada.click("Sign out").await;
    ada.wait_for("#away").await;
    assert_sound(&ada, "the sign-in page without its issuer").await;
    ada.click(BUTTON).await;
    ada.wait_for_text("h1", "does not answer").await;
    ada.click("Go to the sign-in page").await;
    ada.wait_for_place("/sign-in").await;
}
