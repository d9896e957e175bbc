//! Airtable's refusals of a page, and its pauses.

use std::time::Duration;

use super::*;
use crate::outbound::{CallError, Meaning};
use crate::providers::airtable::wire;

/// The error of a step that meets this answer.
async fn failure(step: &Fetch, status: u16, body: impl ToString) -> FetchError {
    let reply = Reply::new(status, body.to_string()).with("retry-after", "0");
    answered(step, reply).await.expect_err("a failure")
}

#[test]
fn the_type_of_an_error_is_read_in_all_its_forms() {
    for (body, kind) in [
        (
            json!({"error": {"type": "A", "message": "text"}}),
            Some("A"),
        ),
        (json!({"error": {"type": "A"}}), Some("A")),
        (json!({"error": "A"}), Some("A")),
        (
            json!({"errors": [{"error": "A", "message": "text"}]}),
            Some("A"),
        ),
        (json!({"error": {}, "errors": [{"error": "A"}]}), Some("A")),
        (json!({"error": null}), None),
        (json!({"error": {"type": 7}}), None),
        (json!({"errors": []}), None),
        (json!({}), None),
        (json!([]), None),
        (json!("A"), None),
    ] {
        let read = wire::error_type(body.to_string().as_bytes());
        assert_eq!(read.as_deref(), kind, "{body}");
    }
    for body in ["", "<html>", "{", "\u{0}"] {
        assert_eq!(wire::error_type(body.as_bytes()), None);
    }
}

#[tokio::test]
async fn a_lost_place_begins_the_list_again() {
    for step in [Fetch::first("bases"), crm().await, leads().await] {
        for kind in [
            "LIST_RECORDS_ITERATOR_NOT_AVAILABLE",
            "INVALID_OFFSET_VALUE",
        ] {
            for body in [
                json!({"error": {"type": kind}}),
                json!({"error": kind}),
                json!({"errors": [{"error": kind}]}),
            ] {
                let error = failure(&step.page_at("itr/rec"), 422, &body).await;
                assert!(matches!(error, FetchError::CursorDied), "{body}: {error:?}");
            }
            let error = failure(&step, 400, json!({"error": kind})).await;
            assert!(
                matches!(
                    error,
                    FetchError::Call(CallError::Status { status: 400, .. })
                ),
                "{error:?}"
            );
        }
        let error = failure(&step, 422, json!({"error": {"type": "UNKNOWN_FIELD_NAME"}})).await;
        assert!(
            matches!(
                error,
                FetchError::Call(CallError::Status { status: 422, .. })
            ),
            "{error:?}"
        );
    }
}

/// What is said of a list that cannot be read.
async fn unreadable(step: &Fetch, status: u16) -> String {
    let error = failure(
        step,
        status,
        json!({"error": {"type": "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND", "message": "secret"}}),
    )
    .await;
    let FetchError::Unreadable(text) = error else {
        panic!("{error:?}")
    };
    assert!(!text.contains("secret"));
    text
}

#[tokio::test]
async fn a_base_that_may_not_be_read_is_named_whatever_its_level() {
    for level in [
        json!("interfaceOnly"),
        json!("none"),
        json!(""),
        json!(null),
    ] {
        let step = tables_of(json!({"id": "app1", "name": "CRM", "permissionLevel": level})).await;
        assert_eq!(step.title.as_deref(), Some("CRM"));
        let said = unreadable(&step, 403).await;
        assert_eq!(said, "lists it, but does not let you read it");
    }
    assert_eq!(
        unreadable(&crm().await, 404).await,
        "does not have it any more"
    );
}

#[tokio::test]
async fn a_table_that_may_not_be_read_does_not_end_the_load() {
    let step = leads().await;
    assert_eq!(step.title.as_deref(), Some("CRM / Leads"));
    let said = unreadable(&step, 403).await;
    assert_eq!(said, "lists it, but does not let you read it");
    assert_eq!(unreadable(&step, 404).await, "does not have it any more");
}

#[test]
fn after_too_many_requests_it_takes_30_seconds() {
    let wait = Meaning::TooMany(Some(Duration::from_secs(30)));
    for name in [
        "error_429_rate_limit_object.json",
        "error_429_rate_limit_errors_array.json",
    ] {
        let body = testing::fixture(PROFILE.id, name);
        assert_eq!(wire::reading(429, body.as_bytes()), wait);
    }
    for body in ["", "<html>", "{}", r#"{"error": "TOO_MANY_REQUESTS"}"#] {
        assert_eq!(wire::reading(429, body.as_bytes()), wait);
    }
    for status in [400, 403, 404, 422, 500, 502, 503] {
        assert_eq!(wire::reading(status, b"{}"), Meaning::Usual);
    }
}

#[tokio::test]
async fn a_month_that_is_used_up_is_not_waited_for() {
    let kind = "PUBLIC_API_BILLING_LIMIT_EXCEEDED";
    for body in [
        json!({"errors": [{"error": kind}]}),
        json!({"error": {"type": kind}}),
        json!({"error": kind}),
    ] {
        let server = Server::in_turn([Reply::new(429, body.to_string())]).await;
        let error = fetch(&server, &leads().await).await.expect_err("a failure");
        let FetchError::Call(CallError::Refused(text)) = error else {
            panic!("{error:?}")
        };
        assert!(text.contains("month"), "{text}");
        server.only();
    }
}

#[tokio::test]
async fn a_server_that_restarts_is_asked_again() {
    for name in ["error_502_html.html", "error_503_retriable.json"] {
        let server = Server::in_turn([reply(name), reply("records_last_page.json")]).await;
        let fetched = fetch(&server, &leads().await).await.expect("a page");
        assert_eq!((fetched.items.len(), server.seen().len()), (1, 2));
    }
}

#[tokio::test]
async fn a_401_of_either_kind_is_believed_the_second_time() {
    for name in [
        "error_401_authentication_required.json",
        "error_401_invalid_token.json",
    ] {
        let renewed = Server::in_turn([reply(name), reply("bases_single_page.json")]).await;
        let fetched = fetch(&renewed, &Fetch::first("bases"))
            .await
            .expect("a page");
        assert_eq!(fetched.items.len(), 11);
        let dead = Server::in_turn([reply(name)]).await;
        let error = fetch(&dead, &Fetch::first("bases"))
            .await
            .expect_err("a failure");
        assert!(
            matches!(error, FetchError::Call(CallError::Rejected)),
            "{error:?}"
        );
    }
}
