//! Five calls a second for each base and fifty for each person: the load keeps just below, and is quick.

use super::super::{Case, only};
use super::airtable;
use crate::support::World;

/// A Patchbay that keeps to the documented limits, and a stand-in that insists on them.
async fn strict(sizes: &[(&str, &str)]) -> Case {
    let mut case = Case::one(World::start().await, "airtable").await;
    case.control(&[
        ("rate_limit", "on"),
        ("latency_ms", "250"),
        ("bases_page", "1000"),
    ])
    .await;
    case.control(sizes).await;
    case.connect(&[]).await;
    case
}

/// Loads these streams without being refused, and with many calls at once.
async fn load_below_the_limits(mut case: Case, streams: &[&str]) {
    let page = case.load(streams).await;
    let chosen = case
        .profile
        .streams
        .iter()
        .filter(|one| streams.contains(&one.id));
    let expected = only(&case.truth().await, &chosen.collect::<Vec<_>>());
    case.assert_counts(&page, &expected, "below the limits");
    assert_eq!(page.load_banners(), Vec::<String>::new());
    let state = case.world.state_of("airtable").await;
    let number = |name: &str| state[name].as_u64().expect("a number");
    assert!(
        state["counters"]["rate_limited"].is_null(),
        "{}",
        state["counters"]
    );
    assert!(
        number("base_peak") <= 5,
        "base_peak {}",
        number("base_peak")
    );
    assert!(
        number("user_peak") <= 50,
        "user_peak {}",
        number("user_peak")
    );
    assert!(
        number("concurrent_peak") > 8,
        "concurrent_peak {}",
        number("concurrent_peak")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_bases_are_read_at_once_and_below_the_limits() {
    let case = strict(&[("bases", "40"), ("tables", "10")]).await;
    load_below_the_limits(case, &["bases", "tables"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_of_many_tables_are_read_below_the_limits() {
    // Six calls a base. More of them at once than a person's limit would test how evenly this machine runs.
    let case = strict(&[("bases", "8"), ("tables", "5"), ("records", "3")]).await;
    load_below_the_limits(case, &["bases", "tables", "records"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_not_read_unless_they_are_chosen() {
    let mut case = airtable().await;
    case.connect(&[]).await;
    let page = case.load(&[]).await;
    assert_eq!(case.calls("list_records").await, 0);
    assert_eq!(
        (page.chip("Bases"), page.chip("Tables")),
        ("3".to_owned(), "6".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_is_used_up_is_final() {
    let mut case = airtable().await;
    case.connect(&[]).await;
    let fault = [
        ("fail_kind", "429quota"),
        ("fail_on", "records"),
        ("fail_next", "1000000"),
    ];
    case.control(&fault).await;
    let page = case.load_all().await;
    // Each of the six tables is asked for once.
    assert!(case.calls("list_records").await <= 6);
    assert_eq!(
        page.outcome("Records"),
        "failed",
        "{}",
        page.text_of("#load")
    );
    assert_eq!(
        (page.outcome("Bases"), page.outcome("Tables")),
        ("done".to_owned(), "done".to_owned())
    );
    let banner = page.load_banners().join(" ");
    assert!(
        banner.contains("calls of this month are used up"),
        "{banner}"
    );
    assert!(
        !page.stream("Records").contains("repeated"),
        "{}",
        page.stream("Records")
    );
    assert_eq!(page.state(), "connected");
}
