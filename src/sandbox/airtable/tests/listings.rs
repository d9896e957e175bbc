//! Listing records: parameters, offsets, and how a listing dies.

use std::collections::BTreeSet;

use actix_web::http::Method;
use serde_json::{Value, json};

use super::support::{Answer, Bench, access, encoded, fixture};

fn ids(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["id"].as_str().unwrap()).collect()
}

fn offset(page: &Value) -> String {
    encoded(page["offset"].as_str().unwrap())
}

fn kind(answer: &Answer) -> String {
    assert_eq!(answer.status, 422, "{}", answer.text());
    let kind = answer.json()["error"]["type"].clone();
    kind.as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn pages_bring_every_record_once_in_no_promised_order() {
    let (bench, token, base, tables) = Bench::opened().await;
    let uri = format!("/v0/{base}/{}?pageSize=50", tables[1]);
    let rows = bench.all(&token, &uri, "records").await;
    let unique: BTreeSet<_> = ids(&rows).into_iter().collect();
    assert_eq!((rows.len(), unique.len()), (120, 120));
    let ordered = bench
        .all(&token, &format!("{uri}&view=Grid%20view"), "records")
        .await;
    assert_ne!(ids(&rows), ids(&ordered));
    let first = bench.read(&token, &uri).await;
    let recorded = fixture("records_page1_with_offset");
    let length = |page: &Value| page["offset"].as_str().map(str::len);
    assert_eq!(length(&first), length(&recorded));
    // As recorded, the offset names the last row of its page.
    let last = first["records"][49]["id"].as_str().unwrap();
    assert!(
        first["offset"]
            .as_str()
            .unwrap()
            .ends_with(&format!("/{last}"))
    );
    // A page can be asked for again.
    let uri = format!("{uri}&offset={}", offset(&first));
    let (one, two) = (
        bench.read(&token, &uri).await,
        bench.read(&token, &uri).await,
    );
    assert_eq!(one, two);
}

#[actix_web::test]
async fn the_number_of_records_is_kept() {
    let (bench, token, base, tables) = Bench::opened().await;
    let uri = format!("/v0/{base}/{}", tables[1]);
    let count = |page: &Value| page["records"].as_array().map(Vec::len);
    let usual = bench.read(&token, &uri).await;
    assert_eq!(
        (count(&usual), usual["offset"].is_string()),
        (Some(100), true)
    );
    for (most, size, pages) in [(30, 10, 3), (25, 10, 3), (1, 100, 1), (500, 100, 2)] {
        let uri = format!("{uri}?maxRecords={most}&pageSize={size}");
        let rows = bench.all(&token, &uri, "records").await;
        assert_eq!(rows.len(), 120.min(most), "{pages} pages");
    }
    bench.control("records=0").await;
    assert_eq!(
        bench.read(&token, &uri).await,
        fixture("records_empty_table")
    );
    bench.control("records=1").await;
    assert_eq!(count(&bench.read(&token, &uri).await), Some(1));
}

#[actix_web::test]
async fn parameters_are_checked() {
    let (bench, token, base, tables) = Bench::opened().await;
    let uri = format!("/v0/{base}/{}", tables[0]);
    for (query, expected) in [
        ("pageSize=0", "INVALID_REQUEST_UNKNOWN"),
        ("pageSize=101", "INVALID_REQUEST_UNKNOWN"),
        ("pageSize=ten", "INVALID_REQUEST_UNKNOWN"),
        ("pageSize=1&pageSize=1", "INVALID_REQUEST_UNKNOWN"),
        ("maxRecords=0", "INVALID_REQUEST_UNKNOWN"),
        ("page_size=10", "INVALID_REQUEST_UNKNOWN"),
        ("returnFieldsByFieldId=yes", "INVALID_REQUEST_UNKNOWN"),
        ("recordMetadata[]=likes", "INVALID_REQUEST_UNKNOWN"),
        ("cellFormat=string", "INVALID_REQUEST_UNKNOWN"),
        ("sort[0][direction]=desc", "INVALID_REQUEST_UNKNOWN"),
        (
            "sort[0][field]=Name&sort[0][direction]=down",
            "INVALID_REQUEST_UNKNOWN",
        ),
        ("sort=Name", "INVALID_REQUEST_UNKNOWN"),
        ("fields=Name", "INVALID_REQUEST_UNKNOWN"),
        ("fields[]=Nam", "UNKNOWN_FIELD_NAME"),
        ("sort[0][field]=Nam", "UNKNOWN_FIELD_NAME"),
        ("view=No%20view", "VIEW_NAME_NOT_FOUND"),
        ("offset=10", "INVALID_OFFSET_VALUE"),
        ("offset=", "INVALID_OFFSET_VALUE"),
    ] {
        let answer = bench.get(&token, &format!("{uri}?{query}")).await;
        assert_eq!(kind(&answer), expected, "{query}");
    }
    let formula = bench.get(&token, &format!("{uri}?filterByFormula=1")).await;
    assert_eq!(formula.status, 501);
    let field = bench
        .get(&token, &format!("{uri}?fields[]=owner_user_id"))
        .await;
    assert_eq!(field.json(), fixture("error_422_unknown_field"));
    let offset = bench.get(&token, &format!("{uri}?offset=10")).await;
    assert_eq!(offset.json(), fixture("error_422_invalid_offset"));
    let long = format!("{uri}?view={}", "x".repeat(16_000));
    assert_eq!(bench.get(&token, &long).await.status, 414);
}

#[actix_web::test]
async fn an_offset_is_bound_to_all_that_was_asked() {
    let (bench, token, base, tables) = Bench::opened().await;
    let uri = format!("/v0/{base}/{}", tables[1]);
    let page = bench.read(&token, &format!("{uri}?pageSize=10")).await;
    let next = offset(&page);
    let other_base = bench.read(&token, "/v0/meta/bases").await["bases"][2]["id"].clone();
    let other_tables = format!("/v0/meta/bases/{}/tables", other_base.as_str().unwrap());
    let other_table = bench.read(&token, &other_tables).await["tables"][0]["id"].clone();
    for wrong in [
        format!("{uri}?offset={next}"),
        format!("{uri}?pageSize=11&offset={next}"),
        format!("{uri}?pageSize=10&maxRecords=50&offset={next}"),
        format!("{uri}?pageSize=10&fields[]=Notes&offset={next}"),
        format!("{uri}?pageSize=10&returnFieldsByFieldId=true&offset={next}"),
        format!("{uri}?pageSize=10&view=Grid%20view&offset={next}"),
        format!("/v0/{base}/{}?pageSize=10&offset={next}", tables[2]),
        format!(
            "/v0/{}/{}?pageSize=10&offset={next}",
            other_base.as_str().unwrap(),
            other_table.as_str().unwrap()
        ),
    ] {
        assert_eq!(
            kind(&bench.get(&token, &wrong).await),
            "INVALID_OFFSET_VALUE",
            "{wrong}"
        );
    }
    let right = format!("{uri}?pageSize=10&offset={next}");
    let stranger = bench.token().await;
    assert_eq!(
        kind(&bench.get(&stranger, &right).await),
        "INVALID_OFFSET_VALUE"
    );
    // By name it is the same table, and none of that has hurt the listing.
    let tables = bench
        .read(&token, &format!("/v0/meta/bases/{base}/tables"))
        .await;
    let name = encoded(tables["tables"][1]["name"].as_str().unwrap());
    let by_name = format!("/v0/{base}/{name}?pageSize=10&offset={next}");
    assert_eq!(bench.get(&token, &by_name).await.status, 200);
}

#[actix_web::test]
async fn a_listing_that_rests_is_forgotten() {
    let (bench, token, base, tables) = Bench::opened().await;
    let uri = format!("/v0/{base}/{}", tables[1]);
    let page = bench.read(&token, &uri).await;
    bench.control("iterator_life_s=0").await;
    let answer = bench
        .get(&token, &format!("{uri}?offset={}", offset(&page)))
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (422, fixture("error_422_iterator_not_available"))
    );
    // A restart of the server ends them all.
    bench.control("reset=1").await;
    let again = bench
        .get(&token, &format!("{uri}?offset={}", offset(&page)))
        .await;
    assert_eq!(again.json(), fixture("error_422_iterator_not_available"));
    assert_eq!(bench.get(&token, &uri).await.status, 200);
}

