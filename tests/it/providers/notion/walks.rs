//! Walks of the search, whose cursors die, whose order shifts, and which takes too long for large pages.

use std::collections::BTreeSet;

use super::notion;

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_whose_cursor_dies_once_is_begun_again_and_whole() {
    let mut case = notion().await;
    case.connect(&[]).await;
    case.control(&[("cursor_dies_after", "2")]).await;
    let page = case.load_all().await;
    case.assert_whole(&page, "begun again").await;
    let state = case.world.state_of("notion").await;
    assert_eq!(state["controls"]["cursor_dies_after"], 0, "it never died");
    // Three pages, the first two of them twice.
    assert_eq!(case.calls("search_pages").await, 6);
    assert!(
        page.stream("Pages").contains("200 came twice"),
        "{}",
        page.stream("Pages")
    );
}

/// Sources that come again with the walk do not make their database one of several.
#[tokio::test(flavor = "multi_thread")]
async fn databases_are_told_from_sources_however_often_those_come() {
    let mut case = notion().await;
    case.connect(&[]).await;
    case.control(&[("databases", "250"), ("pages", "20")]).await;
    let plain = case.load_all().await;
    case.control(&[("cursor_dies_after", "2")]).await;
    let again = case.load_all().await;
    assert!(again.stream("Databases").contains("200 came twice"));
    let kinds = ["Data sources", "Databases of several sources"];
    for kind in kinds {
        assert_eq!(again.chip(kind), plain.chip(kind), "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_that_always_dies_keeps_what_was_read_and_says_so() {
    let mut case = notion().await;
    case.connect(&[]).await;
    let fault = [
        ("fail_kind", "cursor"),
        ("fail_on", "pages"),
        ("fail_next", "1000"),
    ];
    case.control(&fault).await;
    let page = case.load_all().await;
    assert_eq!(
        (page.outcome("Pages"), page.outcome("Databases")),
        ("part".to_owned(), "done".to_owned())
    );
    let banners = page.load_banners();
    assert_eq!(banners.len(), 1, "{banners:?}");
    assert!(banners[0].starts_with("Pages are not whole"), "{banners:?}");
    let why = "The rest of the list: Notion ended the list before its end";
    assert!(banners[0].contains(why), "{banners:?}");
    assert_eq!(page.chip("Pages"), "100");
    assert_eq!(case.rows("type=Page").await.len(), 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_shift_and_fall_short_bring_everything_once() {
    let mut case = notion().await;
    case.connect(&[]).await;
    case.control(&[("shuffle", "on"), ("short_pages", "on")])
        .await;
    let page = case.load_all().await;
    case.assert_whole(&page, "shuffled").await;
    let ids = case.ids().await;
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    assert!(
        page.stream("Pages").contains("came twice"),
        "{}",
        page.stream("Pages")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_takes_too_long_is_asked_for_smaller_pages() {
    let mut case = notion().await;
    case.connect(&[]).await;
    let fault = [
        ("fail_kind", "504size"),
        ("fail_on", "search"),
        ("fail_next", "1000000"),
    ];
    case.control(&[("pages", "60")]).await;
    case.control(&fault).await;
    let page = case.load_all().await;
    case.assert_whole(&page, "smaller pages").await;
    assert!(case.calls("faults").await >= 4);
}
