//! What is sent: other addresses and methods, parameters and bodies that make no sense. Each has a problem of its own.

use reqwest::Method;
use serde_json::{Value, json};

use super::connected;

const CONTACTS: &str = "/api/v1/connections/hubspot/contacts";

/// The fields that a problem names.
fn fields(body: &Value) -> Vec<&str> {
    let errors = body["errors"].as_array().expect("errors");
    errors
        .iter()
        .filter_map(|it| it["field"].as_str())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn other_addresses_and_methods_are_problems_too() {
    let world = connected().await;
    let program = world.program().await;
    for place in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/",
        "/api/v2/items",
        "/api/v1/items/51",
    ] {
        program.get(place).await.problem(404, "route-not-found");
    }
    for provider in ["nobody", "HubSpot", "%ff", "a%2fb"] {
        let place = format!("/api/v1/connections/{provider}");
        let body = program.get(&place).await.problem(404, "provider-unknown");
        assert!(body["detail"].as_str().expect("words").contains("hubspot"));
    }
    for (method, place, allow) in [
        (Method::POST, "/api/v1/items", "GET, HEAD"),
        (Method::PUT, CONTACTS, "GET, HEAD, POST"),
        (Method::GET, "/api/v1/connections/hubspot/loads", "POST"),
        (
            Method::PATCH,
            "/api/v1/connections/hubspot",
            "GET, HEAD, DELETE",
        ),
        (Method::DELETE, "/api/openapi.json", "GET, HEAD"),
    ] {
        let answer = program.send(program.request(method, place)).await;
        assert_eq!(answer.header("allow"), allow, "{place}");
        answer.problem(405, "method-not-allowed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_that_make_no_sense_are_named() {
    let world = connected().await;
    let program = world.program().await;
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("type=Unicorn", "type"),
        ("provider=nobody", "provider"),
        ("sort=color", "sort"),
        ("sort=name&dir=up", "dir"),
        ("dir=asc", "dir"),
        ("per_page=5", "per_page"),
        ("limit=5&limit=6", "limit"),
        (&format!("q={}", "x".repeat(201)), "q"),
    ] {
        let answer = program.get(&format!("/api/v1/items?{query}")).await;
        let body = answer.problem(400, "bad-parameter");
        assert_eq!(fields(&body), [field], "{query}");
        assert_eq!(body["action"], "mend");
    }
    for cursor in ["x", "%00", "AAAA", &"A".repeat(5_000), "eyJhIjoxfQ"] {
        let answer = program.get(&format!("/api/v1/items?cursor={cursor}")).await;
        answer.problem(400, "bad-cursor");
        let answer = program.get(&format!("{CONTACTS}?cursor={cursor}")).await;
        answer.problem(400, "bad-cursor");
    }
    let answer = program.get(&format!("{CONTACTS}?limit=101")).await;
    assert_eq!(fields(&answer.problem(400, "bad-parameter")), ["limit"]);
    let answer = program.get(&format!("{CONTACTS}/1?properties=a-b")).await;
    assert_eq!(
        fields(&answer.problem(400, "bad-parameter")),
        ["properties"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_make_no_sense_are_named_and_do_nothing() {
    let world = connected().await;
    let program = world.program().await;
    let sent = async |kind: &str, body: &str| {
        let request = program.request(Method::POST, CONTACTS);
        let request = request.header("content-type", kind).body(body.to_owned());
        program.send(request).await
    };
    let json = "application/json";
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ] {
        let answer = sent(kind, r#"{"properties": {"firstname": "A"}}"#).await;
        answer.problem(415, "unsupported-media-type");
    }
    for body in [
        "",
        "{",
        "properties",
        r#"{"properties": {"a": "}"#,
        "\u{fffd}",
        &format!("{{\"properties\": {{\"a\": {}", "[".repeat(5_000)),
    ] {
        sent(json, body).await.problem(400, "malformed-body");
    }
    let secret = r#"{"properties": "an-access-token"}"#;
    let said = sent(json, secret).await.problem(422, "invalid-body");
    assert_eq!(fields(&said), ["properties"]);
    assert!(!said.to_string().contains("an-access-token"), "{said}");
    for body in [
        "[]",
        "null",
        "{}",
        r#"{"properties": []}"#,
        r#"{"properties": {}}"#,
        r#"{"properties": {"firstname": []}}"#,
        r#"{"properties": {"first name": "A"}}"#,
        r#"{"properties": {"firstname": "A"}, "more": 1}"#,
    ] {
        sent(json, body).await.problem(422, "invalid-body");
    }
    let long = json!({ "properties": { "firstname": "x".repeat(1_100_000) } });
    sent(json, &long.to_string())
        .await
        .problem(413, "body-too-large");
    let long = json!({ "properties": { "firstname": "x".repeat(70_000) } });
    let body = program
        .post(CONTACTS, &long)
        .await
        .problem(422, "contact-refused");
    assert_eq!(fields(&body), ["firstname"]);
    let null = json!({ "properties": { "firstname": "a\u{0}b" } });
    program
        .post(CONTACTS, &null)
        .await
        .problem(422, "contact-refused");
    assert_eq!(
        world.calls("create_contact").await,
        0,
        "nothing was sent on"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_without_a_digest_is_refused() {
    let world = connected().await;
    let program = world.program().await;
    let place = "/api/v1/connections/hubspot/token/rejected";
    for (body, problem, status) in [
        (json!({}), "invalid-body", 422),
        (json!({ "sha256": "abc" }), "invalid-body", 422),
        (json!({ "sha256": 5 }), "invalid-body", 422),
        (json!({ "sha256": "zz".repeat(32) }), "invalid-body", 422),
        (json!({ "token": "the-token-itself" }), "invalid-body", 422),
    ] {
        program.post(place, &body).await.problem(status, problem);
    }
}
