//! HubSpot's refusals of a page.

use std::time::Duration;

use super::*;
use crate::outbound::Meaning;
use crate::providers::hubspot::wire;

async fn failure(reply: Reply) -> FetchError {
    let error = fetched("deals", reply).await.expect_err("a failure");
    let text = format!("{error} {error:?}");
    assert!(
        !text.contains("secret") && !text.contains("correlationId"),
        "{text}"
    );
    error
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let error = failure(reply("error_403_missing_scopes.json")).await;
    let FetchError::MissingPermission(scopes) = error else {
        panic!("{error:?}");
    };
    assert!(
        scopes
            .split(" or ")
            .any(|scope| scope == "crm.objects.deals.read")
    );
}

#[tokio::test]
async fn a_missing_permission_without_a_name_is_still_one() {
    let body = r#"{"category": "MISSING_SCOPES", "errors": []}"#;
    let error = failure(Reply::new(403, body)).await;
    assert!(
        matches!(error, FetchError::MissingPermission(_)),
        "{error:?}"
    );
    for body in ["<html>", "{}", r#"{"errors": "none"}"#] {
        let error = failure(Reply::new(403, body)).await;
        assert!(matches!(
            error,
            FetchError::Call(CallError::Status { status: 403, .. })
        ));
    }
}

#[tokio::test]
async fn what_no_repeat_will_change_keeps_its_status() {
    let bodies = [
        ("error_400_invalid_email.json", 400),
        ("error_400_missing_required_property.json", 400),
        ("error_400_unknown_object_type.json", 400),
        ("error_400_unknown_property.json", 400),
        ("error_404_numeric_id.json", 404),
        ("error_404_non_numeric_id.json", 404),
        ("error_409_duplicate.json", 409),
    ];
    for (name, expected) in bodies {
        let error = failure(reply(name)).await;
        let FetchError::Call(CallError::Status { status, body }) = error else {
            panic!("{name}: {error:?}");
        };
        assert_eq!((status, body.0), (expected, fixture(name).into_bytes()));
    }
}

#[tokio::test]
async fn a_401_of_either_kind_is_believed_the_second_time() {
    for name in ["error_401_expired.json", "error_401_invalid.json"] {
        let renewed = Server::in_turn([reply(name), reply("deals_page.json")]).await;
        let fetched = HubSpot
            .fetch(&call(&renewed), &account(), &step("deals", None))
            .await;
        assert_eq!(fetched.expect("a page").items.len(), 6);
        let error = failure(reply(name)).await;
        assert!(
            matches!(error, FetchError::Call(CallError::Rejected)),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn the_daily_limit_is_not_waited_for() {
    let error = failure(reply("error_429_daily.json")).await;
    assert!(
        matches!(error, FetchError::Call(CallError::Refused(_))),
        "{error:?}"
    );
}

#[tokio::test]
async fn the_limit_of_a_second_is_waited_for() {
    let replies = ["error_429_secondly_search.json", "contacts_page_last.json"];
    let server = Server::in_turn(replies.map(reply)).await;
    let call = call(&server);
    let fetched = HubSpot
        .fetch(&call, &account(), &step("contacts", None))
        .await;
    assert_eq!(fetched.expect("a page").items.len(), 5);
    let seen = server.seen();
    assert!(seen[1].at - seen[0].at >= Duration::from_secs(1));
    assert_eq!(call.counts().limited(), 1);
}

#[test]
fn each_limit_has_a_wait_of_its_own() {
    let reading = |name: &str| wire::reading(429, fixture(name).as_bytes());
    let wait = |seconds| Meaning::TooMany(Some(Duration::from_secs(seconds)));
    assert_eq!(reading("error_429_secondly_search.json"), wait(1));
    assert_eq!(reading("error_429_ten_secondly.json"), wait(10));
    assert!(matches!(reading("error_429_daily.json"), Meaning::Final(_)));
    for body in ["", "<html>", "{}", r#"{"policyName": "WEEKLY"}"#] {
        assert_eq!(wire::reading(429, body.as_bytes()), Meaning::TooMany(None));
    }
}

#[tokio::test]
async fn a_stream_that_hubspot_does_not_have_is_not_asked_for() {
    let server = Server::in_turn([reply("deals_page.json")]).await;
    let step = step("../butterflies", None);
    let result = HubSpot.fetch(&call(&server), &account(), &step).await;
    assert!(matches!(
        result,
        Err(FetchError::Call(CallError::Broken(_)))
    ));
    assert!(server.seen().is_empty());
}
