//! Objects and lists have exactly the fields of recorded ones, version by version.

use std::collections::BTreeSet;

use actix_web::http::Method;
use serde_json::{Value, json};

use super::support::{Bench, NEWEST, SOURCES, TABLES, filter, fixture, id};

/// The names of an object's own fields.
fn keys(object: &Value) -> BTreeSet<&str> {
    object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

/// The objects of a kind that are whole and have nothing but documented fields.
fn whole<'a>(objects: &'a [Value], kind: &'a str) -> impl Iterator<Item = &'a Value> {
    objects.iter().filter(move |object| {
        object["object"] == kind
            && object.get("url").is_some()
            && object.get("orbit").is_none()
            && (kind == "page") <= object.get("created_by").is_some()
    })
}

#[actix_web::test]
async fn lists_and_their_objects() {
    let bench = Bench::new();
    let token = bench.token().await;
    for (version, name) in [
        (NEWEST, "search_2026-03-11_page1"),
        (SOURCES, "search_2025-09-03_page1"),
        (TABLES, "search_2022-06-28_page1"),
    ] {
        let expected = fixture(name);
        let body = json!({ "page_size": 100 });
        let answer = bench
            .api(
                &token,
                version,
                Method::POST,
                "/v1/search",
                &body.to_string(),
            )
            .await
            .json();
        assert_eq!(keys(&answer), keys(&expected), "{name}");
        assert_eq!(answer["type"], expected["type"]);
        let all = bench
            .walk(&token, version, "/v1/search", body)
            .await
            .concat();
        for sample in expected["results"].as_array().unwrap() {
            let kind = sample["object"].as_str().unwrap();
            let mut count = 0;
            for object in whole(&all, kind) {
                assert_eq!(keys(object), keys(sample), "{name}: {object}");
                count += 1;
            }
            assert!(count > 15, "{kind} in {version}");
        }
    }
    let empty = bench
        .search(&bench.token_of("account=empty").await, &json!({}))
        .await
        .json();
    let mut expected = fixture("search_empty");
    expected["request_id"] = empty["request_id"].clone();
    assert_eq!(empty, expected);
}

#[actix_web::test]
async fn single_objects() {
    let bench = Bench::new();
    let token = bench.token().await;
    let pages = bench
        .walk(&token, TABLES, "/v1/search", filter("page"))
        .await
        .concat();
    let page = whole(&pages, "page").next().unwrap();
    let sources = bench
        .walk(&token, NEWEST, "/v1/search", filter("data_source"))
        .await
        .concat();
    let source = whole(&sources, "data_source").next().unwrap();
    let database = source["parent"]["database_id"].as_str().unwrap();
    for (version, uri, name) in [
        (TABLES, format!("/v1/pages/{}", id(page)), "page_retrieve"),
        (
            SOURCES,
            format!("/v1/data_sources/{}", id(source)),
            "data_source_retrieve_2025-09-03",
        ),
        (
            NEWEST,
            format!("/v1/data_sources/{}", id(source)),
            "data_source_2026-03-11",
        ),
        (
            SOURCES,
            format!("/v1/databases/{database}"),
            "database_retrieve_2025-09-03",
        ),
        (
            TABLES,
            format!("/v1/databases/{database}"),
            "database_retrieve_2022-06-28",
        ),
    ] {
        let answer = bench.api(&token, version, Method::GET, &uri, "").await;
        assert_eq!(keys(&answer.json()), keys(&fixture(name)), "{name}");
        // Ids are read in every spelling and answered in one.
        let (start, id) = uri.rsplit_once('/').unwrap();
        let spelled = format!("{start}/{}", id.replace('-', "").to_uppercase());
        let again = bench
            .api(&token, version, Method::GET, &spelled, "")
            .await
            .json();
        assert_eq!(again["id"], answer.json()["id"]);
    }
}

#[actix_web::test]
async fn rows_and_columns() {
    let bench = Bench::new();
    let token = bench.token().await;
    let expected = fixture("data_source_query_2026-03-11");
    let pages = bench
        .walk(&token, NEWEST, "/v1/search", filter("page"))
        .await
        .concat();
    let row = pages
        .iter()
        .find(|page| page["parent"]["type"] == "data_source_id")
        .unwrap();
    assert_eq!(
        keys(&row["parent"]),
        keys(&expected["results"][0]["parent"])
    );
    let uri = format!(
        "/v1/data_sources/{}/query",
        row["parent"]["data_source_id"].as_str().unwrap()
    );
    let answer = bench
        .api(&token, NEWEST, Method::POST, &uri, "{}")
        .await
        .json();
    assert_eq!(keys(&answer), keys(&expected));
    let older = bench
        .api(&token, SOURCES, Method::POST, &uri, "{}")
        .await
        .json();
    assert_eq!(keys(&older), keys(&fixture("data_source_query_empty")));
    let status = &row["properties"]["Status"];
    assert_eq!(
        keys(status),
        keys(&expected["results"][0]["properties"]["Status"])
    );
    let old = bench
        .walk(&token, TABLES, "/v1/search", filter("page"))
        .await
        .concat();
    let same = old.iter().find(|page| page["id"] == row["id"]).unwrap();
    assert_eq!(
        same["parent"],
        json!({ "type": "database_id", "database_id": row["parent"]["database_id"] })
    );
}

#[actix_web::test]
async fn the_children_of_a_page() {
    let bench = Bench::new();
    let token = bench.token().await;
    let pages = bench
        .walk(&token, NEWEST, "/v1/search", filter("page"))
        .await
        .concat();
    let root = pages
        .iter()
        .find(|page| page["parent"]["type"] == "workspace")
        .unwrap();
    let uri = format!("/v1/blocks/{}/children", id(root));
    let answer = bench
        .api(&token, TABLES, Method::GET, &uri, "")
        .await
        .json();
    let expected = fixture("block_children");
    assert_eq!(keys(&answer), keys(&expected));
    for sample in expected["results"].as_array().unwrap() {
        let found = answer["results"].as_array().unwrap();
        let block = found
            .iter()
            .find(|block| block["type"] == sample["type"])
            .unwrap();
        assert_eq!(keys(block), keys(sample));
        assert_eq!(block["parent"]["page_id"], root["id"]);
    }
    let short = bench
        .get(&token, &format!("{uri}?page_size=1"))
        .await
        .json();
    let cursor = short["next_cursor"].as_str().unwrap();
    let rest = bench
        .get(&token, &format!("{uri}?start_cursor={cursor}"))
        .await
        .json();
    let count = |answer: &Value| answer["results"].as_array().unwrap().len();
    assert_eq!(count(&short) + count(&rest), count(&answer));
    let held = pages
        .iter()
        .find(|page| page["parent"]["type"] == "block_id")
        .unwrap();
    let block = held["parent"]["block_id"].as_str().unwrap();
    let inside = bench
        .get(&token, &format!("/v1/blocks/{block}/children"))
        .await
        .json();
    assert_eq!(inside["results"][0]["id"], held["id"]);
}

#[actix_web::test]
async fn a_database_with_several_data_sources() {
    let bench = Bench::new();
    let token = bench.token().await;
    let sources = bench
        .walk(&token, NEWEST, "/v1/search", filter("data_source"))
        .await
        .concat();
    for source in
        whole(&sources, "data_source").filter(|source| source["parent"]["type"] == "database_id")
    {
        let uri = format!(
            "/v1/databases/{}",
            source["parent"]["database_id"].as_str().unwrap()
        );
        let database = bench.get(&token, &uri).await.json();
        let inside = database["data_sources"].as_array().unwrap();
        assert_eq!(database["parent"], source["database_parent"]);
        if inside.len() == 1 {
            assert_eq!(database["title"], source["title"]);
            continue;
        }
        assert_ne!(database["title"], source["title"]);
        let mut refused = bench
            .api(&token, TABLES, Method::GET, &uri, "")
            .await
            .json();
        let mut expected = fixture("error_multiple_data_sources");
        let ids: Vec<_> = inside.iter().map(|one| one["id"].clone()).collect();
        expected["additional_data"]["child_data_source_ids"] = ids.into();
        expected["additional_data"]["database_id"] = database["id"].clone();
        refused["request_id"] = expected["request_id"].clone();
        assert_eq!(refused, expected);
    }
}
