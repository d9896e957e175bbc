//! What people share, and how it lies in one another.

use std::collections::BTreeMap;

use super::super::rows::Row;
use super::notion;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_shared_is_explained_with_the_way_to_share() {
    let mut case = notion().await;
    case.connect(&[("share", "none")]).await;
    let page = case.load_all().await;
    assert_eq!(
        (page.outcome("Pages"), page.outcome("Databases")),
        ("done".to_owned(), "done".to_owned())
    );
    let empty = page.text_of("#items .empty");
    assert!(empty.contains("The last load brought nothing"), "{empty}");
    assert!(
        empty.contains("Notion shows only the pages that you shared"),
        "{empty}"
    );
    let (action, _) = page.form_with_button("Reconnect");
    assert_eq!(action.path(), "/connections/notion/connect");
    case.connect(&[("share", "all")]).await;
    let page = case.load_all().await;
    case.assert_whole(&page, "shared").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn databases_of_several_sources_are_the_parents_of_their_sources() {
    let mut case = notion().await;
    case.connect(&[]).await;
    let page = case.load_all().await;
    case.assert_whole(&page, "everything").await;
    let databases = case.rows("type=Database").await;
    assert!(databases.len() >= 4);
    let sources = case.rows("type=DataSource").await;
    for database in &databases {
        let inside = sources
            .iter()
            .filter(|source| source.parent == database.name);
        assert!(inside.count() >= 2, "{database:?}");
    }
    // Exactly these databases were asked for, each once.
    assert_eq!(case.calls("get_database").await, databases.len() as u64);
    assert_eq!(case.calls("search_data_sources").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn parents_that_came_after_their_children_give_them_their_names() {
    let mut case = notion().await;
    case.connect(&[]).await;
    case.load_all().await;
    let rows = case.rows("").await;
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &rows {
        *names.entry(&row.name).or_default() += 1;
    }
    let pages: Vec<&Row> = rows.iter().filter(|row| row.kind == "Page").collect();
    let inside = pages.iter().filter(|row| !row.parent.is_empty());
    let inside: Vec<_> = inside.collect();
    assert!(
        inside.len() * 3 > pages.len() * 2,
        "{} of {}",
        inside.len(),
        pages.len()
    );
    for row in inside {
        assert!(
            names.contains_key(&row.parent[..]),
            "nothing is called as the parent of {row:?}"
        );
        assert!(!row.parent.trim().is_empty());
    }
}
