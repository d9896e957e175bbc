//! Everything that was loaded, of all providers, in one table; each item by itself; and clearing it.

mod clear;
mod files;
mod item;
mod states;
mod table;

use crate::support::{Browser, Page, World};

/// The providers that Ada loads, smallest accounts of theirs.
const PROVIDERS: [&str; 3] = ["hubspot", "notion", "airtable"];

/// A world whose stand-ins are small and in no haste, and in which Patchbay keeps to no limit of its own.
async fn world() -> World {
    world_with(&[]).await
}

/// The same with settings of its own.
async fn world_with(more: &[(&str, &str)]) -> World {
    let names = PROVIDERS.map(|id| format!("{}_RATE_LIMIT", id.to_uppercase()));
    let settings = names.iter().map(|name| (&name[..], "off"));
    let settings: Vec<(&str, &str)> = settings.chain(more.iter().copied()).collect();
    let world = World::with(&settings).await;
    for id in PROVIDERS {
        let controls = [("small", "on"), ("quick", "on"), ("rate_limit", "off")];
        world.control_of(id, &controls).await;
    }
    world
}

/// Somebody who has connected and loaded these.
async fn loaded(world: &World, providers: &[&str]) -> Browser {
    let mut ada = world.person("acme", "ada").await;
    for id in providers {
        ada.connect(id, &[]).await;
        ada.load(id, &[]).await;
    }
    ada
}

async fn items(browser: &mut Browser, query: &str) -> Page {
    let page = browser.get(&format!("/items?{query}")).await;
    assert_eq!(page.status, 200, "{query}: {}", page.text);
    page
}

/// What a chip of providers counts.
fn chip(page: &Page, title: &str) -> u64 {
    let chips = page.texts("a.from");
    let count = chips.iter().find_map(|chip| chip.strip_prefix(title));
    let count = count.unwrap_or_else(|| panic!("no chip {title} among {chips:?}"));
    count.trim().replace(',', "").parse().expect("a number")
}

/// The rows of a table: provider, type and id of each, and the place of its page.
fn rows(page: &Page) -> Vec<(String, String, String, String)> {
    let places = page.attributes("#items td.name a", "href");
    let ids = page.ids();
    let cells = page
        .texts("#items td.of")
        .into_iter()
        .zip(page.texts("#items td.type"));
    let cells = cells.zip(ids).zip(places);
    cells
        .map(|(((of, kind), id), place)| (of, kind, id, place))
        .collect()
}
