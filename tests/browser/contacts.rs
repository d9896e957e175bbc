//! The life of a contact in a real browser, with script and without.

use reqwest::Method;

use crate::accessible::{assert_legible, assert_sound};
use crate::chromium::Chromium;
use crate::narrow::{assert_fits, narrow};
use crate::support::{Browser, World};

const LIST: &str = "/connections/hubspot/contacts";
const OPEN: &str = "#contact-title";

/// A small account, connected by Ada in this browser.
async fn world_of(ada: &Chromium) -> World {
    let world = World::start().await;
    let small = [("contacts", "120"), ("companies", "1"), ("deals", "1")];
    world.control(&small).await;
    world.control(&[("search_delay_ms", "0")]).await;
    ada.sign_in(&world.url).await;
    ada.connect().await;
    world
}

/// Sets a field, whatever is in it.
pub async fn set(ada: &Chromium, label: &str, text: &str) {
    ada.click_field(label).await;
    let select: Option<bool> = ada
        .ask("document.activeElement.select(); return true", &[])
        .await;
    assert_eq!(select, Some(true));
    match text {
        "" => ada.press(thirtyfour::Key::Delete).await,
        text => ada.press(text).await,
    }
}

async fn value(ada: &Chromium, name: &str) -> String {
    let read = "return document.getElementById(arguments[0])?.value ?? null";
    let id = serde_json::json!(format!("field-{name}"));
    ada.ask(read, &[id]).await.unwrap_or_default()
}

/// Bob, who has the same account, changes a property of a contact by hand.
pub async fn bob_changes(world: &World, place: &str, name: &str, text: &str) {
    let mut bob: Browser = world.person("acme", "bob").await;
    bob.connect_hubspot().await;
    let page = bob.get(place).await;
    let (action, mut fields) = page.form_with_button("Save");
    fields.retain(|(field, _)| field != name);
    fields.push((name.to_owned(), text.to_owned()));
    let request = bob.request(Method::POST, action.as_str()).form(&fields);
    assert_eq!(bob.send(request).await.status, 303);
}

