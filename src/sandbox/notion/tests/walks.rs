//! Walks through the search: what they bring, in which order, and how cursors end them.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::Method;
use serde_json::{Value, json};

use super::support::{Bench, NEWEST, SOURCES, TABLES, filter, id};

#[actix_web::test]
async fn a_full_walk_brings_the_truth() {
    let bench = Bench::new();
    let token = bench.token().await;
    let truth = bench.report().await["truth"][0].clone();
    let everything = bench
        .walk(&token, NEWEST, "/v1/search", json!({}))
        .await
        .concat();
    let count = |kind| {
        everything
            .iter()
            .filter(|object| object["object"] == kind)
            .count()
    };
    assert_eq!(truth["account"], "acme");
    assert_eq!(
        (json!(count("page")), json!(count("data_source"))),
        (
            truth["counts"]["Page"].clone(),
            truth["counts"]["DataSource"].clone()
        )
    );
    assert_eq!(
        everything.iter().map(id).collect::<BTreeSet<_>>().len(),
        everything.len()
    );
    assert_eq!(bench.walk_pages(&token).await.len(), count("page"));
    let sources = bench
        .walk(&token, NEWEST, "/v1/search", filter("data_source"))
        .await
        .concat();
    let mut per_database: BTreeMap<String, usize> = BTreeMap::new();
    for source in sources
        .iter()
        .filter(|source| source["parent"]["type"] == "database_id")
    {
        *per_database
            .entry(source["parent"]["database_id"].to_string())
            .or_default() += 1;
    }
    let several = per_database.values().filter(|count| **count > 1).count();
    assert_eq!(json!(several), truth["counts"]["Database"]);
    assert!(several >= 4 && count("page") > 600);
}

#[actix_web::test]
async fn workspaces_differ_and_shares_count() {
    let bench = Bench::new();
    let (acme, second) = (bench.token().await, bench.token_of("account=second").await);
    let one: BTreeSet<_> = bench.walk_pages(&acme).await.into_iter().collect();
    let two = bench.walk_pages(&second).await;
    assert!(!two.is_empty() && two.iter().all(|id| !one.contains(id)));
    let page = one.first().unwrap();
    assert_eq!(
        bench
            .get(&second, &format!("/v1/pages/{page}"))
            .await
            .status,
        404
    );
    for more in ["account=empty", "account=acme&share=none"] {
        let token = bench.token_of(more).await;
        let answer = bench.search(&token, &json!({})).await.json();
        assert_eq!(answer["results"], json!([]), "{more}");
        assert_eq!(
            bench.get(&token, &format!("/v1/pages/{page}")).await.status,
            404
        );
    }
    let truth = bench.report().await["truth"].as_array().unwrap().clone();
    let pages: Vec<_> = truth.iter().map(|one| &one["counts"]["Page"]).collect();
    assert_eq!(pages, [&json!(614), &json!(two.len()), &json!(0)]);
}

#[actix_web::test]
async fn sorting_the_trash_and_titles() {
    let bench = Bench::new();
    let token = bench.token().await;
    let times = |objects: &[Value]| -> Vec<String> {
        let full = objects
            .iter()
            .filter_map(|object| object["last_edited_time"].as_str());
        full.map(str::to_owned).collect()
    };
    let sort =
        |direction| json!({ "sort": { "timestamp": "last_edited_time", "direction": direction } });
    let falling = bench
        .walk(&token, NEWEST, "/v1/search", sort("descending"))
        .await
        .concat();
    let rising = bench
        .walk(&token, NEWEST, "/v1/search", sort("ascending"))
        .await
        .concat();
    assert!(times(&falling).is_sorted_by(|one, two| one >= two) && times(&rising).is_sorted());
    assert_eq!(falling.len(), rising.len());
    let trash = json!({ "filter": { "in_trash": true } });
    let trashed = bench
        .walk(&token, NEWEST, "/v1/search", trash)
        .await
        .concat();
    assert!(!trashed.is_empty() && trashed.iter().all(|object| object["in_trash"] == true));
    assert!(falling.iter().all(|object| object["in_trash"] != true));
    let found = bench
        .search(&token, &json!({ "query": "LIGHTHOUSE" }))
        .await
        .json();
    let found = found["results"].as_array().unwrap();
    assert!(
        !found.is_empty()
            && found
                .iter()
                .all(|object| object.to_string().contains("lighthouse"))
    );
}

