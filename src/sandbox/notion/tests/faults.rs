//! Faults on demand, and the tester's own pages.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::support::{Bench, NEWEST, filter, fixture, is_error};

#[actix_web::test]
async fn each_fault_is_what_it_says() {
    let bench = Bench::new();
    let token = bench.token().await;
    bench.control("retry_after=7").await;
    for (kind, status, name, retry_after) in [
        ("429", 429, "error_rate_limited", Some("7")),
        ("429plain", 429, "error_rate_limited_plain", Some("1")),
        ("500", 500, "error_internal", None),
        ("503", 503, "error_service_unavailable", None),
        ("504", 504, "error_gateway_timeout", None),
        ("504size", 504, "error_gateway_timeout", None),
        ("401", 401, "error_unauthorized", None),
        ("403", 403, "error_restricted_resource", None),
    ] {
        plan(&bench, kind, "pages").await;
        // A call of another target does not take the fault.
        assert_eq!(
            bench.search(&token, &filter("data_source")).await.status,
            200
        );
        let answer = bench.search(&token, &filter("page")).await;
        assert_eq!(answer.status.as_u16(), status, "{kind}");
        is_error(&answer, name);
        assert_eq!(answer.header("retry-after"), retry_after, "{kind}");
        assert_eq!(bench.search(&token, &filter("page")).await.status, 200);
    }
    bench.control("retry_after=15").await;
    plan(&bench, "529", "any").await;
    let overload = bench.get(&token, "/v1/users/me").await;
    is_error(&overload, "error_service_overload");
    assert_eq!(overload.header("retry-after"), Some("15"));
    plan(&bench, "429blocked", "any").await;
    let blocked = bench.get(&token, "/v1/users/me").await;
    assert_eq!(
        (blocked.status.as_u16(), blocked.header("retry-after")),
        (429, None)
    );
    assert_eq!(
        blocked.json()["additional_data"],
        json!({ "rate_limit_reason": "public_api_request_blocked" })
    );
    plan(&bench, "404", "any").await;
    assert_eq!(
        bench.get(&token, "/v1/users/me").await.json()["code"],
        "object_not_found"
    );
}

async fn plan(bench: &Bench, kind: &str, on: &str) {
    bench
        .control(&format!("fail_next=1&fail_kind={kind}&fail_on={on}"))
        .await;
}

#[actix_web::test]
async fn the_edge_answers_with_pages_and_without_a_request_id() {
    let bench = Bench::new();
    let token = bench.token().await;
    for (kind, status) in [("502html", 502), ("html200", 200)] {
        plan(&bench, kind, "search").await;
        let answer = bench.search(&token, &json!({})).await;
        assert_eq!(answer.status.as_u16(), status);
        assert_eq!(
            answer.header("content-type"),
            Some("text/html;charset=utf-8")
        );
        assert!(
            answer.header("x-notion-request-id").is_none() && answer.header("cf-ray").is_some()
        );
    }
}

#[actix_web::test]
async fn pages_can_come_back_bent() {
    let bench = Bench::new();
    let token = bench.token().await;
    let real = bench.search(&token, &filter("page")).await.json();
    plan(&bench, "emptypage", "pages").await;
    let empty = bench.search(&token, &filter("page")).await.json();
    assert_eq!(
        (&empty["results"], &empty["has_more"]),
        (&json!([]), &json!(true))
    );
    let mut body = filter("page");
    body["start_cursor"] = empty["next_cursor"].clone();
    assert_eq!(
        bench.search(&token, &body).await.json()["results"],
        real["results"]
    );
    plan(&bench, "noresults", "pages").await;
    let bare = bench.search(&token, &filter("page")).await;
    assert!(bare.status == 200 && bare.json().get("results").is_none());
    plan(&bench, "extra", "pages").await;
    let extra = bench.search(&token, &filter("page")).await.json();
    assert!(extra["results"][0]["fieldOfTomorrow"].is_object());
    plan(&bench, "truncated", "pages").await;
    let short = bench.search(&token, &filter("page")).await;
    assert!(short.json().is_null() && !short.body.is_empty());
}

