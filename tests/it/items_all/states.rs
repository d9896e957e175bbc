//! What there is to see before there is everything: nothing connected, nothing loaded, a load that runs, parts missing.

use super::{chip, items, loaded, world, world_with};
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
    assert!(
        said.contains("Of Notion, not all is here as it is now"),
        "{said}"
    );
    assert!(
        said.contains("Pages are not whole."),
        "it names the stream: {said}"
    );
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
    // No file has all of it, so none is offered; what is offered comes.
    assert_eq!(ada.get("/items.csv").await.status, 500);
    assert!(
        page.text_of(".exports")
            .contains(&format!("all of Notion ({notion})"))
    );
    let links = page.attributes(".exports a", "href");
    let each = ["csv", "json", "ndjson"].map(|format| format!("/items.{format}?provider=notion"));
    assert_eq!(links, each);
    for link in links {
        assert_eq!(ada.get(&link).await.status, 200, "{link}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_was_reached_is_told_with_its_number() {
    let world = world_with(&[("PATCHBAY_LOAD_MAX_PAGES", "2")]).await;
    world
        .control(&[("contacts", "350"), ("companies", "200"), ("deals", "9")])
        .await;
    let mut ada = loaded(&world, &["hubspot"]).await;
    let page = items(&mut ada, "").await;
    let said = told(&page, "hubspot");
    let cut = "Contacts were cut at 2 pages, 200 items. The operator set that limit.";
    assert!(said.contains(cut), "{said}");
    assert!(
        !said.contains("Companies"),
        "two pages hold them all: {said}"
    );
    assert_eq!(chip(&page, "HubSpot"), 409);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_did_not_load_is_named() {
    let world = world().await;
    let fault = [
        ("fail_kind", "500"),
        ("fail_on", "deals"),
        ("fail_next", "1000"),
    ];
    world.control(&fault).await;
    let mut ada = loaded(&world, &["hubspot"]).await;
    let page = items(&mut ada, "").await;
    let said = told(&page, "hubspot");
    assert!(said.contains("Deals did not load."), "{said}");
    assert!(!said.contains("Contacts"), "{said}");
    assert_eq!(page.attributes(".told a", "href"), ["/connections/hubspot"]);
    assert!(chip(&page, "HubSpot") > 0, "the others are shown");
    // Nothing is said of a provider that the table leaves out.
    let others = items(&mut ada, "provider=notion").await;
    assert_eq!(others.count(".told"), 0);
    assert_eq!(items(&mut ada, "provider=hubspot").await.count(".told"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn items_stay_under_an_error_and_it_is_told_that_they_are_old() {
    let world = world().await;
    let mut ada = loaded(&world, &["hubspot", "notion"]).await;
    let before = items(&mut ada, "per_page=500").await.ids();
    world.control(&[("withdraw", "1")]).await;
    ada.load("hubspot", &[]).await;
    let page = items(&mut ada, "per_page=500").await;
    let said = told(&page, "hubspot");
    for part in [
        "The last load came to nothing.",
        "Shown is what was loaded",
        "Access was withdrawn at HubSpot.",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(told(&page, "notion"), "");
    assert_eq!(page.ids(), before);
    let file = ada.get("/items.ndjson").await;
    let lines = file.text.lines().count() as u64;
    assert_eq!(lines, chip(&page, "All providers"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_holds_nothing_is_told_apart_from_one_that_was_not_loaded() {
    let world = world().await;
    world
        .control(&[("contacts", "0"), ("companies", "0"), ("deals", "0")])
        .await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect("hubspot", &[]).await;
    let (action, _) = items(&mut ada, "")
        .await
        .form_with_button("Load items of HubSpot");
    ada.post(action.path(), &[]).await;
    ada.wait_for_load().await;
    let page = items(&mut ada, "").await;
    let said = told(&page, "hubspot");
    assert!(
        said.contains("The last load of HubSpot brought nothing"),
        "{said}"
    );
    assert!(
        said.contains("then load again"),
        "it says what to look at: {said}"
    );
    assert_eq!((page.ids().len(), page.count(".exports a")), (0, 0));
    page.form_with_button("Load items of HubSpot");
    let found = items(&mut ada, "q=ada").await;
    assert!(found.text_of("#items .empty").contains("No item matches"));
}
