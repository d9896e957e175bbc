//! Searches: totals, filters, sorts, the cap and the lag.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::support::{Answer, Bench};
use crate::sandbox::{
    clock::{from_ms, plus_ms},
    hubspot::{
        data::Kind,
        overlay::{Overlay, Values},
        portals::PORTALS,
        view::View,
    },
};

const CONTACTS: &str = "/crm/objects/2026-09/contacts/search";

async fn search(bench: &Bench, token: &str, uri: &str, body: Value) -> Answer {
    bench.api(token, Method::POST, uri, &body.to_string()).await
}

/// A bench whose search limit does not get in the way.
async fn bench() -> (Bench, String) {
    let bench = Bench::new();
    bench.control("search_burst=1000").await;
    let token = bench.token().await;
    (bench, token)
}

fn column<'a>(page: &'a Value, name: &str) -> Vec<&'a str> {
    page["results"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|row| row["properties"][name].as_str())
        .collect()
}

#[actix_web::test]
async fn pages_by_offset_until_the_end() {
    let (bench, token) = bench().await;
    let first = search(&bench, &token, CONTACTS, json!({ "limit": 200 }))
        .await
        .json();
    assert_eq!(first["total"], 2_500);
    assert_eq!(first["paging"], json!({ "next": { "after": "200" } }));
    let last = search(
        &bench,
        &token,
        CONTACTS,
        json!({ "limit": 200, "after": "2400" }),
    )
    .await
    .json();
    assert_eq!(last["results"].as_array().map(Vec::len), Some(100));
    assert!(last.get("paging").is_none());
}

#[actix_web::test]
async fn shows_ten_thousand_and_no_more() {
    let (bench, token) = bench().await;
    bench.control("contacts=12000").await;
    let last = search(
        &bench,
        &token,
        CONTACTS,
        json!({ "limit": 200, "after": "9800" }),
    )
    .await
    .json();
    assert_eq!(
        (&last["total"], &last["paging"]["next"]["after"]),
        (&12_000.into(), &"10000".into())
    );
    let beyond = search(
        &bench,
        &token,
        CONTACTS,
        json!({ "limit": 200, "after": "10000" }),
    )
    .await;
    assert_eq!(beyond.status, 400);
    // The documented way on: by id, from the last one seen.
    let id = last["results"][199]["id"].clone();
    let filter = json!({ "propertyName": "hs_object_id", "operator": "GT", "value": id });
    let rest = search(
        &bench,
        &token,
        CONTACTS,
        json!({ "filters": [filter], "limit": 200 }),
    )
    .await
    .json();
    assert_eq!(rest["total"], 2_000);
}

#[actix_web::test]
async fn filters_and_sorts() {
    let (bench, token) = bench().await;
    let deals = "/crm/v3/objects/deals/search";
    let by = |operator: &str, value: &str| {
        json!({ "filterGroups": [{ "filters": [
        { "propertyName": "amount", "operator": operator, "value": value }] }],
        "sorts": [{ "propertyName": "amount", "direction": "DESCENDING" }], "limit": 200, "properties": ["amount"] })
    };
    let high = search(&bench, &token, deals, by("GTE", "10000"))
        .await
        .json();
    let amounts: Vec<f64> = column(&high, "amount")
        .iter()
        .map(|text| text.parse().unwrap())
        .collect();
    assert!(!amounts.is_empty() && amounts.iter().all(|amount| *amount >= 10_000.0));
    assert!(amounts.is_sorted_by(|a, b| a >= b));
    let none =
        json!({ "filters": [{ "propertyName": "dealname", "operator": "NOT_HAS_PROPERTY" }] });
    assert!(search(&bench, &token, deals, none).await.json()["total"].as_u64() > Some(0));
    let words = |value: &str| {
        json!({ "filters": [
        { "propertyName": "firstname", "operator": "IN", "values": [value] }], "limit": 1 })
    };
    assert!(
        search(&bench, &token, CONTACTS, words("ada")).await.json()["total"].as_u64() > Some(0)
    );
    // Values of a list must be in lower case.
    assert_eq!(
        search(&bench, &token, CONTACTS, words("Ada")).await.json()["total"],
        0
    );
    let text = search(
        &bench,
        &token,
        CONTACTS,
        json!({ "query": "ADA", "limit": 5 }),
    )
    .await
    .json();
    assert!(text["total"].as_u64() > Some(0));
}

