//! The table of all providers and the page of an item in the hands of a person: with script, without, and by keys alone.

use std::ffi::OsString;

use serde_json::json;
use tempfile::TempDir;
use thirtyfour::Key;

use crate::chromium::Chromium;
use crate::keyboard::focused;
use crate::support::World;

const RANGE: &str = ".pager .range";

/// Somebody who has loaded two providers.
async fn reader(world: &World, ada: &Chromium) {
    world
        .control(&[("contacts", "120"), ("companies", "30"), ("deals", "10")])
        .await;
    world
        .control_of("notion", &[("small", "on"), ("quick", "on")])
        .await;
    ada.sign_in(&world.url).await;
    ada.connect().await;
    ada.load().await;
    ada.go(format!("{}/connections", world.url)).await;
    ada.connect_to("notion", &[]).await;
    ada.load().await;
}

/// A folder that the browser puts downloads into from now on.
async fn downloads(ada: &Chromium) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let behaviour = json!({"behavior": "allow", "downloadPath": folder.path()});
    let told = ada.driver.cdp();
    let told = told.send_raw("Browser.setDownloadBehavior", behaviour);
    told.await.expect("a browser that downloads");
    folder
}

/// Clicks each export of the table, and looks at the files: `rows` items in each, and the page stays.
async fn export(ada: &Chromium, rows: usize) {
    let folder = downloads(ada).await;
    let place = ada.place().await;
    for (format, lines) in [("CSV", rows + 1), ("NDJSON", rows)] {
        ada.click_on(&format!(".exports a[aria-label='Export as {format}']"))
            .await;
        let ending = format!(".{}", format.to_lowercase());
        let file = ada
            .wait(&format!("a file {ending}"), async || {
                let files = std::fs::read_dir(folder.path()).ok()?.flatten();
                // Until it is whole it has another name, and an empty file keeps the place of this one.
                let mut whole = files.filter(|file| file.metadata().is_ok_and(|it| it.len() > 0));
                let ends = |name: OsString| name.to_string_lossy().ends_with(&ending);
                Some(whole.find(|file| ends(file.file_name()))?.path())
            })
            .await;
        let text = std::fs::read_to_string(&file).expect("a file");
        assert_eq!(text.lines().count(), lines, "{}", file.display());
        assert_eq!(text.matches("example.org").count() >= rows, rows > 0);
    }
    assert_eq!(ada.place().await, place);
}

/// Narrows, sorts, turns pages and looks at an item, from `place` on.
async fn use_table(ada: &Chromium, world: &World, place: &str, scripted: bool) {
    ada.go(format!("{}{place}", world.url)).await;
    ada.click_on("a.type[href$='type=Contact']").await;
    ada.wait_for_text(RANGE, "1-50 of 120").await;
    ada.fill("Filter by text", "example.org").await;
    if !scripted {
        ada.click("Filter").await;
    }
    ada.wait_until("fewer rows", async || {
        !ada.text(RANGE).await.ends_with("of 120")
    })
    .await;
    let narrowed = ada.text(RANGE).await;
    ada.click("Created").await;
    ada.wait_for("th[aria-sort=ascending] a[href*='sort=created']")
        .await;
    assert_eq!(ada.text(RANGE).await, narrowed);
    let link = ada.attribute(".exports a", "href").await;
    let wanted = format!("{place}.csv?type=Contact&q=example.org&sort=created&dir=asc");
    assert_eq!(link.as_deref(), Some(&wanted[..]));
    let total = narrowed
        .rsplit(' ')
        .next()
        .and_then(|total| total.parse().ok());
    export(ada, total.expect("a number")).await;

    ada.click("View as JSON").await;
    ada.wait_for("pre.json").await;
    ada.click("View as table").await;
    ada.wait_for("#items tr[data-id]").await;
    ada.click("Clear").await;
    ada.wait_until("all rows", async || {
        ada.text(RANGE).await != narrowed && ada.count("a.clear").await == 0
    })
    .await;
    ada.click("Next").await;
    ada.wait_for_text(RANGE, "51-100 of ").await;
    let name = ada.text("#items td.name").await;
    ada.click_on("#items td.name a").await;
    ada.wait_for(".item").await;
    assert_eq!(ada.text("h1").await, name);
    ada.back().await;
    ada.wait_for_text(RANGE, "51-100 of ").await;
    assert_eq!(ada.complaints(&world.url).await, Vec::<String>::new());
}

