//! The checks of the API in Notion's order, and the recorded refusals.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::support::{Bench, NEWEST, SOURCES, TABLES, fields, fixture, is_error};

#[actix_web::test]
async fn the_first_fault_of_a_call_is_the_one_that_is_named() {
    let bench = Bench::new();
    let token = bench.token().await;
    let bearer = format!("Bearer {token}");
    let json = ("content-type", "application/json");
    let search = |headers: Vec<(&'static str, String)>, body: &'static str| {
        let bench = &bench;
        async move {
            let mut all: Vec<(&str, &str)> = headers
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            all.push(json);
            bench.call(Method::POST, "/v1/search", &all, body).await
        }
    };
    let (auth, version) = ("authorization", "notion-version");
    let newest = || (version, NEWEST.to_owned());
    // A wrong method is known before the credential is looked at.
    is_error(
        &bench.call(Method::GET, "/v1/search", &[], "").await,
        "error_invalid_request_url",
    );
    is_error(&search(vec![], "{").await, "error_unauthorized_not_bearer");
    let wrong = vec![(auth, "Basic eDp5".to_owned())];
    is_error(&search(wrong, "{").await, "error_unauthorized_not_bearer");
    let dead = vec![(auth, "Bearer ntn_x".to_owned())];
    is_error(&search(dead, "{").await, "error_unauthorized");
    is_error(
        &search(vec![(auth, bearer.clone())], "{").await,
        "error_missing_version",
    );
    let unknown = vec![(auth, bearer.clone()), (version, "2024-01-01".to_owned())];
    is_error(&search(unknown, "{").await, "error_unknown_version");
    let bare = vec![(auth, bearer.clone()), newest()];
    is_error(&search(bare.clone(), "{").await, "error_invalid_json");
    is_error(
        &search(bare, r#"{"query":5}"#).await,
        "error_validation_search_query",
    );
    // The scheme's case does not count.
    let lower = vec![(auth, format!("bearer {token}")), newest()];
    assert_eq!(search(lower, "{}").await.status, 200);
    assert_eq!(bench.report().await["counters"]["unauthorized"], 3);
}

#[actix_web::test]
async fn each_version_has_its_paths_and_its_words() {
    let bench = Bench::new();
    let token = bench.token().await;
    let ask = |version: &'static str, method: Method, uri: &'static str, body: &'static str| {
        let (bench, token) = (&bench, &token);
        async move { bench.api(token, version, method, uri, body).await }
    };
    let id = "/v1/data_sources/00000000000000000000000000000000";
    is_error(
        &ask(TABLES, Method::GET, id, "").await,
        "error_invalid_request_url",
    );
    assert_eq!(ask(SOURCES, Method::GET, id, "").await.status, 404);
    for (version, value, name) in [
        (
            NEWEST,
            "database",
            "error_validation_search_filter_database",
        ),
        (
            SOURCES,
            "database",
            "error_validation_search_filter_database",
        ),
        (
            TABLES,
            "data_source",
            "error_validation_search_filter_data_source_old",
        ),
        (
            "2021-05-11",
            "data_source",
            "error_validation_search_filter_data_source_old",
        ),
    ] {
        let body = json!({ "filter": { "property": "object", "value": value } }).to_string();
        let answer = bench
            .api(&token, version, Method::POST, "/v1/search", &body)
            .await;
        is_error(&answer, name);
    }
    for (method, uri) in [
        (Method::GET, "/v1/invalid"),
        (Method::GET, "/v1/users/me//"),
        (Method::GET, "/users/me"),
        (Method::POST, "/v1/databases/x/query"),
        (Method::PATCH, "/v1/pages/00000000000000000000000000000000"),
    ] {
        is_error(
            &ask(NEWEST, method, uri, "{}").await,
            "error_invalid_request_url",
        );
    }
    assert_eq!(
        ask(NEWEST, Method::GET, "/v1/users/me/", "").await.status,
        200
    );
}

#[actix_web::test]
async fn ids_and_cursors_that_are_none() {
    let bench = Bench::new();
    let token = bench.token().await;
    is_error(
        &bench.get(&token, "/v1/pages/not-an-id").await,
        "error_validation_path_uuid",
    );
    let nil = "00000000-0000-0000-0000-000000000000";
    let missing = bench.get(&token, &format!("/v1/pages/{nil}")).await;
    let expected = fixture("error_object_not_found");
    assert_eq!(fields(&missing.json()), fields(&expected));
    let text = expected["message"]
        .as_str()
        .unwrap()
        .replace("acme-connection", "Patchbay Test Connection");
    assert_eq!(missing.json()["message"], text);
    let cursor = bench.search(&token, &json!({ "start_cursor": nil })).await;
    is_error(&cursor, "error_validation_start_cursor");
    let in_query = bench
        .api(
            &token,
            NEWEST,
            Method::POST,
            "/v1/search?start_cursor=x",
            "{}",
        )
        .await;
    assert_eq!(in_query.status, 400);
    for (uri, part) in [
        (
            "/v1/users?start_cursor=bogus",
            "query.start_cursor should be a valid uuid or `undefined`, instead was `\"bogus\"`.",
        ),
        (
            "/v1/users?page_size=101",
            "query.page_size should be ≤ `100` or `undefined`, instead was `101`.",
        ),
    ] {
        let text = bench.get(&token, uri).await.json()["message"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(text.ends_with(part), "{text}");
    }
}

#[actix_web::test]
async fn a_body_must_say_that_it_is_json() {
    let bench = Bench::new();
    let bearer = format!("Bearer {}", bench.token().await);
    let headers = [
        ("authorization", bearer.as_str()),
        ("notion-version", NEWEST),
    ];
    let answer = bench.call(Method::POST, "/v1/search", &headers, "{}").await;
    is_error(&answer, "error_invalid_json");
}

#[actix_web::test]
async fn without_the_capability_users_are_closed() {
    let bench = Bench::new();
    let token = bench.token().await;
    let me = bench.get(&token, "/v1/users/me").await.json();
    let mut expected = fields(&fixture("users_me"));
    // Since July 2026.
    expected.push("/bot/owner/user/person/email_verified".to_owned());
    expected.sort();
    assert_eq!(fields(&me), expected);
    assert_eq!(
        fields(&bench.get(&token, "/v1/users").await.json()["results"][1]),
        fields(&me_without_request(&me))
    );
    bench.control("user_info=off").await;
    is_error(
        &bench.get(&token, "/v1/users").await,
        "error_restricted_resource",
    );
    let me = bench.get(&token, "/v1/users/me").await.json();
    assert_eq!(fields(&me["bot"]["owner"]["user"]), ["/id", "/object"]);
    let tokens = bench.exchange(&bench.code().await).await.json();
    assert_eq!(fields(&tokens["owner"]["user"]), ["/id", "/object"]);
}

fn me_without_request(me: &Value) -> Value {
    let mut me = me.clone();
    me.as_object_mut().unwrap().remove("request_id");
    me
}

#[actix_web::test]
async fn the_rate_limit_is_a_rolling_minute_per_authorization() {
    let bench = Bench::new();
    bench.control("burst=3").await;
    let (one, other) = (bench.token().await, bench.token_of("account=second").await);
    for _ in 0..3 {
        assert_eq!(bench.get(&one, "/v1/users/me").await.status, 200);
    }
    let refused = bench.get(&one, "/v1/users/me").await;
    assert_eq!(refused.status, 429);
    assert_eq!(
        fields(&refused.json()),
        fields(&fixture("error_rate_limited"))
    );
    let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((50..=60).contains(&seconds));
    assert_eq!(
        refused.json()["additional_data"]["retry_after"],
        seconds.to_string()
    );
    assert_eq!(bench.get(&other, "/v1/users/me").await.status, 200);
    bench.control("rate_limit=off").await;
    assert_eq!(bench.get(&one, "/v1/users/me").await.status, 200);
    let state = bench.report().await;
    assert_eq!(
        (&state["burst_peak"], &state["counters"]["rate_limited"]),
        (&4.into(), &1.into())
    );
    assert!(state["second_peak"].as_u64().unwrap() >= 1);
}
