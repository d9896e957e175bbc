//! What is in the way of a program and a contact: each with its own status, and nothing changed.

use std::time::Duration;

use serde_json::{Value, json};

use super::contacts::{done, form, made, place};
use super::{ADA, Caller, connected};
use crate::support::World;

const ACTIONS: [&str; 4] = ["get", "create", "update", "delete"];

async fn refused(world: &World, action: &str, fields: &[(&str, &str)], status: u16) -> String {
    let caller = Caller(world);
    let request = caller.post(&place(action)).form(fields);
    caller.refused(request, status).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_or_malformed_is_named() {
    let world = connected().await;
    let good = r#"{"firstname": "Grace"}"#;
    for action in ACTIONS {
        let fields = [
            ("user_id", "ada"),
            ("contact_id", "1"),
            ("properties_str", good),
        ];
        let detail = refused(&world, action, &fields, 422).await;
        assert!(
            detail.starts_with("org_id is missing"),
            "{action}: {detail}"
        );
    }
    for action in ["get", "update", "delete"] {
        for id in ["", " "] {
            let fields = [ADA[0], ADA[1], ("contact_id", id), ("properties_str", good)];
            let detail = refused(&world, action, &fields, 422).await;
            assert!(
                detail.starts_with("contact_id is missing"),
                "{action}: {detail}"
            );
        }
    }
    for action in ["create", "update"] {
        for (properties, says) in [
            ("", "is missing"),
            ("{", "is not JSON"),
            ("[]", "is no JSON object"),
            ("{}", "names no property"),
            (
                r#"{"first name": "x"}"#,
                "names a property that there cannot be",
            ),
            (
                r#"{"firstname": {"a": 1}}"#,
                "holds no plain value for firstname",
            ),
            (
                r#"{"firstname": ["a"]}"#,
                "holds no plain value for firstname",
            ),
        ] {
            let fields = form("1", properties);
            let detail = refused(&world, action, &fields, 422).await;
            let told = format!("properties_str {says}");
            assert!(detail.starts_with(&told), "{action} {properties}: {detail}");
        }
    }
    assert_eq!(world.calls("create_contact").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_provider_does_not_accept_is_told_in_its_words() {
    let world = connected().await;
    for (properties, says) in [
        (r#"{"email": "grace@example"}"#, "email: "),
        (r#"{"phone": "1"}"#, "at least one"),
        (
            r#"{"firstname": "x", "favourite_food": "soup"}"#,
            "does not exist",
        ),
        (r#"{"firstname": "a\u0000b"}"#, "null byte"),
    ] {
        let detail = refused(&world, "create", &form("", properties), 422).await;
        assert!(detail.contains(says), "{properties}: {detail}");
    }
    let id = made(&world, &json!({"firstname": "Grace"})).await;
    let fields = form(&id, r#"{"email": "no email"}"#);
    refused(&world, "update", &fields, 422).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_email_that_is_taken_names_the_contact_that_has_it() {
    let world = connected().await;
    let email = json!({"email": "grace@example.com"});
    let grace = made(&world, &email).await;
    let other = made(&world, &json!({"firstname": "Other"})).await;
    let properties = email.to_string();
    for (action, id) in [("create", ""), ("update", &other[..])] {
        let detail = refused(&world, action, &form(id, &properties), 409).await;
        let known = format!("Contact {grace} has this email already");
        assert!(detail.starts_with(&known), "{action}: {detail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_is_not_there_is_not_found() {
    let world = connected().await;
    for id in ["999999999", "abc", "../companies/1", "1?x=y", "ä"] {
        for action in ["get", "update", "delete"] {
            let fields = form(id, r#"{"firstname": "x"}"#);
            let detail = refused(&world, action, &fields, 404).await;
            assert!(
                detail.starts_with("There is no such contact"),
                "{id}: {detail}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn anothers_contacts_are_not_given() {
    let world = connected().await;
    let id = made(&world, &json!({"firstname": "Grace"})).await;
    let caller = Caller(&world);
    for (user, org) in [("bob", "acme"), ("ada", "globex")] {
        for action in ACTIONS {
            let fields = [
                ("user_id", user),
                ("org_id", org),
                ("contact_id", &id),
                ("properties_str", r#"{"firstname": "x"}"#),
            ];
            let request = caller.post(&place(action)).form(&fields);
            let detail = caller.refused(request, 400).await;
            let known = format!("No HubSpot credentials found for org={org}, user={user}");
            assert!(detail.starts_with(&known), "{action}: {detail}");
        }
    }
    let read = done(&world, "get", &id, &Value::Null).await;
    assert_eq!(read["properties"]["firstname"], "Grace");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_without_contacts_has_none() {
    let world = connected().await;
    let caller = Caller(&world);
    for (provider, says) in [
        ("notion", "There are no contacts here"),
        ("airtable", "There are no contacts here"),
        ("nobody", "There is no such provider"),
    ] {
        for action in ACTIONS {
            let place = format!("/integrations/{provider}/contact/{action}");
            let request = caller.post(&place).form(&form("1", r#"{"a": "b"}"#));
            let detail = caller.refused(request, 404).await;
            assert!(detail.starts_with(says), "{provider} {action}: {detail}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_that_is_missing_asks_to_reconnect() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect("hubspot", &[("withhold_contacts_write", "1")])
        .await;
    for action in ["create", "update", "delete"] {
        let fields = form("1", r#"{"firstname": "x"}"#);
        let detail = refused(&world, action, &fields, 401).await;
        assert!(detail.contains("Reconnect, and allow it"), "{detail}");
        assert!(detail.contains("crm.objects.contacts.write"), "{detail}");
    }
    // To read is allowed.
    refused(&world, "get", &form("999999999", ""), 404).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn access_that_has_ended_must_be_made_anew() {
    let world = connected().await;
    world
        .control(&[("withdraw", "1"), ("expire_tokens", "1")])
        .await;
    for action in ACTIONS {
        let fields = form("1", r#"{"firstname": "x"}"#);
        let detail = refused(&world, action, &fields, 401).await;
        assert!(detail.contains("must be made anew"), "{action}: {detail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_fails_is_told() {
    let world = connected().await;
    let id = made(&world, &json!({"firstname": "Grace"})).await;
    let fault = [
        ("fail_kind", "500"),
        ("fail_on", "contacts"),
        ("fail_next", "50"),
    ];
    world.control(&fault).await;
    for action in ["get", "update", "delete"] {
        let fields = form(&id, r#"{"firstname": "x"}"#);
        let detail = refused(&world, action, &fields, 502).await;
        assert!(detail.contains("HubSpot failed"), "{action}: {detail}");
    }
    // Without an email nobody can look whether it was made.
    let detail = refused(&world, "create", &form("", r#"{"firstname": "x"}"#), 502).await;
    assert!(
        detail.starts_with("It is not known whether this was done"),
        "{detail}"
    );
    assert!(
        detail.contains("Look at the contacts in HubSpot before"),
        "{detail}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_store_is_told_soon() {
    let world = connected().await;
    world.redis.freeze();
    for action in ACTIONS {
        let fields = form("1", r#"{"firstname": "x"}"#);
        let asked = refused(&world, action, &fields, 503);
        let detail = tokio::time::timeout(Duration::from_millis(4_500), asked).await;
        let detail = detail.expect("an answer in time");
        assert!(
            detail.starts_with("Patchbay cannot reach its store"),
            "{action}: {detail}"
        );
    }
    world.redis.thaw();
}