#[actix_web::test]
async fn one_listing_dies_and_the_next_one_lives() {
    let (bench, token, base, tables) = Bench::opened().await;
    bench.control("iterators_die_after=2").await;
    let uri = format!("/v0/{base}/{}?pageSize=30", tables[1]);
    // A listing that has no more pages than that leaves it to another.
    let short = format!("/v0/{base}/{}?pageSize=60", tables[1]);
    assert_eq!(bench.all(&token, &short, "records").await.len(), 120);
    let first = bench.read(&token, &uri).await;
    let second = bench
        .read(&token, &format!("{uri}&offset={}", offset(&first)))
        .await;
    let third = bench
        .get(&token, &format!("{uri}&offset={}", offset(&second)))
        .await;
    assert_eq!(third.json(), fixture("error_422_iterator_not_available"));
    assert_eq!(bench.all(&token, &uri, "records").await.len(), 120);
    assert_eq!(bench.report().await["controls"]["iterators_die_after"], 0);
}

#[actix_web::test]
async fn a_listing_survives_a_refresh_unless_it_belongs_to_the_token() {
    let (bench, _, base, tables) = Bench::opened().await;
    let uri = format!("/v0/{base}/{}", tables[1]);
    for (bound, status) in [("grant", 200), ("token", 422)] {
        bench.control(&format!("iterator_bound={bound}")).await;
        let tokens = bench.tokens("").await;
        let page = bench.read(&access(&tokens), &uri).await;
        let fresh = bench.refresh(&tokens["refresh_token"]).await.json();
        let next = format!("{uri}?offset={}", offset(&page));
        let answer = bench.get(&access(&fresh), &next).await;
        assert_eq!(answer.status, status, "{bound}");
    }
}

