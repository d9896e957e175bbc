//! What there is to see before there is everything: nothing connected, nothing loaded, a load that runs, parts missing.

use super::{chip, items, loaded, world};
use crate::support::Page;

/// What is said of a provider above the table.
fn told(page: &Page, id: &str) -> String {
    page.text_of(&format!(".told[data-provider={id}]"))
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_nothing_is_led_to_it_step_by_step() {
    let world = world().await;
    let mut ada = world.person("acme", "ada").await;
    let page = ada.get("/items").await;
    assert!(page.text_of(".empty").contains("Nothing is connected yet"));
    assert_eq!(page.attributes(".empty a", "href"), ["/connections"]);

    ada.connect("hubspot", &[]).await;
    let page = ada.get("/items").await;
    assert!(told(&page, "hubspot").contains("Nothing of HubSpot has been loaded yet"));
    assert_eq!(
        told(&page, "notion"),
        "",
        "nothing is said of what is not connected"
    );
    let (action, _) = page.form_with_button("Load items of HubSpot");
    ada.post(action.path(), &[]).await;
    ada.wait_for_load().await;
    let page = items(&mut ada, "").await;
    assert_eq!(told(&page, "hubspot"), "", "all is there");
    assert!(!page.ids().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_that_runs_is_told_and_the_items_before_it_stay() {
    let world = world().await;
    let mut ada = loaded(&world, &["hubspot"]).await;
    let before = items(&mut ada, "").await.ids();
    world.control(&[("latency_ms", "60000")]).await;
    ada.post("/connections/hubspot/load", &[]).await;
    let page = items(&mut ada, "").await;
    assert!(
        told(&page, "hubspot").contains("HubSpot is loading"),
        "{}",
        page.text
    );
    assert_eq!(page.ids(), before);
    ada.post("/connections/hubspot/load/cancel", &[]).await;
    world.control(&[("latency_ms", "0")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_whole_is_told_of_its_provider_alone() {
    let world = world().await;
    let mut ada = loaded(&world, &["hubspot", "notion"]).await;
    assert_eq!(items(&mut ada, "").await.count(".told"), 0);
    let fault = [
        ("fail_kind", "cursor"),
        ("fail_on", "pages"),
        ("fail_next", "1000"),
    ];
    world.control_of("notion", &fault).await;
    ada.load("notion", &[]).await;
    let page = items(&mut ada, "").await;
    let said = told(&page, "notion");
    assert!(said.contains("could not be loaded"), "{said}");
    assert_eq!(page.attributes(".told a", "href"), ["/connections/notion"]);
    assert_eq!(told(&page, "hubspot"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_whose_items_are_gone_takes_the_others_not_with_it() {
    let world = world().await;
    let mut ada = loaded(&world, &["hubspot"]).await;
    let blocks = world.redis.cli(&["KEYS", "pb:{s-*"]);
    ada.connect("notion", &[]).await;
    ada.load("notion", &[]).await;
    let notion = chip(&items(&mut ada, "").await, "Notion");
    for block in blocks.lines() {
        world.redis.cli(&["DEL", block]);
    }
    // The indexes of before are of this process; another one has none.
    let mut world = world;
    world.restart().await;
    let page = items(&mut ada, "").await;
    assert!(
        told(&page, "hubspot").contains("cannot be read"),
        "{}",
        page.text
    );
    assert_eq!(chip(&page, "All providers"), notion);
    assert!(!page.ids().is_empty());
    assert!(
        page.text
            .contains("Load items<span class=\"hidden\"> of HubSpot")
    );
    assert_eq!(
        ada.get("/items.csv").await.status,
        500,
        "a file that is not whole"
    );
    assert_eq!(ada.get("/items.csv?provider=notion").await.status, 200);
}
