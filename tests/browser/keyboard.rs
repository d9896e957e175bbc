//! The newcomer's way without a mouse.

use thirtyfour::Key;

use crate::chromium::Chromium;
use crate::support::World;

/// Tabs that a person would put up with on any page of ours.
const MOST_TABS: usize = 60;

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_gets_all_the_way_by_keyboard() {
    let world = World::start().await;
    let ada = Chromium::open().await;
    ada.go(&world.url).await;
    // The cursor is in the first field already.
    ada.press("ada").await;
    tab(&ada).await;
    ada.press("acme").await;
    enter(&ada).await;
    ada.wait_for_place("/connections").await;

    tab_to(&ada, "Connect HubSpot").await;
    enter(&ada).await;
    ada.wait_for_text("h1", "Connect an app").await;
    tab_to(&ada, "Allow").await;
    enter(&ada).await;
    ada.wait_for_place("/connections/hubspot").await;

    tab_to(&ada, "Load items").await;
    enter(&ada).await;
    ada.wait_for("#items tr[data-id]").await;
    assert_eq!(focused(&ada).await, "Load items", "the focus was lost");

    tab_to(&ada, "Companies").await;
    enter(&ada).await;
    ada.wait_for_text(".pager .range", "1-50 of 300").await;
    tab_to(&ada, "Modified").await;
    enter(&ada).await;
    ada.wait_for("th[aria-sort] a[href*='sort=modified']").await;
    assert_eq!(focused(&ada).await, "Modified", "the focus was lost");
    tab_to(&ada, "Skip the rows").await;
    enter(&ada).await;
    tab_to(&ada, "Next").await;
    enter(&ada).await;
    ada.wait_for_text(".pager .range", "51-100 of 300").await;
    assert_eq!(focused(&ada).await, "Next", "the focus was lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_tab_offers_to_skip_to_the_content() {
    let world = World::start().await;
    let ada = Chromium::open().await;
    ada.sign_in(&world.url).await;
    tab(&ada).await;
    assert_eq!(focused(&ada).await, "Skip to the content");
    let place = "const place = document.activeElement.getBoundingClientRect(); \
        return [place.left, place.top, place.width]";
    let place: [f64; 3] = ada.ask(place, &[]).await.expect("a place");
    assert!(
        place[0] >= 0.0 && place[1] >= 0.0 && place[2] > 50.0,
        "out of sight: {place:?}"
    );
    assert!(has_outline(&ada).await);

    enter(&ada).await;
    assert_eq!(ada.url().await.fragment(), Some("main"));
    tab(&ada).await;
    let inside = "return document.querySelector('main').contains(document.activeElement)";
    assert_eq!(ada.ask(inside, &[]).await, Some(true));
    assert!(has_outline(&ada).await);
}

/// Whether a person sees where the focus is.
async fn has_outline(ada: &Chromium) -> bool {
    let style = "const style = getComputedStyle(document.activeElement); \
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1";
    ada.ask(style, &[]).await.expect("a style")
}

pub async fn tab(ada: &Chromium) {
    ada.press(Key::Tab + "").await;
}

pub async fn enter(ada: &Chromium) {
    ada.press(Key::Enter + "").await;
}

/// Presses Tab until the focus is on what begins with this text.
pub async fn tab_to(ada: &Chromium, label: &str) {
    let mut seen = Vec::new();
    for _ in 0..MOST_TABS {
        tab(ada).await;
        let here = focused(ada).await;
        if here.starts_with(label) {
            return;
        }
        seen.push(here);
    }
    panic!("Tab does not lead to '{label}', only to {seen:?}");
}

pub async fn focused(ada: &Chromium) -> String {
    let text = "const it = document.activeElement; return (it.innerText || it.name || '').trim()";
    ada.ask(text, &[]).await.unwrap_or_default()
}