#[actix_web::test]
async fn tables_before_data_sources() {
    let bench = Bench::new();
    let token = bench.token().await;
    let tables = bench
        .walk(&token, TABLES, "/v1/search", filter("database"))
        .await
        .concat();
    let truth = bench.report().await["truth"][0].clone();
    let sources = bench
        .walk(&token, SOURCES, "/v1/search", filter("data_source"))
        .await
        .concat();
    assert!(tables.len() < sources.len());
    assert_eq!(truth["counts"]["DataSource"], sources.len());
    assert!(tables.iter().all(|table| table["object"] == "database"));
    for table in &tables {
        let uri = format!("/v1/databases/{}", id(table));
        assert_eq!(
            bench
                .api(&token, TABLES, Method::GET, &uri, "")
                .await
                .status,
            200
        );
    }
}

#[actix_web::test]
async fn a_cursor_belongs_to_its_token_and_its_arguments() {
    let bench = Bench::new();
    let tokens = bench.exchange(&bench.code().await).await.json();
    let token = tokens["access_token"].as_str().unwrap().to_owned();
    let other = bench.token().await;
    let mut body = filter("page");
    let cursor = bench.search(&token, &body).await.json()["next_cursor"].clone();
    body["start_cursor"] = cursor.clone();
    assert_eq!(bench.search(&other, &body).await.status, 400);
    let stranger = json!({ "start_cursor": cursor });
    assert_eq!(bench.search(&token, &stranger).await.status, 400);
    // A repeat, another page size and a refresh do no harm.
    assert_eq!(bench.search(&token, &body).await.status, 200);
    body["page_size"] = 10.into();
    let again = bench.search(&token, &body).await.json();
    assert_eq!(again["results"].as_array().map(Vec::len), Some(10));
    let next = bench.refresh(&tokens["refresh_token"]).await.json();
    assert_eq!(
        bench
            .search(next["access_token"].as_str().unwrap(), &body)
            .await
            .status,
        200
    );
}

#[actix_web::test]
async fn cursors_come_in_two_styles() {
    let bench = Bench::new();
    let token = bench.token().await;
    let cursor = |answer: Value| answer["next_cursor"].as_str().unwrap().to_owned();
    let opaque = cursor(bench.search(&token, &json!({})).await.json());
    bench.control("cursor_style=uuid").await;
    let old = cursor(bench.search(&token, &json!({})).await.json());
    assert!(uuid::Uuid::try_parse(&opaque).is_err() && uuid::Uuid::try_parse(&old).is_ok());
    assert_eq!(bench.walk_pages(&token).await.len(), 614);
}

#[actix_web::test]
async fn a_walk_can_die_once() {
    let bench = Bench::new();
    let token = bench.token().await;
    bench.control("cursor_dies_after=2").await;
    let mut body = filter("page");
    let mut refused = 0;
    for page in 1..=3 {
        let answer = bench.search(&token, &body).await;
        if answer.status == 400 {
            refused = page;
            break;
        }
        body["start_cursor"] = answer.json()["next_cursor"].clone();
    }
    assert_eq!(refused, 3);
    // The dead cursor stays dead, and a new walk lives.
    assert_eq!(bench.search(&token, &body).await.status, 400);
    assert_eq!(bench.report().await["controls"]["cursor_dies_after"], 0);
    assert_eq!(bench.walk_pages(&token).await.len(), 614);
}

