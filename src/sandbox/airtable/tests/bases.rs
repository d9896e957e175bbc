//! The own account, bases and schemas, compared with recorded answers.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::Method;
use serde_json::Value;

use super::support::{Bench, access, encoded, fields, fixture, person};

#[actix_web::test]
async fn the_two_401_bodies() {
    let bench = Bench::new();
    for (headers, name) in [
        (vec![], "error_401_authentication_required"),
        (
            vec![("authorization", "Basic eDp5")],
            "error_401_authentication_required",
        ),
        (
            vec![("authorization", "Bearer ")],
            "error_401_authentication_required",
        ),
        (
            vec![("authorization", "Bearer keyXXX")],
            "error_401_invalid_token",
        ),
    ] {
        let answer = bench
            .call(Method::GET, "/v0/meta/whoami", &headers, "")
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()),
            (401, fixture(name)),
            "{headers:?}"
        );
    }
    assert_eq!(bench.report().await["counters"]["unauthorized"], 4);
}

#[actix_web::test]
async fn whoami_needs_no_scope() {
    let bench = Bench::new();
    let token = bench.token().await;
    let who = bench.read(&token, "/v0/meta/whoami").await;
    assert_eq!(fields(&who), fields(&fixture("whoami_oauth_with_email")));
    assert_eq!(who["id"], person(0));
    let less = "withhold_email=1&withhold_schema=1&withhold_records=1";
    let token = access(&bench.tokens(less).await);
    let who = bench.read(&token, "/v0/meta/whoami").await;
    assert_eq!(fields(&who), fields(&fixture("whoami_oauth_without_email")));
    let strange = bench.get(&token, "/v0/meta/whoami?x=1").await;
    assert_eq!(strange.json(), fixture("error_422_invalid_request_unknown"));
}

#[actix_web::test]
async fn bases_come_in_pages_with_levels_that_cannot_all_be_read() {
    let bench = Bench::new();
    bench.control("bases_page=4&rate_limit=off").await;
    let token = bench.token().await;
    let first = bench.read(&token, "/v0/meta/bases").await;
    let recorded = fixture("bases_page1_with_offset");
    assert_eq!(fields(&first), fields(&recorded));
    let offset = first["offset"].as_str().unwrap();
    let last = first["bases"][3]["id"].as_str().unwrap();
    assert!(offset.starts_with("itr") && offset.ends_with(&format!("/{last}")));
    assert_eq!(offset.len(), recorded["offset"].as_str().unwrap().len());
    let rows = bench.all(&token, "/v0/meta/bases?", "bases").await;
    let ids: BTreeSet<_> = rows.iter().map(|row| row["id"].to_string()).collect();
    assert_eq!((rows.len(), ids.len()), (9, 9));
    let names: BTreeSet<_> = rows.iter().map(|row| row["name"].to_string()).collect();
    assert!(names.len() < 9, "some name must come twice");
    let mut readable = BTreeMap::new();
    for row in &rows {
        let id = row["id"].as_str().unwrap();
        let answer = bench
            .get(&token, &format!("/v0/meta/bases/{id}/tables"))
            .await;
        let level = row["permissionLevel"].as_str().unwrap_or("missing");
        readable.insert(level.to_owned(), answer.status.as_u16());
    }
    let expected = [
        ("comment", 200),
        ("create", 200),
        ("edit", 200),
        ("interfaceOnly", 403),
        ("missing", 403),
        ("none", 403),
        ("read", 200),
    ];
    let expected = expected.map(|(level, status)| (level.to_owned(), status));
    assert_eq!(readable, expected.into());
}

#[actix_web::test]
async fn an_offset_of_bases_is_its_grant_s() {
    let bench = Bench::new();
    bench.control("bases_page=2").await;
    let (one, two) = (bench.token().await, bench.token().await);
    let first = bench.read(&one, "/v0/meta/bases").await;
    let offset = encoded(first["offset"].as_str().unwrap());
    let uri = format!("/v0/meta/bases?offset={offset}");
    assert_eq!(bench.get(&one, &uri).await.status, 200);
    let foreign = bench.get(&two, &uri).await;
    assert_eq!(
        (foreign.status.as_u16(), &foreign.json()["error"]["type"]),
        (422, &"INVALID_OFFSET_VALUE".into())
    );
    let made_up = bench.get(&one, "/v0/meta/bases?offset=10").await;
    assert_eq!(made_up.json(), fixture("error_422_invalid_offset"));
    for wrong in ["pageSize=2", "offset=a&offset=b", "Offset=x"] {
        let answer = bench.get(&one, &format!("/v0/meta/bases?{wrong}")).await;
        assert_eq!(
            answer.json(),
            fixture("error_422_invalid_request_unknown"),
            "{wrong}"
        );
    }
}

#[actix_web::test]
async fn nothing_shared_is_an_empty_list() {
    let bench = Bench::new();
    for more in ["share=none".to_owned(), format!("account={}", person(2))] {
        let token = access(&bench.tokens(&more).await);
        assert_eq!(
            bench.read(&token, "/v0/meta/bases").await,
            fixture("bases_empty")
        );
    }
}