async fn a_whole_life(ada: Chromium) {
    let world = world_of(&ada).await;
    ada.click_on("nav[aria-label=Main] a[href$=contacts]").await;
    ada.wait_for_text("#lag", "120 contacts.").await;
    ada.click("New contact").await;
    ada.wait_for_text(OPEN, "New contact").await;
    set(&ada, "Email", "grace@example").await;
    set(&ada, "First name", "Grace").await;
    ada.click("Create contact").await;
    ada.wait_for_text("[data-property=email] .error", "invalid")
        .await;
    assert_eq!(value(&ada, "firstname").await, "Grace");
    set(&ada, "Email", "grace@example.com").await;
    ada.click("Create contact").await;
    ada.wait_for_text(OPEN, "Grace").await;
    let place = ada.place().await;
    assert!(place.starts_with(&format!("{LIST}/")), "{place}");

    set(&ada, "Last name", "Hopper").await;
    set(&ada, "Its name at HubSpot", "city").await;
    set(&ada, "Its value", "London").await;
    ada.click("Add another property").await;
    ada.wait_for("[data-property=city]").await;
    assert_eq!(value(&ada, "lastname").await, "Hopper");
    ada.click("Save").await;
    ada.wait_for_text("[role=status]", "Saved").await;
    assert_eq!(value(&ada, "more.city").await, "London");
    assert_eq!(ada.text(OPEN).await, "Grace Hopper");

    // Enter in a field saves, and 'Clear' takes back what was typed.
    set(&ada, "Company", "Navy").await;
    ada.press(thirtyfour::Key::Enter).await;
    ada.wait_until("the company saved", async || {
        value(&ada, "company").await == "Navy" && ada.count("[role=status]").await == 1
    })
    .await;
    set(&ada, "Company", "Army").await;
    ada.click_on("form.contact a.button:not(.danger)").await;
    ada.wait_until("what was typed gone", async || {
        value(&ada, "company").await == "Navy"
    })
    .await;

    ada.fill("Search contacts", "Hopper").await;
    ada.press(thirtyfour::Key::Enter).await;
    ada.wait_for_text("#lag", "1 contact found.").await;
    ada.click_on(".people a").await;
    ada.wait_for_text(OPEN, "Grace Hopper").await;
    ada.click("Delete").await;
    ada.wait_for_text("h1", "Delete Grace Hopper?").await;
    assert_sound(&ada, "delete").await;
    ada.click("Delete").await;
    ada.wait_for_text("[role=status]", "is deleted").await;
    ada.go(format!("{}{place}", world.url)).await;
    ada.wait_for_text("h1", "There is no such contact").await;
    let expected = ["404"];
    let complaints = ada.complaints(&world.url).await;
    let odd = complaints
        .iter()
        .find(|it| !expected.iter().any(|fine| it.contains(fine)) && !it.contains("422"));
    assert_eq!(odd, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_made_changed_found_and_deleted() {
    a_whole_life(Chromium::open().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_made_changed_found_and_deleted_without_script() {
    a_whole_life(Chromium::without_script().await).await;
}

async fn a_conflict_and_a_duplicate(ada: Chromium) {
    let world = world_of(&ada).await;
    ada.go(format!("{}{LIST}/new", world.url)).await;
    set(&ada, "Email", "grace@example.com").await;
    set(&ada, "Phone", "1").await;
    ada.click("Create contact").await;
    ada.wait_for_text("[role=status]", "in HubSpot now").await;
    let place = ada.place().await;

    bob_changes(&world, &place, "phone", "2").await;
    set(&ada, "Phone", "3").await;
    ada.click("Save").await;
    ada.wait_for_text(".both .there", "2").await;
    assert_eq!(value(&ada, "phone").await, "3");
    assert_sound(&ada, "a conflict").await;
    assert_legible(&ada).await;
    ada.click_on("[value=theirs]").await;
    set(&ada, "Company", "Navy").await;
    ada.click("Save").await;
    ada.wait_for_text("[role=status]", "Saved").await;
    assert_eq!(value(&ada, "phone").await, "2");

    ada.go(format!("{}{LIST}/new", world.url)).await;
    set(&ada, "Email", "grace@example.com").await;
    ada.click("Create contact").await;
    ada.wait_for_text(
        "[data-property=email] .error",
        "Another contact has it already",
    )
    .await;
    assert_sound(&ada, "a duplicate").await;
    ada.click("Open the existing contact").await;
    ada.wait_for_place(&place).await;
    ada.wait_for_text(OPEN, "grace@example.com").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_is_decided_and_a_duplicate_is_found() {
    a_conflict_and_a_duplicate(Chromium::open().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_is_decided_and_a_duplicate_is_found_without_script() {
    a_conflict_and_a_duplicate(Chromium::without_script().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_script_list_and_form_are_swapped_each_for_itself() {
    let ada = Chromium::open().await;
    let world = world_of(&ada).await;
    ada.go(format!("{}{LIST}", world.url)).await;
    let _: Option<()> = ada.ask("window.stays = 1", &[]).await;
    let stays = async || ada.ask::<u32>("return window.stays ?? null", &[]).await;
    ada.click_on(".people li:nth-child(3) a").await;
    ada.wait_for("#contact.open").await;
    let name = ada.text(".people li:nth-child(3) .name").await;
    assert_eq!(ada.text(OPEN).await, name);
    let place = ada.place().await;
    assert!(place.starts_with(&format!("{LIST}/")), "{place}");
    // Who listens to the page hears that another contact is open.
    let at: Option<Vec<String>> = ada
        .ask("return [document.title, document.activeElement.id]", &[])
        .await;
    let title = format!("{name} · Contacts · Patchbay");
    assert_eq!(at, Some(vec![title, "contact-title".to_owned()]));
    set(&ada, "Company", "half typed").await;
    ada.fill("Search contacts", "example.org").await;
    ada.wait_for_text("#lag", "found").await;
    assert_eq!(ada.place().await, format!("{LIST}?q=example.org"));
    assert_eq!(
        value(&ada, "company").await,
        "half typed",
        "the form was swapped too"
    );
    assert_eq!(stays().await, Some(1), "the page was loaded anew");
    assert_sound(&ada, "list and form").await;
    assert_legible(&ada).await;
    assert_eq!(ada.complaints(&world.url).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_fit_on_a_telephone() {
    let ada = Chromium::open().await;
    let world = world_of(&ada).await;
    narrow(&ada).await;
    let long = "x".repeat(300);
    let address = |path: &str| format!("{}{LIST}{path}", world.url);
    ada.go(address("")).await;
    assert_fits(&ada, "the list").await;
    ada.go(address("/new")).await;
    set(&ada, "First name", &long).await;
    ada.click("Create contact").await;
    ada.wait_for_text("[role=status]", "in HubSpot now").await;
    assert_fits(&ada, "a long name").await;
    let place = ada.place().await;
    bob_changes(&world, &place, "phone", &long).await;
    set(&ada, "Phone", "3").await;
    ada.click("Save").await;
    ada.wait_for(".both").await;
    assert_fits(&ada, "a conflict").await;
    ada.go(format!("{}{place}/delete", world.url)).await;
    assert_fits(&ada, "delete").await;
    ada.go(address("?q=nobody")).await;
    assert_fits(&ada, "no contact").await;
    world
        .control(&[("withdraw", "1"), ("expire_tokens", "1")])
        .await;
    ada.go(format!("{}{place}", world.url)).await;
    assert_fits(&ada, "lost access").await;
}
