//! Notion's refusals of a page, and its pauses.

use std::time::Duration;

use super::*;
use crate::outbound::{CallError, Meaning};
use crate::providers::notion::wire;

fn wait(seconds: u64) -> Meaning {
    Meaning::TooMany(Some(Duration::from_secs(seconds)))
}

fn reading(status: u16, body: Value) -> Meaning {
    wire::reading(status, body.to_string().as_bytes())
}

#[test]
fn a_pause_is_as_long_as_the_body_says() {
    let said = |wait: Value| json!({"code": "rate_limited", "additional_data": {"rate_limit_reason": "public_api_request_rate_limit", "retry_after": wait}});
    for status in [429, 529] {
        assert_eq!(reading(status, said(json!("7"))), wait(7));
        assert_eq!(reading(status, said(json!("0"))), wait(1));
        for odd in [
            json!(null),
            json!(["7"]),
            json!("soon"),
            json!("-1"),
            json!(""),
        ] {
            assert_eq!(reading(status, said(odd)), wait(1));
        }
        assert_eq!(reading(status, json!({"code": "rate_limited"})), wait(1));
        assert_eq!(reading(status, json!({"additional_data": null})), wait(1));
        assert_eq!(wire::reading(status, b"<html>"), wait(1));
        assert_eq!(wire::reading(status, b""), wait(1));
    }
    let recorded = testing::fixture(PROFILE.id, "error_service_overload.json");
    assert_eq!(wire::reading(529, recorded.as_bytes()), wait(15));
}

#[test]
fn other_statuses_mean_what_they_say() {
    let blocked = json!({"additional_data": {"rate_limit_reason": "public_api_request_blocked"}});
    for status in [400, 403, 404, 409, 500, 503, 504] {
        assert_eq!(reading(status, blocked.clone()), Meaning::Usual);
    }
    assert!(matches!(reading(429, blocked), Meaning::Final(_)));
}

#[tokio::test]
async fn a_blocked_connection_is_not_asked_again() {
    let body = json!({"code": "rate_limited", "additional_data": {"rate_limit_reason": "public_api_request_blocked", "retry_after": "1"}});
    let server = Server::in_turn([Reply::new(429, body.to_string())]).await;
    let error = fetch(&server, &Fetch::first("pages"))
        .await
        .expect_err("a failure");
    assert!(
        matches!(error, FetchError::Call(CallError::Refused(_))),
        "{error:?}"
    );
    server.only();
}

#[tokio::test]
async fn the_pause_of_a_header_is_kept() {
    let limited = reply("error_rate_limited_plain.json").with("retry-after", "1");
    let server = Server::in_turn([limited, reply("search_empty.json")]).await;
    fetch(&server, &Fetch::first("pages"))
        .await
        .expect("a page");
    let seen = server.seen();
    assert!(seen[1].at - seen[0].at >= Duration::from_secs(1));
}

#[tokio::test]
async fn only_a_refused_cursor_begins_the_list_again() {
    let refused = [
        "The start_cursor provided is invalid: abc",
        "query.start_cursor should be a valid uuid or `undefined`, instead was `\"bogus\"`.",
    ];
    for message in refused {
        let body = json!({"code": "validation_error", "message": message}).to_string();
        let error = fetched("pages", Reply::new(400, body))
            .await
            .expect_err("a failure");
        assert!(matches!(error, FetchError::CursorDied), "{error:?}");
    }
    for (status, body) in [
        (
            400,
            json!({"code": "validation_error", "message": "body.query should be a string"}),
        ),
        (
            400,
            json!({"code": "invalid_json", "message": "start_cursor"}),
        ),
        (400, json!({"message": "start_cursor"})),
        (
            409,
            json!({"code": "validation_error", "message": "start_cursor"}),
        ),
    ] {
        let error = fetched("pages", Reply::new(status, body.to_string()))
            .await
            .expect_err("a failure");
        let same =
            matches!(error, FetchError::Call(CallError::Status { status: is, .. }) if is == status);
        assert!(same, "{body}: {error:?}");
    }
}

#[tokio::test]
async fn a_403_of_something_before_notion_is_not_a_missing_capability() {
    for body in ["<html>", "{}", ""] {
        let error = fetched("pages", Reply::new(403, body))
            .await
            .expect_err("a failure");
        assert!(
            matches!(
                error,
                FetchError::Call(CallError::Status { status: 403, .. })
            ),
            "{error:?}"
        );
    }
    let error = fetched("pages", reply("error_restricted_resource.json"))
        .await
        .expect_err("a failure");
    assert!(matches!(error, FetchError::Unreadable(_)), "{error:?}");
}

#[tokio::test]
async fn a_401_is_believed_the_second_time() {
    for name in [
        "error_unauthorized.json",
        "error_unauthorized_not_bearer.json",
    ] {
        let renewed = Server::in_turn([reply(name), reply("search_2026-03-11_last.json")]).await;
        let fetched = fetch(&renewed, &Fetch::first("pages"))
            .await
            .expect("a page");
        assert_eq!(fetched.items.len(), 10);
        let dead = Server::in_turn([reply(name)]).await;
        let error = fetch(&dead, &Fetch::first("pages"))
            .await
            .expect_err("a failure");
        assert!(
            matches!(error, FetchError::Call(CallError::Rejected)),
            "{error:?}"
        );
        assert_eq!(dead.seen().len(), 2);
    }
}