const TABLES: [&str; 2] = ["/items", "/connections/hubspot/items"];

#[tokio::test(flavor = "multi_thread")]
async fn both_tables_are_narrowed_sorted_turned_and_exported() {
    let world = World::start().await;
    let ada = Chromium::open().await;
    reader(&world, &ada).await;
    for place in TABLES {
        use_table(&ada, &world, place, true).await;
    }
    ada.go(format!("{}/items", world.url)).await;
    let _: Option<()> = ada.ask("window.mark = true", &[]).await;
    ada.click("Notion").await;
    ada.wait_for_place("/items?provider=notion").await;
    let mark: Option<bool> = ada.ask("return window.mark ?? null", &[]).await;
    assert_eq!(mark, Some(true), "the page was loaded anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn both_tables_do_the_same_without_script() {
    let world = World::start().await;
    let ada = Chromium::without_script().await;
    reader(&world, &ada).await;
    for place in TABLES {
        use_table(&ada, &world, place, false).await;
    }
    let shown = "return getComputedStyle(document.querySelector('.keys')).display";
    let shown: Option<String> = ada.ask(shown, &[]).await;
    assert_eq!(
        shown.as_deref(),
        Some("none"),
        "keys that do nothing are told"
    );
    ada.go(format!("{}/connections/hubspot", world.url)).await;
    assert_eq!(ada.count("#pictures svg").await, 2);
    ada.click("Clear loaded items").await;
    ada.wait_for_text("h1", "Clear the loaded items").await;
    ada.click("Clear loaded items").await;
    ada.wait_for_text("main [role=status]", "The loaded items are cleared")
        .await;
    assert_eq!(ada.count("#items tr[data-id]").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_is_walked_by_keys() {
    let world = World::start().await;
    let ada = Chromium::open().await;
    reader(&world, &ada).await;
    ada.go(format!("{}/items", world.url)).await;
    ada.wait_for("#items tr[data-id]").await;

    ada.press("/").await;
    assert_eq!(focused(&ada).await, "q");
    ada.press("example.org").await;
    ada.wait_for_place("/items?q=example.org").await;
    // The rows were swapped in: the keys know them all the same.
    ada.press(Key::Down + "").await;
    let first = ada.text("#items td.name").await;
    ada.wait_until("the first row", async || focused(&ada).await == first)
        .await;
    ada.press(Key::Down + "").await;
    let rows = ada.texts("#items td.name").await;
    assert_eq!(Some(&focused(&ada).await), rows.get(1));
    ada.press(Key::Up + "").await;
    assert_eq!(focused(&ada).await, first);
    ada.press(Key::Escape + "").await;
    assert_eq!(focused(&ada).await, "q");

    // A slash in the filter is a letter like any other.
    ada.press(Key::End + "/").await;
    ada.wait_for_place("/items?q=example.org%2F").await;
    ada.press(Key::Escape + "").await;
    ada.wait_for_place("/items?q=&").await;
    ada.wait_for_text(RANGE, "1-50 of ").await;
    assert_eq!(focused(&ada).await, "q", "the cursor stays");
    ada.press(Key::Down + "").await;
    let name = focused(&ada).await;
    ada.press(Key::Enter + "").await;
    ada.wait_for(".item").await;
    assert_eq!(ada.text("h1").await, name);
    assert_eq!(ada.complaints(&world.url).await, Vec::<String>::new());
}
