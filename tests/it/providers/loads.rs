//! A load of everything, against the stand-in's own count.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use super::{Case, for_all, hasty, rows::Row};

/// What no item may be called.
const NO_NAMES: [&str; 6] = ["", "None", "null", "undefined", "{}", "[object Object]"];

#[tokio::test(flavor = "multi_thread")]
async fn everything_comes_exactly_once() {
    for_all(hasty(&[]).await, |mut case| async move {
        case.connect(&[]).await;
        let page = case.load_all().await;
        case.assert_whole(&page, "everything").await;
        let truth = case.truth().await;
        let rows = case.rows("").await;
        assert_eq!(counted(&rows), truth, "walked page after page");
        let unique: BTreeSet<_> = rows.iter().map(|row| (&row.kind, &row.id)).collect();
        assert_eq!(unique.len(), rows.len(), "some item is there twice");
        assert_named(&rows);
        assert_linked(&case, &rows);
        for kind in case.profile.kinds() {
            let of_kind = case.rows(&format!("type={}", kind.id)).await;
            assert_eq!(of_kind.len() as u64, truth[kind.id], "{}", kind.id);
            assert!(of_kind.iter().all(|row| row.kind == kind.id));
        }
        // Once more: the same items, and none of them twice.
        let before = case.ids().await;
        let page = case.load_all().await;
        case.assert_whole(&page, "a second load").await;
        assert_eq!(case.ids().await, before);
        assert_eq!(case.calls("token_authorization_code").await, 1);
    })
    .await;
}

fn counted(rows: &[Row]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(row.kind.clone()).or_default() += 1;
    }
    counts
}

fn assert_named(rows: &[Row]) {
    for row in rows {
        let name = row.name.trim();
        assert!(
            !NO_NAMES.contains(&name),
            "{} {} is called {name:?}",
            row.kind,
            row.id
        );
    }
}

/// Links lead to the provider's own pages; what it did not give a link has none.
fn assert_linked(case: &Case, rows: &[Row]) {
    let links: Vec<&String> = rows.iter().filter_map(|row| row.link.as_ref()).collect();
    assert!(
        links.len() * 10 > rows.len() * 9,
        "{} of {} have a link",
        links.len(),
        rows.len()
    );
    for link in links {
        let url = Url::parse(link).expect("an address");
        assert_eq!(url.scheme(), "https", "{link}");
        let host = url.host_str().expect("a host");
        assert!(host.contains(case.id()), "{link}");
    }
}
