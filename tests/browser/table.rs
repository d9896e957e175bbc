//! The item table in the hands of a person: narrowing it as they type, sorting, turning pages, going back.

use thirtyfour::Key;

use crate::chromium::Chromium;
use crate::support::World;

const RANGE: &str = ".pager .range";
/// What is in the filter's box, and whether the cursor is in it.
const BOX: &str = "const box = document.querySelector('#q'); \
    return [box.value, document.activeElement === box]";

/// Somebody who has loaded 600 contacts, 40 companies and 20 deals.
async fn reader(world: &World) -> Chromium {
    let sizes = [("contacts", "600"), ("companies", "40"), ("deals", "20")];
    world.control(&sizes).await;
    let ada = Chromium::open().await;
    ada.sign_in(&world.url).await;
    ada.connect().await;
    ada.load().await;
    assert_eq!(ada.text(RANGE).await, "1-50 of 660");
    ada
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_narrows_sorts_and_turns_without_a_reload_and_the_address_says_it_all() {
    let world = World::start().await;
    let ada = reader(&world).await;
    let _: Option<()> = ada.ask("window.mark = true", &[]).await;

    ada.click_on("a.type[href*='type=Contact']").await;
    ada.wait_for_text(RANGE, "1-50 of 600").await;
    assert_eq!(ada.text(".chips [aria-current]").await, "Contacts 600");
    assert!(
        ada.texts("#items td.type")
            .await
            .iter()
            .all(|it| it == "Contact")
    );

    ada.fill("Filter by text", "example.org").await;
    ada.wait_until("fewer rows", async || {
        !ada.text(RANGE).await.ends_with("of 600")
    })
    .await;
    let narrowed = ada.text(RANGE).await;

    ada.click("Modified").await;
    ada.wait_for("th[aria-sort=ascending] a[href*='sort=modified']")
        .await;
    assert_eq!(ada.count("th[aria-sort]").await, 1);
    ada.click("Modified").await;
    ada.wait_for("th[aria-sort=descending]").await;
    assert_eq!(ada.text(RANGE).await, narrowed);
    let first_page = ids(&ada).await;
    let export = ada.attribute(".exports a", "href").await;
    let selection = "type=Contact&q=example.org&sort=modified&dir=desc";
    let of_selection = format!("/connections/hubspot/items.csv?{selection}");
    assert_eq!(export.as_deref(), Some(&of_selection[..]));

    ada.click("Next").await;
    ada.wait_for_text(RANGE, "51-100 of ").await;
    let place =
        "/connections/hubspot/items?type=Contact&q=example.org&sort=modified&dir=desc&page=2";
    assert_eq!(ada.place().await, place);
    let second_page = ids(&ada).await;
    assert!(second_page.iter().all(|id| !first_page.contains(id)));
    let mark: Option<bool> = ada.ask("return window.mark ?? null", &[]).await;
    assert_eq!(mark, Some(true), "the page was loaded anew");

    ada.driver.refresh().await.expect("a reload");
    ada.wait_for_text(RANGE, "51-100 of ").await;
    assert_eq!(ids(&ada).await, second_page);
    assert_eq!(
        ada.attribute("#q", "value").await.as_deref(),
        Some("example.org")
    );
    assert_eq!(
        ada.text(".chips [aria-current]").await,
        ada.text(".chips a:nth-child(2)").await
    );

    ada.back().await;
    ada.wait_until("the first page again", async || {
        ids(&ada).await == first_page
    })
    .await;
    assert!(!ada.place().await.contains("page=2"));
    assert_eq!(ada.complaints(&world.url).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn going_back_step_by_step_ends_at_the_whole_table() {
    let world = World::start().await;
    let ada = reader(&world).await;
    ada.click("Companies").await;
    ada.wait_for_text(RANGE, "1-40 of 40").await;
    ada.click("Name").await;
    ada.wait_for("th[aria-sort=descending]").await;

    ada.back().await;
    ada.wait_for("th[aria-sort=ascending]").await;
    assert_eq!(ada.text(RANGE).await, "1-40 of 40");
    assert_eq!(ada.place().await, "/connections/hubspot/items?type=Company");
    ada.back().await;
    ada.wait_for_text(RANGE, "1-50 of 660").await;
    assert_eq!(ada.place().await, "/connections/hubspot");
    // The page that came back is alive.
    ada.click("Deals").await;
    ada.wait_for_text(RANGE, "1-20 of 20").await;
    ada.driver.forward().await.expect("nothing ahead");
    assert_eq!(ada.text(RANGE).await, "1-20 of 20");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_box_keeps_cursor_and_text_while_the_table_follows() {
    let world = World::start().await;
    let ada = reader(&world).await;
    ada.click_field("Filter by text").await;
    ada.press("example").await;
    ada.wait_for_place("/connections/hubspot/items?q=example&")
        .await;
    assert_eq!(box_of(&ada).await, ("example".to_owned(), true));
    let some = ada.text(RANGE).await;

    // Wherever the cursor is now, the rest goes there.
    ada.press(".org").await;
    ada.wait_for_place("/connections/hubspot/items?q=example.org&")
        .await;
    ada.wait_until("fewer rows", async || ada.text(RANGE).await != some)
        .await;
    assert_eq!(box_of(&ada).await, ("example.org".to_owned(), true));

    ada.press(
        Key::Backspace
            .value()
            .to_string()
            .repeat("example.org".len()),
    )
    .await;
    ada.wait_for_text(RANGE, "1-50 of 660").await;
    assert_eq!(box_of(&ada).await, (String::new(), true));

    ada.press("no item holds this").await;
    ada.wait_for_text("#items", "No item matches").await;
    assert!(box_of(&ada).await.1);
    ada.click("Clear the filter").await;
    ada.wait_for_text(RANGE, "1-50 of 660").await;
    assert_eq!(box_of(&ada).await.0, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn enter_filters_at_once_and_rows_a_page_can_be_chosen() {
    let world = World::start().await;
    let ada = reader(&world).await;
    ada.fill("Filter by text", "example.com").await;
    ada.press(Key::Enter + "").await;
    ada.wait_for_place("/connections/hubspot/items?q=example.com&")
        .await;
    ada.wait_until("fewer rows", async || {
        !ada.text(RANGE).await.ends_with("of 660")
    })
    .await;
    let size = ada
        .driver
        .find(thirtyfour::By::Id("per_page"))
        .await
        .expect("the choice");
    size.send_keys("25").await.expect("chosen");
    ada.wait_for_text(RANGE, "1-25 of ").await;
    let place = ada.place().await;
    assert!(
        place.contains("q=example.com") && place.contains("per_page=25"),
        "{place}"
    );
    assert_eq!(ids(&ada).await.len(), 25);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_in_the_moment_the_table_changes_is_not_lost() {
    let world = World::start().await;
    let ada = reader(&world).await;
    let fast_fingers = "addEventListener('htmx:before:swap', () => { \
        const box = document.querySelector('#q'); \
        box.value += '.org'; \
        box.dispatchEvent(new InputEvent('input', {bubbles: true})); \
    }, {once: true})";
    let _: Option<()> = ada.ask(fast_fingers, &[]).await;
    ada.click_field("Filter by text").await;
    ada.press("example").await;
    ada.wait_for_place("/connections/hubspot/items?q=example.org&")
        .await;
    assert_eq!(box_of(&ada).await, ("example.org".to_owned(), true));
}

async fn ids(ada: &Chromium) -> Vec<String> {
    let ids =
        "return [...document.querySelectorAll('#items tr[data-id]')].map(it => it.dataset.id)";
    ada.ask(ids, &[]).await.unwrap_or_default()
}

async fn box_of(ada: &Chromium) -> (String, bool) {
    ada.ask(BOX, &[]).await.expect("the box")
}
