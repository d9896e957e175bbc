//! Loads that a limit of the operator cuts short: they say so, with the number.

use super::{Case, chips, for_all, hasty};
use crate::support::Page;

/// A page more than this is in some list of every stand-in.
const PAGES: &str = "2";
const ITEMS: u64 = 90;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_limit_cuts_and_says_so() {
    let world = hasty(&[("PATCHBAY_LOAD_MAX_PAGES", PAGES)]).await;
    for_all(world, |mut case| async move {
        case.connect(&[]).await;
        let page = case.load_all().await;
        let banners = page.load_banners();
        let cut = cut(&case, &page);
        assert!(!cut.is_empty(), "nothing was cut: {banners:?}");
        let said = banners.join(" ");
        assert!(said.contains("were cut at 2 pages"), "{said}");
        assert!(said.contains("PATCHBAY_LOAD_MAX_PAGES"), "{said}");
        assert!(
            cut.iter().all(|title| said.contains(title)),
            "{cut:?} in {said}"
        );
        // What was asked for within the limit is not thrown away.
        for title in &cut {
            assert!(
                page.stream(title).contains("2 pages"),
                "{title}: {}",
                page.stream(title)
            );
        }
        let all: u64 = case.truth().await.values().sum();
        assert!(chips(&page)["All"] < all, "{:?}", chips(&page));
        assert_shown(&mut case, &page).await;
        // It stays for as long as these items are shown.
        assert_eq!(case.page().await.load_banners(), banners);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_item_limit_cuts_and_says_so() {
    let world = hasty(&[("PATCHBAY_ITEMS_MAX", &ITEMS.to_string())]).await;
    for_all(world, |mut case| async move {
        case.connect(&[]).await;
        let page = case.load_all().await;
        let said = page.load_banners().join(" ");
        assert!(!cut(&case, &page).is_empty(), "nothing was cut: {said}");
        assert!(
            said.contains("limits a connection to 90 items (PATCHBAY_ITEMS_MAX)"),
            "{said}"
        );
        assert_eq!(chips(&page)["All"], ITEMS);
        assert_shown(&mut case, &page).await;
    })
    .await;
}

/// The titles of the streams that were cut. The others are whole.
fn cut(case: &Case, page: &Page) -> Vec<&'static str> {
    let streams = case.profile.streams.iter();
    let outcomes = streams.map(|stream| (stream.title, page.outcome(stream.title)));
    let outcomes: Vec<_> = outcomes.collect();
    let known = |outcome: &str| ["done", "cut"].contains(&outcome);
    assert!(
        outcomes.iter().all(|(_, outcome)| known(outcome)),
        "{outcomes:?}"
    );
    let cut = outcomes.iter().filter(|(_, outcome)| outcome == "cut");
    cut.map(|(title, _)| *title).collect()
}

/// As many rows as the chip says, and a card that tells of the cut.
async fn assert_shown(case: &mut Case, page: &Page) {
    assert_eq!(case.rows("").await.len() as u64, chips(page)["All"]);
    let page = case.ada.get("/connections").await;
    let card = page.text_of(&format!("#{}", case.id()));
    assert!(card.contains("cut short by a limit"), "{card}");
}