#[actix_web::test]
async fn a_cursor_is_refused_and_a_large_page_too() {
    let bench = Bench::new();
    let token = bench.token().await;
    plan(&bench, "cursor", "pages").await;
    let mut body = filter("page");
    let first = bench.search(&token, &body).await;
    assert_eq!(first.status, 200);
    body["start_cursor"] = first.json()["next_cursor"].clone();
    let refused = bench.search(&token, &body).await.json();
    let text = fixture("error_validation_start_cursor")["message"]
        .as_str()
        .unwrap()
        .to_owned();
    let (prefix, _) = text.rsplit_once(": ").unwrap();
    let expected = format!("{prefix}: {}", body["start_cursor"].as_str().unwrap());
    assert_eq!(refused["message"], expected);
    bench
        .control("fail_next=9&fail_kind=504size&fail_on=pages")
        .await;
    body["page_size"] = 26.into();
    assert_eq!(bench.search(&token, &body).await.status, 504);
    body["page_size"] = 25.into();
    assert_eq!(bench.search(&token, &body).await.status, 200);
    assert_eq!(bench.report().await["controls"]["fail_next"], 8);
}

#[actix_web::test]
async fn a_failed_token_call_does_no_work() {
    let bench = Bench::new();
    let code = bench.code().await;
    plan(&bench, "500", "token").await;
    assert_eq!(bench.exchange(&code).await.status, 500);
    assert_eq!(bench.exchange(&code).await.status, 200);
}

#[actix_web::test]
async fn the_state_counts_and_keeps_secrets() {
    let bench = Bench::new();
    let tokens = bench.exchange(&bench.code().await).await.json();
    let access = tokens["access_token"].as_str().unwrap().to_owned();
    for body in [json!({}), filter("page"), filter("data_source")] {
        bench.search(&access, &body).await;
    }
    bench.get(&access, "/v1/users/me").await;
    bench.get(&access, "/v1/databases/x").await;
    bench.decide("decision=deny").await;
    plan(&bench, "500", "account").await;
    bench.get(&access, "/v1/users/me").await;
    bench.refresh(&tokens["refresh_token"]).await;
    bench.oauth("introspect", json!({ "token": "x" })).await;
    bench.oauth("revoke", json!({ "token": "x" })).await;
    let answer = bench.call(Method::GET, "/_sandbox/state", &[], "").await;
    let state = answer.json();
    for (name, count) in [
        ("token", 2),
        ("token_authorization_code", 1),
        ("token_refresh", 1),
        ("search_all", 1),
        ("search_pages", 1),
        ("search_data_sources", 1),
        ("users_me", 2),
        ("get_database", 1),
        ("introspect", 1),
        ("revoke", 1),
        ("allowed", 1),
        ("denied", 1),
        ("faults", 1),
    ] {
        assert_eq!(state["counters"][name], count, "{name}");
    }
    assert_eq!(
        (&state["grants"], &state["access_tokens"]),
        (&1.into(), &1.into())
    );
    for secret in ["access_token", "refresh_token"] {
        assert!(!answer.text().contains(tokens[secret].as_str().unwrap()));
    }
}

#[actix_web::test]
async fn the_controls_answer_people_and_programs() {
    let bench = Bench::new();
    let page = bench.call(Method::GET, "/_sandbox", &[], "").await.text();
    for name in [
        "fail_kind",
        "cursor_style",
        "oauth_errors",
        "index_lag",
        "same_token",
    ] {
        assert!(page.contains(&format!("name=\"{name}\"")), "{name}");
    }
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("accept", "application/json"),
    ];
    for (form, status) in [
        (
            "pages=9&oauth_errors=envelope&refresh_tokens=absent&fail_on=databases",
            200,
        ),
        ("page=9", 400),
        ("pages=200001", 400),
        ("cursor_style=round", 400),
        ("shuffle=maybe", 400),
    ] {
        let answer = bench
            .call(Method::POST, "/_sandbox/controls", &headers, form)
            .await;
        assert_eq!(answer.status.as_u16(), status, "{form}");
    }
    let controls = bench.report().await["controls"].clone();
    assert_eq!(
        (&controls["pages"], &controls["oauth_errors"]),
        (&9.into(), &"envelope".into())
    );
    bench.control("reset=1&databases=2").await;
    let controls: Value = bench.report().await["controls"].clone();
    assert_eq!(
        (&controls["pages"], &controls["databases"]),
        (&640.into(), &2.into())
    );
}

#[actix_web::test]
async fn every_call_can_be_slow() {
    let bench = Bench::new();
    let token = bench.token().await;
    bench.control("latency_ms=50").await;
    let started = tokio::time::Instant::now();
    let answer = bench
        .api(&token, NEWEST, Method::POST, "/v1/search", "{}")
        .await;
    assert!(answer.status == 200 && started.elapsed().as_millis() >= 50);
}