/// The options of each field type, by the names of their keys at every depth.
fn options(schema: &Value) -> BTreeMap<String, Vec<String>> {
    let tables = schema["tables"].as_array().unwrap();
    let all = tables
        .iter()
        .flat_map(|table| table["fields"].as_array().unwrap());
    all.map(|field| {
        let name = field["type"].as_str().unwrap().to_owned();
        (name, fields(&field["options"]))
    })
    .collect()
}

#[actix_web::test]
async fn every_type_has_the_options_of_the_reference() {
    let (bench, token, base, _) = Bench::opened().await;
    bench.control("tables=1").await;
    let schema = bench
        .read(&token, &format!("/v0/meta/bases/{base}/tables"))
        .await;
    assert_eq!(
        options(&schema),
        options(&fixture("tables_all_field_types"))
    );
    let names = schema["tables"][0]["fields"].as_array().unwrap().iter();
    assert_eq!(
        names
            .map(|field| field["type"].to_string())
            .collect::<BTreeSet<_>>()
            .len(),
        35
    );
}

#[actix_web::test]
async fn schemas_hold_together() {
    let (bench, token, _, _) = Bench::opened().await;
    let (mut primaries, mut without_views, mut last) = (BTreeSet::new(), 0, 0);
    for base in bench.all(&token, "/v0/meta/bases?", "bases").await {
        let uri = format!("/v0/meta/bases/{}/tables", base["id"].as_str().unwrap());
        let answer = bench.get(&token, &uri).await.json();
        for table in answer["tables"].as_array().into_iter().flatten() {
            let fields = table["fields"].as_array().unwrap();
            let place = fields
                .iter()
                .position(|field| field["id"] == table["primaryFieldId"]);
            let place = place.expect("the primary field is one of the fields");
            primaries.insert(fields[place]["type"].as_str().unwrap().to_owned());
            last += usize::from(place > 0);
            without_views += usize::from(table["views"].as_array().unwrap().is_empty());
        }
    }
    assert!(primaries.len() >= 14, "{primaries:?}");
    assert!(without_views > 0 && last > 0);
}

#[actix_web::test]
async fn visible_fields_are_told_of_grids_and_only_when_asked() {
    let (bench, token, base, _) = Bench::opened().await;
    let uri = format!("/v0/meta/bases/{base}/tables");
    let tells = |answer: &Value| answer.to_string().contains("visibleFieldIds");
    assert!(!tells(&bench.read(&token, &uri).await));
    for query in [
        "include[]=visibleFieldIds",
        "include=visibleFieldIds",
        "include%5B%5D=visibleFieldIds",
    ] {
        assert!(
            tells(&bench.read(&token, &format!("{uri}?{query}")).await),
            "{query}"
        );
    }
    for query in ["include[]=everything", "offset=x"] {
        assert_eq!(
            bench.get(&token, &format!("{uri}?{query}")).await.status,
            422,
            "{query}"
        );
    }
}

#[actix_web::test]
async fn paths_that_are_not_there() {
    let (bench, token, base, tables) = Bench::opened().await;
    for path in [
        "/v0/meta/nothing",
        "/v0",
        "/v0/",
        "/v1/x/y",
        "/x",
        "/v0/bases/x/webhooks",
    ] {
        let answer = bench.get(&token, path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()),
            (404, fixture("error_404_string")),
            "{path}"
        );
    }
    let other = tables[0].replace("tbl", "app");
    for path in [
        "/v0/meta/bases/appXXXXXXXXXXXXXX/tables".to_owned(),
        format!("/v0/meta/bases/{other}/tables"),
        format!("/v0/{base}/tblXXXXXXXXXXXXXX"),
        format!("/v0/{base}/No%20such%20table"),
        format!("/v0/Project%20Tracker/{}", tables[0]),
        format!("/v0/{base}/{}/recXXXXXXXXXXXXXX", tables[0]),
    ] {
        let answer = bench.get(&token, &path).await;
        assert_eq!(answer.status, 403, "{path}");
        assert_eq!(
            answer.json(),
            fixture("error_403_model_not_found"),
            "{path}"
        );
    }
    let write = bench
        .api(
            &token,
            Method::POST,
            &format!("/v0/{base}/{}", tables[0]),
            "{}",
        )
        .await;
    assert_eq!(
        (write.status.as_u16(), write.json()),
        (403, fixture("error_403_operation"))
    );
}

#[actix_web::test]
async fn the_truth_is_what_a_client_finds() {
    let (bench, token, _, _) = Bench::opened().await;
    bench.control("bases=3&tables=2&records=7").await;
    let truth = bench.report().await["truth"].clone();
    let bases = bench.all(&token, "/v0/meta/bases?", "bases").await;
    let (mut tables, mut records) = (0, 0);
    for base in &bases {
        let base = base["id"].as_str().unwrap();
        let answer = bench
            .get(&token, &format!("/v0/meta/bases/{base}/tables"))
            .await;
        for table in answer.json()["tables"].as_array().into_iter().flatten() {
            tables += 1;
            let uri = format!("/v0/{base}/{}?pageSize=3", table["id"].as_str().unwrap());
            records += bench.all(&token, &uri, "records").await.len();
        }
    }
    let own = &truth[0];
    assert_eq!(own["account"], person(0));
    for (name, found) in [
        ("Base", bases.len()),
        ("Table", tables),
        ("Record", records),
    ] {
        assert_eq!(own["counts"][name], found, "{name}");
    }
    assert_eq!(truth[2]["counts"]["Base"], 0);
}