#[actix_web::test]
async fn short_pages_still_bring_everything() {
    let (bench, token, base, tables) = Bench::opened().await;
    bench.control("short_pages=on").await;
    let uri = format!("/v0/{base}/{}?pageSize=10", tables[1]);
    let rows = bench.all(&token, &uri, "records").await;
    assert_eq!(ids(&rows).into_iter().collect::<BTreeSet<_>>().len(), 120);
    let calls = bench.report().await["counters"]["list_records"].as_u64();
    assert!(calls > Some(12), "{calls:?}");
}

#[actix_web::test]
async fn a_post_has_its_parameters_in_the_body() {
    let (bench, token, base, tables) = Bench::opened().await;
    let uri = format!("/v0/{base}/{}/listRecords", tables[1]);
    let post = |body: Value, query: &'static str| {
        let (bench, token, uri) = (&bench, &token, format!("{uri}{query}"));
        async move {
            bench
                .api(token, Method::POST, &uri, &body.to_string())
                .await
        }
    };
    let body = json!({ "pageSize": 100, "fields": ["Notes"], "returnFieldsByFieldId": false,
        "recordMetadata": ["commentCount"], "sort": [{ "field": "Notes", "direction": "asc" }] });
    let first = post(body.clone(), "").await.json();
    assert_eq!(first["records"].as_array().map(Vec::len), Some(100));
    // An offset in the query is ignored: the first page comes again.
    let ignored = post(body.clone(), "?offset=x").await.json();
    assert_eq!(ignored["records"], first["records"]);
    let mut next = body.clone();
    next["offset"] = first["offset"].clone();
    let second = post(next, "?timeZone=Europe%2FLisbon&userLocale=en-gb")
        .await
        .json();
    assert_eq!(
        (
            second["records"].as_array().map(Vec::len),
            &second["offset"]
        ),
        (Some(20), &Value::Null)
    );
    // The same listing goes on by GET.
    let query = "pageSize=100&fields[]=Notes&recordMetadata[]=commentCount&sort[0][field]=Notes";
    let by_get = format!("/v0/{base}/{}?{query}&offset={}", tables[1], offset(&first));
    assert_eq!(
        bench.read(&token, &by_get).await["records"],
        second["records"]
    );
    for wrong in [
        json!({ "pageSize": "100" }),
        json!({ "page": 1 }),
        json!({ "fields": "Notes" }),
    ] {
        let answer = post(wrong, "").await;
        assert_eq!(answer.json(), fixture("error_422_invalid_request_unknown"));
    }
    assert_eq!(bench.api(&token, Method::POST, &uri, "{").await.status, 400);
    let keys = fixture("records_post_list_records_request");
    let known = keys
        .as_object()
        .unwrap()
        .keys()
        .filter(|name| *name != "filterByFormula");
    for name in known {
        assert!(body.get(name).is_some() || name == "offset", "{name}");
    }
}

