//! Loading: every record once, limits that say so, one load at a time, and how far it is.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::support::{Browser, Page, World};

/// A world in which ada of acme is connected.
async fn connected(settings: &[(&str, &str)]) -> (World, Browser) {
    let world = World::with(settings).await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    (world, ada)
}

/// Asks for the progress until it says what is waited for.
async fn progress_until(browser: &mut Browser, what: impl Fn(&Page) -> bool) -> Page {
    for _ in 0..300 {
        let part = browser.get_part("/connections/hubspot/load").await;
        assert_eq!(part.status, 200, "{}", part.text);
        if what(&part) {
            return part;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the progress never says it");
}

async fn click_load(browser: &mut Browser) -> Page {
    browser.post("/connections/hubspot/load", &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_record_of_many_pages_is_loaded_exactly_once() {
    let (world, mut ada) = connected(&[]).await;
    world.control(&[("contacts", "5000")]).await;
    let page = ada.load_hubspot().await;
    assert_eq!(page.outcome("Contacts"), "done");
    assert_eq!(world.calls("list_contacts").await, 50);
    for (chip, count) in [
        ("All", "5,450"),
        ("Contacts", "5,000"),
        ("Companies", "300"),
        ("Deals", "150"),
    ] {
        assert_eq!(page.chip(chip), count);
    }

    let ids = ada.all_ids("type=Contact").await;
    assert_eq!(ids.len(), 5_000);
    let unique: BTreeSet<String> = ids.into_iter().collect();
    world.control(&[("rate_limit", "off")]).await;
    let there = world.hubspot_as_a_program().await.contact_ids().await;
    assert_eq!(there.len(), 5_000);
    assert_eq!(unique, there.into_iter().collect());
    assert_eq!(ada.all_ids("").await.len(), 5_450);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_limit_cuts_and_says_so_with_its_number() {
    let (world, mut ada) = connected(&[("PATCHBAY_LOAD_MAX_PAGES", "3")]).await;
    let page = ada.load_hubspot().await;
    assert_eq!(world.calls("list_contacts").await, 3);
    let banners = page.load_banners();
    // The companies fill exactly three pages: nothing is cut there, and nothing may say so.
    assert_eq!(banners.len(), 1, "{banners:?}");
    assert!(banners[0].contains("Contacts were cut at 3 pages, 300 items"));
    assert!(banners[0].contains("PATCHBAY_LOAD_MAX_PAGES"));
    assert_eq!(page.chip("All"), "750");
    assert_eq!(page.chip("Companies"), "300");
    // It is no passing notice: it stays for as long as these items are shown.
    let again = ada.get("/connections/hubspot").await;
    assert_eq!(again.load_banners(), banners);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_item_limit_cuts_and_says_so_with_its_number() {
    let (world, mut ada) = connected(&[("PATCHBAY_ITEMS_MAX", "1000")]).await;
    let page = ada.load_hubspot().await;
    assert_eq!(page.chip("All"), "1,000");
    assert_eq!(ada.all_ids("").await.len(), 1_000);
    let cut = page
        .load_banners()
        .into_iter()
        .filter(|banner| banner.contains("PATCHBAY_ITEMS_MAX"))
        .collect::<Vec<_>>();
    assert!(
        cut.iter()
            .any(|banner| banner.starts_with("Contacts were cut"))
    );
    assert!(cut.iter().all(|banner| banner.contains("1,000 items (")));
    // What is beyond the limit is not even fetched.
    assert!(world.calls("list_contacts").await <= 11);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_click_joins_the_running_load() {
    let (world, mut ada) = connected(&[]).await;
    world
        .control(&[("contacts", "600"), ("latency_ms", "200")])
        .await;
    let first = click_load(&mut ada).await;
    assert!(first.is_loading());
    let mut other_tab = ada.clone();
    let second = click_load(&mut other_tab).await;
    assert!(second.is_loading());
    assert!(second.text.contains("A load is running already"));
    let part = ada.post_part("/connections/hubspot/load", &[]).await;
    assert!(part.status == 200 && part.is_loading());

    let page = ada.wait_for_load().await;
    assert_eq!(page.chip("All"), "1,050");
    assert_eq!(world.calls("list_contacts").await, 6);
    assert_eq!(world.calls("list_companies").await, 3);
    assert_eq!(world.calls("list_deals").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_of_the_page_in_the_middle_shows_the_same_progress() {
    let (world, mut ada) = connected(&[]).await;
    world
        .control(&[("contacts", "800"), ("latency_ms", "250")])
        .await;
    let begun = |page: &Page| page.attributes("#load .headline time", "datetime");
    let clicked = click_load(&mut ada).await;
    let part = progress_until(&mut ada, |part| part.outcome("Deals") == "done").await;
    let page = ada.get("/connections/hubspot").await;
    assert!(page.is_loading());
    assert_eq!(begun(&page), begun(&clicked));
    assert_eq!(page.stream("Deals"), part.stream("Deals"));
    // Nor does a page in another browser of the same person begin anew.
    let mut laptop = world.person("acme", "ada").await;
    let page = laptop.get("/connections/hubspot").await;
    assert!(page.is_loading());
    assert_eq!(begun(&page), begun(&clicked));
    laptop.wait_for_load().await;
    assert_eq!(world.calls("list_contacts").await, 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_progress_polls_and_shows_rows_only_while_the_load_runs() {
    let (world, mut ada) = connected(&[]).await;
    world
        .control(&[("contacts", "600"), ("latency_ms", "200")])
        .await;
    let before = ada.get_part("/connections/hubspot/load").await;
    assert_eq!(before.status, 200);
    assert!(!before.is_loading());

    click_load(&mut ada).await;
    let part = progress_until(&mut ada, |part| part.count("#load tr[data-id]") > 0).await;
    assert!(part.attributes("#load", "hx-trigger")[0].starts_with("every "));
    assert!(!part.text.contains("<html"));
    let shown = part.attributes("#load tr[data-id]", "data-id");

    let part = progress_until(&mut ada, |part| !part.is_loading()).await;
    assert_eq!(part.count("#load tr[data-id]"), 0);
    assert!(
        part.text_of("#load .headline")
            .starts_with("Loaded 1,050 items")
    );
    // What the load changed on the page comes along with its end, and the items are told to ask.
    assert!(!part.text.contains("hx-trigger"), "{}", part.text);
    assert_eq!(part.header("hx-trigger"), "loaded");
    assert_eq!(part.count("#facts"), 1);
    let all = ada.all_ids("").await;
    assert!(shown.iter().all(|id| all.contains(id)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_script_reloads_itself_only_while_the_load_runs() {
    let (world, mut ada) = connected(&[]).await;
    world.control(&[("latency_ms", "200")]).await;
    let refresh = |page: &Page| page.text.contains("http-equiv=\"refresh\"");
    assert!(!refresh(&ada.get("/connections/hubspot").await));
    assert!(refresh(&click_load(&mut ada).await));
    assert!(!refresh(&ada.wait_for_load().await));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_load_takes_the_place_of_the_first_when_it_has_ended() {
    let (world, mut ada) = connected(&[]).await;
    world
        .control(&[("contacts", "300"), ("companies", "5"), ("deals", "5")])
        .await;
    ada.load_hubspot().await;
    let old = ada.all_ids("type=Contact").await;
    let (changed, archived) = (&old[0], &old[1]);
    let program = world.hubspot_as_a_program().await;
    program.rename(changed, "Renamed-Meanwhile").await;
    program.archive(archived).await;
    let made = program.create("made-meanwhile@example.com").await;

    world.control(&[("latency_ms", "200")]).await;
    click_load(&mut ada).await;
    let part = progress_until(&mut ada, |part| part.outcome("Deals") == "done").await;
    assert!(part.is_loading());
    assert_eq!(
        ada.all_ids("type=Contact").await,
        old,
        "the old one stays in view"
    );

    let page = ada.wait_for_load().await;
    assert_eq!(page.chip("Contacts"), "300");
    let new: BTreeSet<String> = ada.all_ids("type=Contact").await.into_iter().collect();
    let mut expected: BTreeSet<String> = old.iter().cloned().collect();
    expected.remove(archived);
    expected.insert(made);
    assert_eq!(new, expected);
    let page = ada
        .get("/connections/hubspot/items?q=renamed-meanwhile")
        .await;
    assert_eq!(&page.ids(), std::slice::from_ref(changed));

    world
        .control(&[("latency_ms", "0"), ("contacts", "20")])
        .await;
    let page = ada.load_hubspot().await;
    assert!(page.chip("Contacts").parse::<u32>().expect("a number") <= 21);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_with_nothing_in_it_loads_and_says_so() {
    let (world, mut ada) = connected(&[]).await;
    world
        .control(&[("contacts", "0"), ("companies", "0"), ("deals", "0")])
        .await;
    let page = ada.load_hubspot().await;
    assert_eq!(page.outcome("Contacts"), "done");
    assert_eq!(page.ids().len(), 0);
    assert!(
        page.text_of("#items .empty")
            .contains("The last load brought nothing")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_rate_limit_keeps_the_load_below_the_providers() {
    let (world, mut ada) = connected(&[("HUBSPOT_RATE_LIMIT", "15/10s")]).await;
    world
        .control(&[("contacts", "1800"), ("companies", "100"), ("deals", "100")])
        .await;
    let page = ada.load_hubspot().await;
    assert_eq!(page.chip("All"), "2,000");
    let state = world.sandbox_state().await;
    assert_eq!(state["counters"]["list_contacts"], 18);
    // Twenty calls at once without a limit; a call or two may bunch up on the way.
    assert!(
        state["burst_peak"].as_u64().expect("a number") <= 17,
        "{state}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_provider_says_too_many_and_the_load_waits_and_goes_on() {
    let (world, mut ada) = connected(&[("HUBSPOT_RATE_LIMIT", "off")]).await;
    world
        .control(&[("contacts", "1000"), ("companies", "100"), ("deals", "100")])
        .await;
    world.control(&[("burst", "10")]).await;
    let page = ada.load_hubspot().await;
    assert_eq!(page.chip("All"), "1,200");
    assert!(page.load_banners().is_empty());
    assert!(
        world.calls("rate_limited").await > 0,
        "it was never limited"
    );
    assert!(page.text_of("#load").contains("asked to wait"));
}
