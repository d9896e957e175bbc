//! Lists and single records.

use std::collections::BTreeSet;

use serde_json::Value;

use super::support::Bench;

const CONTACTS: &str = "/crm/objects/2026-09/contacts";

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Walks a list to its end and gives the ids in their order.
async fn walk(bench: &Bench, token: &str, uri: &str) -> Vec<String> {
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let cursor = after
            .map(|after: String| format!("&after={}", encoded(&after)))
            .unwrap_or_default();
        let page = bench.get(token, &format!("{uri}{cursor}")).await.json();
        ids.extend(
            page["results"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["id"].as_str().unwrap().to_owned()),
        );
        match page["paging"]["next"]["after"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => {
                assert!(page.get("paging").is_none());
                return ids;
            }
        }
    }
}

#[actix_web::test]
async fn a_walk_sees_every_record_once() {
    let bench = Bench::new();
    let token = bench.token().await;
    for (uri, count) in [
        ("/crm/objects/2026-09/contacts?limit=100", 2_500),
        ("/crm/objects/2026-03/0-2?limit=100", 300),
        ("/crm/v3/objects/deals?limit=7", 150),
    ] {
        bench.control("reset=1").await;
        let ids = walk(&bench, &token, uri).await;
        assert_eq!(ids.len(), count, "{uri}");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), count);
        assert!(ids.is_sorted_by_key(|id| id.parse::<u64>().unwrap()));
    }
}

#[actix_web::test]
async fn a_million_records_are_no_burden() {
    let bench = Bench::new();
    let token = bench.token().await;
    bench.control("contacts=1000000").await;
    let page = bench
        .get(&token, &format!("{CONTACTS}?limit=100"))
        .await
        .json();
    assert_eq!(page["results"].as_array().map(Vec::len), Some(100));
    let search = bench
        .api(
            &token,
            actix_web::http::Method::POST,
            &format!("{CONTACTS}/search"),
            "{}",
        )
        .await;
    assert_eq!(search.json()["total"], 1_000_000);
}

#[actix_web::test]
async fn the_query_is_checked() {
    let bench = Bench::new();
    let token = bench.token().await;
    let page = bench.get(&token, CONTACTS).await.json();
    assert_eq!(page["results"].as_array().map(Vec::len), Some(10));
    for wrong in [
        "limit=101",
        "limit=0",
        "limit=ten",
        "after=100",
        "archived=maybe",
        "limit=51&propertiesWithHistory=email",
    ] {
        assert_eq!(
            bench
                .get(&token, &format!("{CONTACTS}?{wrong}"))
                .await
                .status,
            400,
            "{wrong}"
        );
    }
    let long = "x".repeat(9_000);
    assert_eq!(
        bench
            .get(&token, &format!("{CONTACTS}?properties={long}"))
            .await
            .status,
        414
    );
}

fn names(row: &Value) -> Vec<&str> {
    row["properties"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[actix_web::test]
async fn records_hold_what_was_asked_and_the_automatic_properties() {
    let bench = Bench::new();
    let token = bench.token().await;
    for (uri, expected) in [
        (
            "/crm/v3/objects/contacts",
            vec![
                "createdate",
                "email",
                "firstname",
                "hs_object_id",
                "lastmodifieddate",
                "lastname",
            ],
        ),
        (
            "/crm/v3/objects/contacts?properties=phone,nonsense&properties=city",
            vec![
                "city",
                "createdate",
                "hs_object_id",
                "lastmodifieddate",
                "phone",
            ],
        ),
        (
            "/crm/v3/objects/companies",
            vec![
                "createdate",
                "domain",
                "hs_lastmodifieddate",
                "hs_object_id",
                "name",
            ],
        ),
        (
            "/crm/v3/objects/deals?properties=amount",
            vec![
                "amount",
                "createdate",
                "hs_lastmodifieddate",
                "hs_object_id",
            ],
        ),
    ] {
        let page = bench.get(&token, uri).await.json();
        for row in page["results"].as_array().unwrap() {
            assert_eq!(names(row), expected);
            assert_eq!(row["properties"]["hs_object_id"], row["id"]);
            assert_eq!(row["properties"]["createdate"], row["createdAt"]);
            assert_eq!(row["archived"], false);
            assert!(
                row["url"]
                    .as_str()
                    .unwrap()
                    .ends_with(row["id"].as_str().unwrap())
            );
        }
    }
}

#[actix_web::test]
async fn answers_carry_the_recorded_headers() {
    let bench = Bench::new();
    let token = bench.token().await;
    let first = bench.get(&token, CONTACTS).await;
    let second = bench.get(&token, CONTACTS).await;
    assert_eq!(first.header("x-hubspot-ratelimit-max"), Some("110"));
    assert_eq!(
        first.header("x-hubspot-ratelimit-interval-milliseconds"),
        Some("10000")
    );
    assert_eq!(second.header("x-hubspot-ratelimit-remaining"), Some("108"));
    assert_eq!(second.header("x-hubspot-ratelimit-secondly"), Some("11"));
    assert!(
        second
            .header("x-hubspot-ratelimit-secondly-remaining")
            .is_some()
    );
    let search = bench
        .api(
            &token,
            actix_web::http::Method::POST,
            &format!("{CONTACTS}/search"),
            "{}",
        )
        .await;
    assert_eq!(search.status, 200);
    assert!(
        search
            .headers
            .keys()
            .all(|name| !name.as_str().contains("ratelimit"))
    );
    assert!(search.header("x-hubspot-correlation-id").is_some());
}

#[actix_web::test]
async fn the_accounts_differ() {
    let bench = Bench::new();
    let one = bench.token().await;
    let back = bench.decide("decision=allow&account=147000999").await;
    let two = bench.exchange(back.text("code")).await.json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let id = |page: Value| page["results"][0]["id"].clone();
    assert_ne!(
        id(bench.get(&one, CONTACTS).await.json()),
        id(bench.get(&two, CONTACTS).await.json())
    );
}
