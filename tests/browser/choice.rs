//! What a load brings, as a person chooses it: ticks, what was not granted, and the keyboard.

use thirtyfour::Key;

use crate::chromium::Chromium;
use crate::keyboard::{enter, focused, tab, tab_to};
use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_tick_is_loaded_and_remembered() {
    let world = World::start().await;
    small(&world).await;
    let ada = Chromium::open().await;
    ada.sign_in(&world.url).await;
    ada.connect_to("airtable", &[]).await;
    ada.open_choice().await;
    assert_eq!(ada.chosen().await, ["bases", "tables"]);
    ada.tick("Records").await;
    ada.load().await;
    wait_for_chips(&ada, &["All 30", "Bases 2", "Tables 4", "Records 24"]).await;

    ada.go(format!("{}/connections/airtable", world.url)).await;
    assert_eq!(ada.chosen().await, ["bases", "tables", "records"]);
    ada.open_choice().await;
    ada.tick("Bases").await;
    ada.tick("Tables").await;
    ada.load_anew().await;
    // Bases and tables are asked for, to find the records, and not shown.
    wait_for_chips(&ada, &["All 24", "Records 24"]).await;
    assert_eq!(ada.complaints(&world.url).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_script_the_same_form_chooses() {
    let world = World::start().await;
    small(&world).await;
    let ada = Chromium::without_script().await;
    ada.sign_in(&world.url).await;
    ada.connect_to("airtable", &[]).await;
    ada.open_choice().await;
    ada.tick("Bases").await;
    ada.tick("Records").await;
    ada.load().await;
    wait_for_chips(&ada, &["All 28", "Tables 4", "Records 24"]).await;
    assert_eq!(ada.chosen().await, ["tables", "records"]);

    ada.open_choice().await;
    ada.tick("Tables").await;
    ada.tick("Records").await;
    ada.click("Load items").await;
    ada.wait_for_text("main", "Status 400").await;
    ada.back().await;
    ada.wait_for("#items tr[data-id]").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_ticked_is_told_in_its_place_and_changes_nothing() {
    let world = World::start().await;
    small(&world).await;
    let ada = Chromium::open().await;
    ada.sign_in(&world.url).await;
    ada.connect_to("airtable", &[]).await;
    ada.load().await;
    ada.open_choice().await;
    ada.tick("Bases").await;
    ada.tick("Tables").await;
    ada.click("Load items").await;
    ada.wait_for_text("#load", "Status 400").await;
    assert_eq!(ada.count("#items tr[data-id]").await, 6, "the rows went");
    ada.tick("Tables").await;
    ada.load_anew().await;
    wait_for_chips(&ada, &["All 4", "Tables 4"]).await;
    assert!(!ada.text("main").await.contains("Status 400"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_granted_is_shown_with_its_reason_and_cannot_be_ticked() {
    let world = World::start().await;
    small(&world).await;
    let ada = Chromium::open().await;
    ada.sign_in(&world.url).await;
    ada.connect_to("airtable", &["[name=withhold_records]"])
        .await;
    ada.open_choice().await;
    let off = "#choose label.off";
    assert_eq!(ada.text(off).await, "Records not granted: Read records");
    assert_eq!(ada.count(&format!("{off} input:disabled")).await, 1);
    ada.tick("Records").await;
    assert_eq!(ada.chosen().await, ["bases", "tables"]);
    ada.load().await;
    wait_for_chips(&ada, &["All 6", "Bases 2", "Tables 4"]).await;

    ada.click("Reconnect").await;
    ada.allow("airtable", &[]).await;
    ada.open_choice().await;
    assert_eq!(ada.count(off).await, 0);
    ada.tick("Records").await;
    ada.load_anew().await;
    wait_for_chips(&ada, &["All 30", "Bases 2", "Tables 4", "Records 24"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wanted_and_was_not_granted_is_named_in_the_report() {
    let world = World::start().await;
    let ada = Chromium::open().await;
    ada.sign_in(&world.url).await;
    ada.connect_to("hubspot", &["[name=withhold_deals]"]).await;
    ada.open_choice().await;
    assert_eq!(
        ada.text("#choose label.off").await,
        "Deals not granted: Read deals"
    );
    ada.load().await;
    let banner = ada.text("#load .banner").await;
    assert!(banner.contains("Deals were left out"), "{banner}");
    assert!(banner.contains("was not granted"), "{banner}");
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_are_chosen_by_keyboard() {
    let world = World::start().await;
    small(&world).await;
    let ada = Chromium::open().await;
    ada.sign_in(&world.url).await;
    ada.connect_to("airtable", &[]).await;
    for key in [Key::Enter.value(), ' ', ' '] {
        let open = ada.count("#choose[open]").await == 1;
        if !open {
            tab_to(&ada, "What to load").await;
        }
        ada.press(key.to_string()).await;
        ada.wait_until("the list open or close", async || {
            (ada.count("#choose[open]").await == 1) != open
        })
        .await;
        assert_eq!(focused(&ada).await, "What to load");
    }
    for stream in ["bases", "tables", "records"] {
        tab(&ada).await;
        let value = "return document.activeElement.value";
        assert_eq!(ada.ask::<String>(value, &[]).await.as_deref(), Some(stream));
    }
    ada.press(" ").await;
    assert_eq!(ada.chosen().await, ["bases", "tables", "records"]);
    enter(&ada).await;
    ada.wait_for_text("#load .headline", "Loaded 30 items")
        .await;
    assert_eq!(
        ada.count("[name=stream][value=records]:focus").await,
        1,
        "the focus was lost"
    );
}

/// Two bases of two tables of six records each.
pub async fn small(world: &World) {
    let sizes = [
        ("bases", "2"),
        ("tables", "2"),
        ("records", "6"),
        ("unreadable", "off"),
    ];
    world.control_of("airtable", &sizes).await;
}

/// Waits until the table's chips are these.
pub async fn wait_for_chips(ada: &Chromium, chips: &[&str]) {
    ada.wait_until(&format!("the chips {chips:?}"), async || {
        ada.texts(".chips a").await == chips
    })
    .await;
}
