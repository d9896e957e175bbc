//! Lists of lists: bases that cannot be read, listings that die, records and what they lie in.

use super::airtable;

#[tokio::test(flavor = "multi_thread")]
async fn bases_that_cannot_be_read_are_named_and_stop_nothing() {
    let mut case = airtable().await;
    case.connect(&[]).await;
    case.control(&[("unreadable", "on")]).await;
    let page = case.load_all().await;
    case.assert_counts(&page, &case.truth().await, "all that can be read");
    assert_eq!(page.chip("Bases"), "6");
    assert_eq!(
        (page.outcome("Bases"), page.outcome("Tables")),
        ("done".to_owned(), "part".to_owned())
    );
    // What was not read there could not be followed.
    assert_eq!(page.outcome("Records"), "part");
    let banners = page.load_banners();
    let about = banners
        .iter()
        .find(|one| one.starts_with("Tables and Records are not whole"));
    let about = about.unwrap_or_else(|| panic!("{banners:?}"));
    assert!(about.contains("Shared with <me>"), "{about}");
    assert!(
        about.contains("Airtable lists it, but does not let you read it"),
        "{about}"
    );
    assert!(!page.text.contains("<me>"), "a name as it was typed");
    assert_eq!(page.state(), "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_dies_is_begun_again_and_whole() {
    let mut case = airtable().await;
    case.connect(&[]).await;
    case.control(&[("iterators_die_after", "1")]).await;
    let page = case.load_all().await;
    case.assert_whole(&page, "begun again").await;
    // Twelve pages, one of them twice, and the call that was refused.
    assert_eq!(case.calls("list_records").await, 14);
    assert!(
        page.stream("Records").contains("100 came twice"),
        "{}",
        page.stream("Records")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn short_pages_are_not_the_end_of_a_table() {
    let mut case = airtable().await;
    case.connect(&[]).await;
    case.control(&[("short_pages", "on"), ("records", "450")])
        .await;
    let page = case.load_all().await;
    case.assert_whole(&page, "short pages").await;
    assert!(case.calls("list_records").await > 30, "no page was short");
}

#[tokio::test(flavor = "multi_thread")]
async fn records_say_where_they_are_and_lead_there() {
    let mut case = airtable().await;
    case.connect(&[]).await;
    case.load_all().await;
    let (bases, tables) = (case.rows("type=Base").await, case.rows("type=Table").await);
    let records = case.rows("type=Record").await;
    for record in &records {
        let link = record.link.as_deref().expect("a link");
        let parts: Vec<&str> = link.split('/').skip(3).collect();
        let [base, table, id] = parts[..] else {
            panic!("{link} is not that of a record");
        };
        assert_eq!(id, record.id);
        let base = bases.iter().find(|one| one.id == base).expect("its base");
        let table = tables
            .iter()
            .find(|one| one.id == table)
            .expect("its table");
        assert_eq!(table.parent, base.name);
        assert_eq!(record.parent, format!("{} / {}", base.name, table.name));
        assert_eq!(table.link.as_deref(), link.strip_suffix(&format!("/{id}")));
    }
    assert!(
        records
            .iter()
            .any(|one| one.name == format!("Record {}", one.id)),
        "no nameless one"
    );
}
