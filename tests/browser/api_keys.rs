//! API keys in front of a browser: made, copied and revoked, by keyboard, without script, and on a telephone.

use serde_json::json;
use thirtyfour::Key;

use crate::accessible::{assert_legible, assert_sound};
use crate::chromium::Chromium;
use crate::keyboard::{enter, tab, tab_to};
use crate::narrow::{assert_fits, emulate, telephone};
use crate::support::World;

const NAMES: &str = "#api-keys td.name";
/// Whether a form of the page would be sent, at the first click, at the second, and after a way back to the page.
const TWICE: &str = "const form = document.querySelector('form[data-once]'); \
    const send = () => form.dispatchEvent(new SubmitEvent('submit', {bubbles: true, cancelable: true})); \
    const back = () => dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true})); \
    return [send(), send(), back() && send()]";
/// How much of the key is marked.
const MARKED: &str = "const key = document.querySelector('#key'); \
    return key.value.slice(key.selectionStart, key.selectionEnd)";

async fn open(ada: &Chromium, world: &World) {
    ada.go(format!("{}/settings/keys", world.url)).await;
}

/// The key that the page shows.
async fn key(ada: &Chromium) -> String {
    ada.wait_for("#key").await;
    let value = "return document.querySelector('#key').value";
    let key: String = ada.ask(value, &[]).await.expect("a key");
    assert!(key.starts_with("pb_"), "{key}");
    key
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_made_copied_and_revoked_by_keyboard() {
    let world = World::start().await;
    let ada = Chromium::open().await;
    let allowed = json!({"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]});
    emulate(&ada, "Browser.grantPermissions", allowed).await;
    ada.sign_in(&world.url).await;
    tab_to(&ada, "Settings").await;
    enter(&ada).await;
    ada.wait_for("#no-keys").await;
    assert_sound(&ada, "no keys").await;

    tab_to(&ada, "name").await;
    ada.press("Nightly sync").await;
    tab(&ada).await;
    ada.press(" ").await;
    tab_to(&ada, "Make key").await;
    enter(&ada).await;
    let made = key(&ada).await;
    assert_sound(&ada, "a key").await;
    assert_eq!(ada.texts(".scopes code").await, ["items:read"]);
    tab_to(&ada, "Copy the key").await;
    enter(&ada).await;
    ada.wait_for_text("form [role=status]", "Copied").await;
    let read = "return navigator.clipboard.readText()";
    assert_eq!(ada.ask::<String>(read, &[]).await, Some(made));

    tab_to(&ada, "I have it").await;
    enter(&ada).await;
    ada.wait_for_text(NAMES, "Nightly sync").await;
    assert_sound(&ada, "a list of keys").await;
    tab_to(&ada, "Revoke").await;
    enter(&ada).await;
    ada.wait_for_text("h1", "Revoke the key Nightly sync?")
        .await;
    assert_sound(&ada, "the question").await;
    tab_to(&ada, "Revoke").await;
    enter(&ada).await;
    ada.wait_for_text("main [role=status]", "revoked").await;
    assert_eq!(ada.count("#no-keys").await, 1);
    assert_eq!(ada.complaints(&world.url).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_clicked_twice_is_sent_once() {
    let world = World::start().await;
    let ada = Chromium::open().await;
    ada.sign_in(&world.url).await;
    open(&ada, &world).await;
    assert_eq!(ada.ask(TWICE, &[]).await, Some([true, false, true]));
    // Where the browser itself keeps it back, it was not sent, and the next click counts.
    open(&ada, &world).await;
    ada.click("Make key").await;
    ada.fill("Name", "sync").await;
    ada.click_on("input[value='items:read']").await;
    ada.click("Make key").await;
    key(&ada).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_script_a_key_is_made_and_revoked_all_the_same() {
    let world = World::start().await;
    let ada = Chromium::without_script().await;
    ada.sign_in(&world.url).await;
    ada.click("Settings").await;
    ada.fill("Name", "sync").await;
    ada.click("Make key").await;
    ada.wait_for_text("#scope_error", "Choose at least one scope")
        .await;
    // The browser notes the status on its console, as of any form with a mistake.
    let told = ada.complaints(&world.url).await;
    assert!(told.iter().all(|line| line.contains("422")), "{told:?}");
    assert_eq!(
        ada.attribute("#name", "value").await.as_deref(),
        Some("sync")
    );
    ada.click_on("input[value='tokens:read']").await;
    ada.click("Make key").await;
    let made = key(&ada).await;

    // Nothing is offered that needs script, and the key is marked as in any field.
    let seen = "return document.querySelector('form[data-copies]').checkVisibility()";
    assert_eq!(ada.ask(seen, &[]).await, Some(false));
    ada.click_on("#key").await;
    let all = ada.driver.action_chain().key_down(Key::Control);
    let all = all.send_keys("a").key_up(Key::Control);
    all.perform().await.expect("keys pressed");
    assert_eq!(ada.ask::<String>(MARKED, &[]).await, Some(made));
    ada.click("I have it").await;
    ada.click("Revoke").await;
    ada.wait_for_text("h1", "Revoke the key sync?").await;
    ada.click_on("button.danger").await;
    ada.wait_for("#no-keys").await;
    assert_eq!(ada.complaints(&world.url).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_keys_fit_a_telephone_and_can_be_read() {
    let world = World::start().await;
    let ada = telephone().await;
    ada.sign_in(&world.url).await;
    open(&ada, &world).await;
    assert_fits(&ada, "no keys").await;
    ada.fill("Name", &"x".repeat(80)).await;
    for scope in ["items:read", "tokens:read", "contacts:write"] {
        ada.click_on(&format!("input[value='{scope}']")).await;
    }
    ada.click("Make key").await;
    key(&ada).await;
    assert_fits(&ada, "a key").await;
    let all =
        "const key = document.querySelector('#key'); return key.scrollHeight <= key.clientHeight";
    assert_eq!(
        ada.ask(all, &[]).await,
        Some(true),
        "a part of the key is out of sight"
    );
    open(&ada, &world).await;
    assert_fits(&ada, "a list of keys").await;
    assert_legible(&ada).await;
    ada.click("Revoke").await;
    ada.wait_for("button.danger").await;
    assert_legible(&ada).await;
}
