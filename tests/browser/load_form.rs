//! The form that begins a load, while one runs and when it has ended.

use crate::choice::{small, wait_for_chips};
use crate::chromium::Chromium;
use crate::support::World;

/// Somebody who looks at a load that goes on until it is let go.
async fn loading(world: &World) -> Chromium {
    small(world).await;
    let ada = Chromium::open().await;
    ada.sign_in(&world.url).await;
    ada.connect_to("airtable", &[]).await;
    world
        .control_of("airtable", &[("latency_ms", "1200")])
        .await;
    ada.click("Load items").await;
    ada.wait_for_text("#load .headline", "Loading:").await;
    ada
}

async fn let_it_end(world: &World, ada: &Chromium) {
    world.control_of("airtable", &[("latency_ms", "0")]).await;
    ada.wait_for_text("#load .headline", "Loaded").await;
    ada.wait_for("#items tr[data-id]").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_chosen_while_a_load_runs_is_still_chosen_when_it_has_ended() {
    let world = World::start().await;
    let ada = loading(&world).await;
    ada.open_choice().await;
    ada.tick("Records").await;
    let_it_end(&world, &ada).await;
    assert_eq!(ada.count("#choose[open]").await, 1, "the list closed");
    assert_eq!(ada.chosen().await, ["bases", "tables", "records"]);
    let focused = "#choose [name=stream][value=records]:focus";
    assert_eq!(ada.count(focused).await, 1, "the focus was lost");
    assert_eq!(ada.complaints(&world.url).await, Vec::<String>::new());

    ada.load_anew().await;
    wait_for_chips(&ada, &["All 30", "Bases 2", "Tables 4", "Records 24"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_was_closed_stays_closed_and_the_focus_stays_on_it() {
    let world = World::start().await;
    let ada = loading(&world).await;
    ada.open_choice().await;
    ada.click_on("#choose summary").await;
    let_it_end(&world, &ada).await;
    assert_eq!(ada.count("#choose[open]").await, 0, "the list opened");
    assert_eq!(
        ada.count("#choose summary:focus").await,
        1,
        "the focus was lost"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_click_joins_the_running_load() {
    let world = World::start().await;
    let ada = loading(&world).await;
    ada.click("Load items").await;
    ada.click("Load items").await;
    let_it_end(&world, &ada).await;
    assert_eq!(world.calls_of("airtable", "list_bases").await, 1);
    assert!(!ada.text("main").await.contains("Status"));
}