#[actix_web::test]
async fn sorting_and_views_order_and_filter() {
    let (bench, token, base, tables) = Bench::opened().await;
    let uri = format!("/v0/{base}/{}", tables[0]);
    let numbers = |rows: Vec<Value>| -> Vec<u64> {
        rows.iter()
            .map(|row| row["fields"]["Autonumber"].as_u64().unwrap())
            .collect()
    };
    let query = "sort[0][field]=Autonumber&sort[0][direction]=desc&pageSize=50";
    let down = numbers(
        bench
            .all(&token, &format!("{uri}?{query}"), "records")
            .await,
    );
    assert_eq!(
        (down.len(), down.first(), down.last()),
        (120, Some(&120), Some(&1))
    );
    assert!(down.is_sorted_by(|one, other| one > other));
    let two = "sort[0][field]=Status&sort[1][field]=Autonumber&fields[]=Status&fields[]=Autonumber";
    let rows = bench.all(&token, &format!("{uri}?{two}"), "records").await;
    let keys = rows.iter().map(|row| {
        let status = row["fields"]["Status"].as_str().map(str::to_lowercase);
        (status, row["fields"]["Autonumber"].as_u64())
    });
    assert!(keys.collect::<Vec<_>>().is_sorted());
    let schema = bench
        .read(&token, &format!("/v0/meta/bases/{base}/tables"))
        .await;
    for (place, view) in schema["tables"][0]["views"]
        .as_array()
        .unwrap()
        .iter()
        .enumerate()
    {
        let by_id = format!("{uri}?view={}", view["id"].as_str().unwrap());
        let rows = numbers(bench.all(&token, &by_id, "records").await);
        assert!(rows.is_sorted());
        assert_eq!(rows.len(), 120_usize.div_ceil(place + 1));
    }
}

#[actix_web::test]
async fn two_hundred_thousand_records_are_there_when_they_are_asked_for() {
    let (bench, token, base, tables) = Bench::opened().await;
    bench.control("records=200000&bases=2000&tables=1000").await;
    let uri = format!("/v0/{base}/{}", tables[1]);
    let page = bench.read(&token, &format!("{uri}?pageSize=100")).await;
    let last = page["records"][99]["id"].as_str().unwrap();
    assert_eq!(
        bench.get(&token, &format!("{uri}/{last}")).await.status,
        200
    );
    let truth = bench.report().await["truth"].clone();
    assert_eq!(truth[0]["counts"]["Record"], 400_000_000_000_u64);
}
