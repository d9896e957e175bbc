//! Clearing what was loaded, without letting go of the connection.

use super::{chip, items, loaded, world};

const PLACE: &str = "/connections/hubspot/items/clear";

#[tokio::test(flavor = "multi_thread")]
async fn what_was_loaded_goes_and_the_connection_stays() {
    let world = world().await;
    let mut ada = loaded(&world, &["hubspot", "notion"]).await;
    let notion = chip(&items(&mut ada, "").await, "Notion");
    let page = ada.get("/connections/hubspot").await;
    assert_eq!(page.attributes(".forget a", "href"), [PLACE]);
    let ask = ada.get(PLACE).await;
    assert!(
        ask.text_of("h1")
            .contains("Clear the loaded items of HubSpot?")
    );
    assert!(
        !ada.get("/connections/hubspot").await.ids().is_empty(),
        "asking clears nothing"
    );

    let (action, _) = ask.form_with_button("Clear loaded items");
    let page = ada.post(action.path(), &[]).await;
    assert_eq!(page.url.path(), "/connections/hubspot");
    assert!(
        page.text_of("main [role=status]")
            .contains("The loaded items are cleared")
    );
    assert_eq!(page.state(), "connected");
    assert!(page.ids().is_empty());
    assert!(
        page.text_of("#items .never")
            .contains("Nothing has been loaded yet")
    );
    assert_eq!(page.count("#pictures svg"), 0);
    let page = items(&mut ada, "").await;
    assert_eq!(chip(&page, "All providers"), notion, "the others stay");

    let again = ada.post(PLACE, &[]).await;
    assert!(
        again
            .text_of("main [role=status]")
            .contains("There was nothing to clear")
    );
    let page = ada.get(PLACE).await;
    assert_eq!(page.url.path(), "/connections/hubspot");
    ada.load("hubspot", &[]).await;
    assert!(chip(&items(&mut ada, "").await, "HubSpot") > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_cleared_while_a_load_runs() {
    let world = world().await;
    let mut ada = loaded(&world, &["hubspot"]).await;
    world.control(&[("latency_ms", "60000")]).await;
    ada.post("/connections/hubspot/load", &[]).await;
    let page = ada.get("/connections/hubspot").await;
    assert_eq!(page.count(".forget"), 0, "it is not offered");
    let ask = ada.get(PLACE).await;
    assert!(ask.text_of("main").contains("A load runs"));
    assert_eq!(ask.count("button.danger"), 0);
    let page = ada.post(PLACE, &[]).await;
    assert_eq!(page.status, 409);
    assert!(
        page.text_of(".failure").contains("cancel it"),
        "{}",
        page.text
    );
    assert!(
        !items(&mut ada, "").await.ids().is_empty(),
        "nothing was cleared"
    );
    ada.post("/connections/hubspot/load/cancel", &[]).await;
    world.control(&[("latency_ms", "0")]).await;
}
