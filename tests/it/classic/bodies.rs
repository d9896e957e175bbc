//! What is sent: forms of both kinds, and what is no form, too large, incomplete or at the wrong address.

use reqwest::Method;
use serde_json::json;

use super::{ADA, CREDENTIALS, Caller, connected, multipart};

#[tokio::test(flavor = "multi_thread")]
async fn a_form_data_of_a_front_end_will_do_as_well() {
    let world = connected().await;
    let caller = Caller(&world);
    let (status, body) = caller.send(multipart(caller.post(CREDENTIALS), &ADA)).await;
    assert_eq!((status, &body["status"]), (200, &json!("active")), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_or_malformed_is_named() {
    let world = connected().await;
    let caller = Caller(&world);
    let long = "x".repeat(129);
    for (fields, named) in [
        (&[("user_id", "ada")][..], "org_id is missing"),
        (&[("org_id", "acme")], "user_id is missing"),
        (&[("org_id", "acme"), ("user_id", " ")], "user_id is empty"),
        (
            &[("org_id", &long[..]), ("user_id", "ada")],
            "org_id is longer",
        ),
        (
            &[("org_id", "a\nb"), ("user_id", "ada")],
            "org_id holds a control",
        ),
    ] {
        let form = caller.post(CREDENTIALS).form(fields);
        for request in [form, multipart(caller.post(CREDENTIALS), fields)] {
            let detail = caller.refused(request, 422).await;
            assert!(detail.starts_with(named), "{detail}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_no_form_is_refused() {
    let world = connected().await;
    let caller = Caller(&world);
    let form = "application/x-www-form-urlencoded";
    let parts = "multipart/form-data; boundary=edge";
    for (kind, body) in [
        ("application/json", &br#"{"user_id": "ada", "org_id": "acme"}"#[..]),
        ("text/plain", b"user_id=ada&org_id=acme"),
        (form, b"user_id=%ff&org_id=acme"),
        ("multipart/form-data", b"--edge--\r\n"),
        (parts, b""),
        (parts, b"user_id=ada&org_id=acme"),
        (parts, b"--edge\r\nContent-Disposition: form-data; name=\"user_id\"\r\n\r\nada"),
        (parts, b"--edge\r\nContent-Disposition: form-data; name=\"user_id\"\r\n\r\n\xff\r\n--edge--\r\n"),
    ] {
        let request = caller.post(CREDENTIALS).header("content-type", kind);
        let detail = caller.refused(request.body(body), 422).await;
        assert!(detail.starts_with("The body cannot be read"), "{kind}: {detail}");
    }
    let request = caller.post(CREDENTIALS).body("");
    caller.refused(request, 422).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_refused() {
    let world = connected().await;
    let caller = Caller(&world);
    let huge = "x".repeat(70_000);
    let fields = [("user_id", "ada"), ("org_id", "acme"), ("more", &huge)];
    for request in [
        caller.post(CREDENTIALS).form(&fields),
        multipart(caller.post(CREDENTIALS), &fields),
    ] {
        let detail = caller.refused(request, 413).await;
        assert!(detail.starts_with("That is too much at once"), "{detail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_addresses_and_methods_are_told_as_json_too() {
    let world = connected().await;
    let caller = Caller(&world);
    for provider in ["nobody", "HubSpot", "%ff", "hubspot%2f"] {
        let place = format!("/integrations/{provider}/credentials");
        let detail = caller.refused(caller.post(&place).form(&ADA), 404).await;
        assert!(detail.starts_with("There is no such provider"), "{detail}");
    }
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let request = world.browser().request(method, CREDENTIALS);
        caller.refused(request, 405).await;
    }
    let merge = caller.post("/integrations/hubspot/contact/merge");
    let detail = caller.refused(merge.form(&ADA), 404).await;
    assert!(detail.starts_with("There is no such route"), "{detail}");
}