#[actix_web::test]
async fn a_shifting_order_repeats_and_loses_nothing() {
    let bench = Bench::new();
    let token = bench.token().await;
    let calm: BTreeSet<_> = bench.walk_pages(&token).await.into_iter().collect();
    bench.control("shuffle=on&short_pages=on").await;
    let shifted = bench.walk_pages(&token).await;
    let distinct: BTreeSet<_> = shifted.iter().cloned().collect();
    assert!(shifted.len() > distinct.len());
    assert_eq!(distinct, calm);
    bench.control("shuffle=off").await;
    let pages = bench
        .walk(&token, NEWEST, "/v1/search", filter("page"))
        .await;
    let sizes: BTreeSet<_> = pages.iter().map(Vec::len).collect();
    assert!(sizes.contains(&50) && sizes.contains(&100));
    assert_eq!(pages.concat().len(), calm.len());
    let one = json!({ "page_size": 1, "filter": { "property": "object", "value": "data_source" } });
    bench.control("shuffle=on").await;
    assert_eq!(
        bench
            .walk(&token, NEWEST, "/v1/search", one)
            .await
            .concat()
            .len(),
        32
    );
}

#[actix_web::test]
async fn the_index_lags() {
    let bench = Bench::new();
    let token = bench.token().await;
    let all = bench.walk_pages(&token).await;
    bench.control("index_lag=30").await;
    assert_eq!(bench.walk_pages(&token).await, all[30..]);
    let hidden = format!("/v1/pages/{}", all[0]);
    assert_eq!(bench.get(&token, &hidden).await.status, 200);
    bench.control("index_lag=100000").await;
    let answer = bench.search(&token, &json!({})).await.json();
    assert_eq!(
        (&answer["results"], &answer["has_more"]),
        (&json!([]), &json!(false))
    );
}

#[actix_web::test]
async fn the_rows_of_a_data_source() {
    let bench = Bench::new();
    let token = bench.token().await;
    let pages = bench
        .walk(&token, NEWEST, "/v1/search", filter("page"))
        .await
        .concat();
    let row = pages
        .iter()
        .find(|page| page["parent"]["type"] == "data_source_id")
        .unwrap();
    let source = row["parent"]["data_source_id"].as_str().unwrap();
    let uri = format!("/v1/data_sources/{source}/query");
    let rows = bench
        .walk(&token, NEWEST, &uri, json!({ "page_size": 3 }))
        .await
        .concat();
    let of_source = |page: &&Value| page["parent"]["data_source_id"] == source;
    let expected: Vec<_> = pages.iter().filter(of_source).map(id).collect();
    let partial: Vec<_> = rows
        .iter()
        .filter(|row| row.get("parent").is_none())
        .map(id)
        .collect();
    let found: Vec<_> = rows
        .iter()
        .map(id)
        .filter(|id| !partial.contains(id))
        .collect();
    assert_eq!(found, expected);
    let database = row["parent"]["database_id"].as_str().unwrap();
    assert_eq!(
        bench
            .get(&token, &format!("/v1/data_sources/{database}"))
            .await
            .status,
        404
    );
    assert_eq!(
        bench
            .get(&token, &format!("/v1/databases/{database}"))
            .await
            .status,
        200
    );
}

#[actix_web::test]
async fn the_largest_workspace_answers_quickly() {
    let bench = Bench::new();
    bench
        .control("pages=200000&databases=2000&rate_limit=off")
        .await;
    let token = bench.token().await;
    let first = bench.search(&token, &filter("page")).await.json();
    assert_eq!(first["results"].as_array().map(Vec::len), Some(100));
    let rising = json!({ "sort": { "timestamp": "last_edited_time", "direction": "ascending" } });
    assert_eq!(bench.search(&token, &rising).await.status, 200);
    assert_eq!(bench.report().await["truth"][0]["counts"]["Page"], 191_667);
}

#[actix_web::test]
async fn a_query_ends_after_ten_thousand_rows() {
    let bench = Bench::new();
    bench
        .control("pages=30000&databases=1&rate_limit=off")
        .await;
    let token = bench.token().await;
    let source = bench.search(&token, &filter("data_source")).await.json();
    let uri = format!("/v1/data_sources/{}/query", id(&source["results"][0]));
    let pages = bench.walk(&token, NEWEST, &uri, json!({})).await;
    assert_eq!(pages.concat().len(), 10_000);
}
