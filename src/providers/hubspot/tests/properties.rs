//! What holds for any answer at all.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::item::Item;
use crate::providers::hubspot::problem::Problem;
use crate::providers::hubspot::{streams, wire};
use crate::providers::testing::any_json;

const STREAMS: [&str; 3] = ["contacts", "companies", "deals"];

/// The words that pages and errors are made of.
const WORDS: &[&str] = &[
    "results",
    "paging",
    "next",
    "after",
    "link",
    "id",
    "properties",
    "createdAt",
    "updatedAt",
    "url",
    "firstname",
    "name",
    "dealname",
    "errors",
    "context",
    "policyName",
    "category",
    "requiredGranularScopes",
];

/// Text that looks more or less like an address of HubSpot, or like nothing.
fn any_link() -> impl Strategy<Value = String> {
    let start = prop_oneof!["[a-z0-9.-]{0,6}", r"[a-z0-9.@:/\\#?%\[\] -]{0,12}"];
    let end = prop::sample::select(vec![".hubspot.com", "hubspot.com", ".hubspot.com.example"]);
    let rest = prop_oneof!["", "/[a-z]{0,6}", ".{0,12}"];
    let parts = ("(https|http|javascript|ftp)", start, end, rest);
    prop_oneof![
        1 => ".{0,30}",
        4 => parts.prop_map(|(scheme, start, end, rest)| format!("{scheme}://{start}{end}{rest}")),
    ]
}

fn any_value() -> impl Strategy<Value = Option<String>> {
    prop::option::of(prop_oneof![r"\s{0,5}", ".{0,40}", "\\PC{0,40}"])
}

/// The items of a page, if it is one.
fn items(page: Value, stream: &str, host: &str) -> Vec<Item> {
    let Ok(page) = serde_json::from_value::<wire::Page>(page) else {
        return Vec::new();
    };
    let shape = streams::shape(stream).expect("a stream");
    let mut account = account();
    account.extra.insert(UI_HOST.to_owned(), host.to_owned());
    let (records, _) = page.after();
    let item = |record| streams::item(record, shape, &account);
    records.into_iter().map(item).collect()
}

fn is_safe(item: &Item) -> Result<(), TestCaseError> {
    prop_assert!(!item.name.trim().is_empty());
    if let Some(link) = &item.url {
        let url: url::Url = link.parse().expect("a URL");
        prop_assert_eq!(url.scheme(), "https");
        let host = url.host_str().unwrap_or_default();
        prop_assert!(host.ends_with(".hubspot.com"), "{}", link);
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_json_in_place_of_a_page_is_read_or_refused(page in any_json(WORDS), stream in 0..3usize) {
        for item in items(page, STREAMS[stream], "app.hubspot.com") {
            is_safe(&item)?;
        }
    }

    #[test]
    fn any_record_has_a_name_and_only_safe_links(
        id in ".{0,20}", values in prop::collection::vec(any_value(), 6), link in any_link(),
        time in ".{0,30}", stream in 0..3usize,
    ) {
        let record = json!({
            "id": id,
            "properties": {
                "firstname": values[0], "lastname": values[1], "email": values[2],
                "name": values[3], "domain": values[4], "dealname": values[5],
            },
            "createdAt": time, "updatedAt": time, "url": link,
        });
        let items = items(json!({"results": [record]}), STREAMS[stream], "app.hubspot.com");
        prop_assert_eq!(items.len(), 1);
        prop_assert_eq!(&items[0].id, &id);
        prop_assert!(items[0].url.is_some());
        is_safe(&items[0])?;
    }

    #[test]
    fn a_host_that_passes_leads_nowhere_else(host in any_link(), id in ".{0,20}") {
        let host = host.trim_start_matches("https://");
        if wire::is_hubspot_host(host) {
            let page = json!({"results": [{"id": id}]});
            is_safe(&items(page, "deals", host)[0])?;
        }
    }

    #[test]
    fn any_body_of_an_error_can_be_looked_at(
        bytes in prop::collection::vec(any::<u8>(), 0..80), json in any_json(WORDS),
    ) {
        for body in [bytes, json.to_string().into_bytes()] {
            let _ = Problem::read(&body).missing_permission();
            let _ = wire::reading(429, &body);
        }
    }
}
