//! Coming back as another account, in front of a browser: the question, its answers, and the way back.

use crate::accessible::{assert_legible, assert_sound};
use crate::chromium::Chromium;
use crate::narrow::{assert_fits, narrow};
use crate::support::World;

const PLACE: &str = "/connections/hubspot";
const QUESTION: &str = "/connections/hubspot/account";
/// On the consent page of HubSpot's stand-in.
const OTHER: &str = "#account option[value=\"147000999\"]";
const LESS: &str = "[name=withhold_deals]";

/// Connects with a permission missing, so that the page offers to reconnect, and comes back as example.org.
async fn come_back(world: &World, ada: &Chromium) {
    ada.sign_in(&world.url).await;
    ada.connect_to("hubspot", &[LESS]).await;
    ada.load().await;
    ada.click("Reconnect").await;
    ada.allow("hubspot", &[OTHER]).await;
    ada.wait_for_place(QUESTION).await;
}

async fn account(ada: &Chromium) -> String {
    ada.text(".head .account").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_question_can_be_put_off_and_is_then_answered_once() {
    let world = World::start().await;
    let ada = Chromium::open().await;
    come_back(&world, &ada).await;
    let buttons = ["Keep example.com", "Replace with example.org"];
    let named = ada.named("button").await;
    assert!(
        buttons.iter().all(|it| named.contains(&(*it).to_owned())),
        "{named:?}"
    );
    assert_sound(&ada, "the question").await;

    ada.click("Choose later").await;
    ada.wait_for_text(".banner.other", "another account: example.org")
        .await;
    assert_eq!(account(&ada).await, "example.com");
    assert_sound(&ada, "a question that waits").await;
    ada.click("Connections").await;
    ada.wait_for("article .banner.other").await;
    assert_sound(&ada, "a question that waits, on a card").await;
    ada.click("Choose which one to keep").await;
    ada.wait_for_place(QUESTION).await;
    ada.click(buttons[1]).await;
    ada.wait_for_text(".banner.ok", "Connected as example.org")
        .await;
    assert_eq!(account(&ada).await, "example.org");

    // The question of before is not there any more.
    ada.back().await;
    ada.wait_for_text(".head .account", "example.org").await;
    assert_eq!(ada.place().await, PLACE);
    assert_eq!(ada.count(".banner.other").await, 0);
    ada.load().await;
    assert_eq!(ada.complaints(&world.url).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_script_the_old_account_is_kept_just_as_well() {
    let world = World::start().await;
    let ada = Chromium::without_script().await;
    come_back(&world, &ada).await;
    ada.click("Keep example.com").await;
    ada.wait_for_text(".banner.ok", "Still connected as example.com")
        .await;
    assert_eq!(account(&ada).await, "example.com");
    assert_eq!(ada.count("#items tr[data-id]").await, 50);
    let htmx: Option<bool> = ada.ask("return 'htmx' in window", &[]).await;
    assert_eq!(htmx, Some(false), "script runs");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_question_and_the_disconnect_are_legible_everywhere() {
    let world = World::start().await;
    let ada = Chromium::open().await;
    come_back(&world, &ada).await;
    for place in [QUESTION, PLACE, "/connections/hubspot/disconnect"] {
        ada.go(format!("{}{place}", world.url)).await;
        assert_legible(&ada).await;
    }
    let long =
        "document.querySelectorAll('bdi').forEach(it => { it.textContent = 'w'.repeat(80) + '…' })";
    narrow(&ada).await;
    for place in [
        QUESTION,
        "/connections",
        PLACE,
        "/connections/hubspot/disconnect",
    ] {
        ada.go(format!("{}{place}", world.url)).await;
        let _: Option<()> = ada.ask(long, &[]).await;
        assert_fits(&ada, place).await;
    }
}
