//! Faults on demand, and the tester's own pages.

use actix_web::http::Method;
use serde_json::json;

use super::support::{Bench, access, encoded, fixture};

#[actix_web::test]
async fn each_fault_is_what_it_says() {
    let (bench, token, base, tables) = Bench::opened().await;
    let uri = format!("/v0/{base}/{}", tables[1]);
    for (kind, status, body) in [
        ("429", 429, "error_429_rate_limit_errors_array"),
        ("429object", 429, "error_429_rate_limit_object"),
        ("429quota", 429, "error_429_monthly_quota"),
        ("500", 500, ""),
        ("nullerror", 500, ""),
        ("502html", 502, ""),
        ("503", 503, "error_503_retriable"),
        ("401", 401, "error_401_invalid_token"),
        ("403", 403, "error_403_model_not_found"),
        ("404", 404, "error_404_string"),
        ("empty", 200, ""),
        ("html200", 200, ""),
        ("truncated", 200, ""),
        ("extra", 200, ""),
    ] {
        let plan = format!("fail_next=1&fail_kind={kind}&fail_on=records");
        bench.control(&plan).await;
        // A call of another target does not take the fault.
        assert_eq!(bench.get(&token, "/v0/meta/bases").await.status, 200);
        let answer = bench.get(&token, &uri).await;
        assert_eq!(answer.status.as_u16(), status, "{kind}");
        if !body.is_empty() {
            assert_eq!(answer.json(), fixture(body), "{kind}");
        }
        match kind {
            "500" => assert!(answer.body.is_empty()),
            "nullerror" => assert_eq!(answer.json(), json!({ "error": null })),
            "503" => assert_eq!(answer.header("retry-after"), Some("1")),
            "empty" => assert_eq!(answer.json(), json!({})),
            "502html" | "html200" => assert!(answer.text().starts_with("<!doctype html>")),
            "truncated" => assert!(answer.json().is_null() && !answer.body.is_empty()),
            "extra" => assert!(answer.json()["records"][0]["fieldOfTomorrow"].is_object()),
            _ => {}
        }
        assert_eq!(bench.get(&token, &uri).await.status, 200);
    }
    assert_eq!(bench.report().await["counters"]["faults"], 14);
}

#[actix_web::test]
async fn an_iterator_fails_where_a_page_follows_another() {
    let (bench, token, base, tables) = Bench::opened().await;
    let uri = format!("/v0/{base}/{}", tables[1]);
    bench.control("fail_next=1&fail_kind=iterator").await;
    let first = bench.read(&token, &uri).await;
    let offset = encoded(first["offset"].as_str().unwrap());
    let uri = format!("{uri}?offset={offset}");
    let failed = bench.get(&token, &uri).await;
    assert_eq!(failed.json(), fixture("error_422_iterator_not_available"));
    assert_eq!(bench.get(&token, &uri).await.status, 200);
}

#[actix_web::test]
async fn empty_pages_lead_on_to_the_page_they_replaced() {
    let (bench, token, base, tables) = Bench::opened().await;
    bench.control("bases_page=4").await;
    let records = format!("/v0/{base}/{}?pageSize=100", tables[1]);
    for (uri, list) in [("/v0/meta/bases?", "bases"), (&records as &str, "records")] {
        let real = bench.read(&token, uri).await;
        bench.control("fail_next=2&fail_kind=emptypage").await;
        let empty = bench.read(&token, uri).await;
        assert_eq!(empty[list], json!([]));
        let next = |offset: &serde_json::Value| {
            format!("{uri}&offset={}", encoded(offset.as_str().unwrap()))
        };
        let again = bench.read(&token, &next(&empty["offset"])).await;
        assert_eq!(again[list], json!([]));
        assert_ne!(
            again["offset"], empty["offset"],
            "the same offset twice is an endless loop"
        );
        let page = bench.read(&token, &next(&again["offset"])).await;
        assert_eq!(page[list], real[list]);
    }
}

#[actix_web::test]
async fn a_failed_token_call_does_no_work() {
    let bench = Bench::new();
    let code = bench.code("").await;
    bench
        .control("fail_next=2&fail_kind=500&fail_on=token")
        .await;
    assert_eq!(bench.exchange(&code).await.status, 500);
    bench.control("fail_kind=401").await;
    let refused = bench.exchange(&code).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["error"]),
        (401, &"invalid_client".into())
    );
    assert_eq!(bench.exchange(&code).await.status, 200);
}

#[actix_web::test]
async fn the_state_counts_and_keeps_secrets() {
    let (bench, token, base, tables) = Bench::opened().await;
    let tokens = bench.tokens("").await;
    let uri = format!("/v0/{base}/{}", tables[1]);
    let page = bench.read(&token, &uri).await;
    let record = page["records"][0]["id"].as_str().unwrap();
    bench.read(&token, &format!("{uri}/{record}")).await;
    bench.read(&token, "/v0/meta/whoami").await;
    let fresh = bench.refresh(&tokens["refresh_token"]).await.json();
    let answer = bench.call(Method::GET, "/_sandbox/state", &[], "").await;
    let state = answer.json();
    for (name, count) in [
        ("allowed", 2),
        ("token", 3),
        ("token_authorization_code", 2),
        ("token_refresh", 1),
        ("whoami", 1),
        ("list_bases", 1),
        ("get_tables", 1),
        ("list_records", 1),
        ("get_record", 1),
    ] {
        assert_eq!(state["counters"][name], count, "{name}");
    }
    assert_eq!(
        (&state["grants"], &state["access_tokens"]),
        (&2.into(), &2.into())
    );
    assert_eq!(state["iterators"], 1);
    assert_eq!(state["controls"]["records"], 120);
    assert!(!answer.text().contains(&access(&fresh)));
    assert!(!answer.text().contains("v1.refresh"));
}

#[actix_web::test]
async fn the_controls_answer_people_and_programs() {
    let bench = Bench::new();
    let page = bench.call(Method::GET, "/_sandbox", &[], "").await;
    for part in [
        "name=\"fail_kind\"",
        "name=\"shift_s\"",
        "name=\"error_429\"",
        "name=\"withdraw\"",
    ] {
        assert!(page.text().contains(part), "{part}");
    }
    let form = ("content-type", "application/x-www-form-urlencoded");
    let json = [form, ("accept", "application/json")];
    let set = |body: &'static str| bench.call(Method::POST, "/_sandbox/controls", &json, body);
    let answer = set("bases=9&error_429=object").await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["bases"]),
        (200, &9.into())
    );
    for wrong in [
        "base=9",
        "bases=2001",
        "records=200001",
        "secret=maybe",
        "error_429=text",
        "bases_page=0",
        "fail_kind=418",
    ] {
        assert_eq!(set(wrong).await.status, 400, "{wrong}");
    }
    let reset = set("reset=1&tables=2").await.json();
    assert_eq!((&reset["bases"], &reset["tables"]), (&6.into(), &2.into()));
}

#[actix_web::test]
async fn every_setting_can_be_set_by_the_name_that_the_state_shows() {
    let bench = Bench::new();
    let controls = bench.report().await["controls"].clone();
    for (name, value) in controls.as_object().unwrap() {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        bench.control(&format!("{name}={value}")).await;
    }
    assert_eq!(bench.report().await["controls"], controls);
}