#[actix_web::test]
async fn limits_of_the_body() {
    let (bench, token) = bench().await;
    let filter = json!({ "propertyName": "city", "operator": "EQ", "value": "x" });
    let group = |count: usize| json!({ "filters": vec![filter.clone(); count] });
    let date = json!({ "propertyName": "createdate", "operator": "BETWEEN", "value": "0", "highValue": "9" });
    for (body, status) in [
        (json!({ "limit": 201 }), 400),
        (json!({ "after": "x" }), 400),
        (json!({ "query": "x".repeat(3_001) }), 400),
        (json!({ "filterGroups": vec![group(1); 6] }), 400),
        (json!({ "filterGroups": [group(7)] }), 400),
        (json!({ "filterGroups": vec![group(4); 5] }), 400),
        (json!({ "filterGroups": vec![group(3); 5] }), 200),
        (
            json!({ "filters": [{ "propertyName": "nonsense", "operator": "EQ", "value": "x" }] }),
            400,
        ),
        (
            json!({ "filters": [{ "propertyName": "city", "operator": "LIKE", "value": "x" }] }),
            400,
        ),
        (
            json!({ "filters": [{ "propertyName": "city", "operator": "EQ" }] }),
            400,
        ),
        (
            json!({ "sorts": [{ "propertyName": "city" }, { "propertyName": "state" }] }),
            400,
        ),
        (json!({ "filters": [date] }), 500),
    ] {
        assert_eq!(
            search(&bench, &token, CONTACTS, body.clone())
                .await
                .status
                .as_u16(),
            status,
            "{body}"
        );
    }
}

#[actix_web::test]
async fn writes_are_seen_by_id_at_once_and_by_search_later() {
    let (bench, token) = bench().await;
    let body = json!({ "properties": { "email": "fresh@example.com" } }).to_string();
    bench
        .api(&token, Method::POST, "/crm/objects/2026-09/contacts", &body)
        .await;
    let total = |bench: &Bench| {
        bench
            .state
            .with(|inner| inner.saved.controls.search_delay_ms)
    };
    assert_eq!(total(&bench), 10_000);
    assert_eq!(
        search(&bench, &token, CONTACTS, json!({})).await.json()["total"],
        2_500
    );
    bench.control("search_delay_ms=0").await;
    assert_eq!(
        search(&bench, &token, CONTACTS, json!({})).await.json()["total"],
        2_501
    );
}

#[test]
fn an_older_state_is_seen_before_the_horizon() {
    let start = from_ms(1_795_000_000_000);
    let mut overlay = Overlay::default();
    let id = overlay.make(Values::from([("firstname", "Old".to_owned())]), start);
    overlay.change(
        id,
        Values::from([("firstname", "New".to_owned())]),
        plus_ms(start, 5_000),
    );
    overlay.archive(id, plus_ms(start, 9_000));
    let seen = |ms| {
        let horizon = plus_ms(start, ms);
        let overlay = overlay.clone().into();
        let view = View {
            portal: &PORTALS[0],
            kind: Kind::Contacts,
            size: 0,
            overlay,
            now: horizon,
            horizon,
        };
        view.live(id).and_then(|row| row.value("firstname"))
    };
    assert_eq!(
        [seen(-1), seen(0), seen(5_000), seen(9_000)],
        [None, Some("Old".into()), Some("New".into()), None]
    );
}
