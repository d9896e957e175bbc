//! The buttons that ask the provider something while the person waits: 'Check now' and 'Refresh now'.

use crate::accessible::{assert_legible, assert_sound};
use crate::chromium::Chromium;
use crate::narrow::{assert_fits, telephone};
use crate::support::World;

const PLACE: &str = "/connections/hubspot";
const NOTICE: &str = "main > .banner[role=status]";

#[tokio::test(flavor = "multi_thread")]
async fn a_click_is_answered_with_script_and_without() {
    for script in [true, false] {
        let browser = Chromium::scripted(script).await;
        let world = World::start().await;
        browser.sign_in(&world.url).await;
        browser.connect().await;
        browser.click("Check now").await;
        browser.wait_for_text(NOTICE, "Checked: it works").await;
        assert!(browser.text("#facts").await.contains("it worked"));
        browser.click("Refresh now").await;
        browser.wait_for_text(NOTICE, "Token renewed").await;
        assert_eq!(browser.place().await, PLACE);
        assert_eq!(world.calls("token_refresh").await, 1);
        let complaints = browser.complaints(&world.url).await;
        assert_eq!(complaints, Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_rests_while_its_answer_is_on_the_way() {
    let world = World::start().await;
    let ada = Chromium::open().await;
    ada.sign_in(&world.url).await;
    ada.connect().await;
    world.control(&[("latency_ms", "2000")]).await;
    ada.click("Check now").await;
    ada.wait_for("#facts .ask button:disabled").await;
    ada.wait_for_text(NOTICE, "Checked: it works").await;
    assert_eq!(ada.count("#facts .ask button:disabled").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_away_is_told_beside_the_page_and_the_way_on_stays() {
    let world = World::start().await;
    let ada = Chromium::open().await;
    ada.sign_in(&world.url).await;
    ada.connect().await;
    world.redis.freeze();
    ada.click("Check now").await;
    ada.wait_for_text("#asked", "Patchbay cannot reach its store")
        .await;
    world.redis.thaw();
    assert_eq!(ada.text(".head h1").await, "HubSpot");
    ada.click("Check now").await;
    ada.wait_for_text(NOTICE, "Checked: it works").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_is_legible_and_its_way_on_is_at_hand_wide_and_narrow() {
    let world = World::start().await;
    for wide in [true, false] {
        let ada = match wide {
            true => Chromium::open().await,
            false => telephone().await,
        };
        world.control(&[("client_secret_valid", "on")]).await;
        ada.sign_in(&world.url).await;
        ada.click("Connect HubSpot").await;
        ada.allow("hubspot", &[]).await;
        world.control(&[("client_secret_valid", "off")]).await;
        ada.click("Refresh now").await;
        ada.wait_for_text(".trouble", "HUBSPOT_CLIENT_SECRET").await;
        assert_sound(&ada, "misconfigured").await;
        if wide {
            assert_legible(&ada).await;
        } else {
            assert_fits(&ada, "misconfigured").await;
        }
        world.pass(jiff::SignedDuration::from_hours(1));
        world
            .control(&[("client_secret_valid", "on"), ("withdraw", "1")])
            .await;
        ada.click("Check now").await;
        ada.wait_for_text(".trouble", "Access was withdrawn").await;
        assert_sound(&ada, "withdrawn").await;
        if wide {
            assert_legible(&ada).await;
        }
        ada.click("Connections").await;
        ada.wait_for_text(".cause", "Access was withdrawn").await;
        assert_sound(&ada, "a card with a cause").await;
        if !wide {
            assert_fits(&ada, "a card with a cause").await;
        }
        ada.go(&format!("{}{PLACE}/disconnect", world.url)).await;
        ada.click("Disconnect").await;
        ada.wait_for("[data-state=not_connected]").await;
    }
}
