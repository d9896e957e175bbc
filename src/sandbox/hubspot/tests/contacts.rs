//! The rules of writing contacts.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::support::{Answer, Bench};

const CONTACTS: &str = "/crm/objects/2026-09/contacts";

async fn create(bench: &Bench, token: &str, properties: Value) -> Answer {
    let body = json!({ "properties": properties }).to_string();
    bench.api(token, Method::POST, CONTACTS, &body).await
}

async fn patch(bench: &Bench, token: &str, id: &str, properties: Value) -> Answer {
    let body = json!({ "properties": properties }).to_string();
    bench
        .api(token, Method::PATCH, &format!("{CONTACTS}/{id}"), &body)
        .await
}

/// The email of the first computed contact.
async fn known_email(bench: &Bench, token: &str) -> (String, String) {
    let row = bench.get(token, CONTACTS).await.json()["results"][0].clone();
    (
        row["id"].as_str().unwrap().to_owned(),
        row["properties"]["email"].as_str().unwrap().to_owned(),
    )
}

#[actix_web::test]
async fn a_life() {
    let bench = Bench::new();
    let token = bench.token().await;
    let made = create(
        &bench,
        &token,
        json!({ "email": "new+tag@example.com", "firstname": "New", "phone": "1" }),
    )
    .await;
    assert_eq!(made.status, 201);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(made.json()["properties"]["lifecyclestage"], "lead");
    let by_email = format!("{CONTACTS}/NEW%2Btag%40example.com?idProperty=email");
    assert_eq!(bench.get(&token, &by_email).await.json()["id"], id.as_str());
    let changed = patch(
        &bench,
        &token,
        &id,
        json!({ "firstname": "Newer", "phone": "" }),
    )
    .await;
    assert_eq!(changed.status, 200);
    // Only a subset: no email, though there is one.
    assert_eq!(changed.json()["properties"]["firstname"], "Newer");
    assert!(changed.json()["properties"].get("email").is_none());
    let read = bench
        .get(&token, &format!("{CONTACTS}/{id}?properties=email,phone"))
        .await
        .json();
    assert_eq!(
        (&read["properties"]["email"], &read["properties"]["phone"]),
        (&"new+tag@example.com".into(), &"".into())
    );
    for _ in 0..2 {
        let gone = bench
            .api(&token, Method::DELETE, &format!("{CONTACTS}/{id}"), "")
            .await;
        assert_eq!((gone.status.as_u16(), gone.body.len()), (204, 0));
    }
    assert_eq!(
        bench.get(&token, &format!("{CONTACTS}/{id}")).await.status,
        404
    );
    assert_eq!(
        patch(&bench, &token, &id, json!({ "firstname": "x" }))
            .await
            .status,
        404
    );
    let archived = bench
        .get(&token, &format!("{CONTACTS}?archived=true"))
        .await
        .json();
    assert_eq!(
        (
            &archived["results"][0]["id"],
            &archived["results"][0]["archived"]
        ),
        (&id.into(), &true.into())
    );
    assert!(archived["results"][0]["archivedAt"].is_string());
}

#[actix_web::test]
async fn a_delete_always_succeeds() {
    let bench = Bench::new();
    let token = bench.token().await;
    for id in ["1234567890", "abc", "-1"] {
        assert_eq!(
            bench
                .api(&token, Method::DELETE, &format!("{CONTACTS}/{id}"), "")
                .await
                .status,
            204,
            "{id}"
        );
    }
}

#[actix_web::test]
async fn a_computed_contact_can_be_changed_and_archived() {
    let bench = Bench::new();
    let token = bench.token().await;
    let (id, email) = known_email(&bench, &token).await;
    assert_eq!(
        patch(&bench, &token, &id, json!({ "email": "moved@example.com" }))
            .await
            .status,
        200
    );
    let read = |email: &str| format!("{CONTACTS}/{email}?idProperty=email");
    assert_eq!(bench.get(&token, &read(&email)).await.status, 404);
    assert_eq!(
        bench.get(&token, &read("moved@example.com")).await.json()["id"],
        id.as_str()
    );
    bench
        .api(&token, Method::DELETE, &format!("{CONTACTS}/{id}"), "")
        .await;
    let page = bench.get(&token, CONTACTS).await.json();
    assert_ne!(page["results"][0]["id"], id.as_str());
    assert_eq!(page["results"].as_array().map(Vec::len), Some(10));
}

#[actix_web::test]
async fn emails_are_unique() {
    let bench = Bench::new();
    let token = bench.token().await;
    let (id, email) = known_email(&bench, &token).await;
    let clash = create(&bench, &token, json!({ "email": email.to_uppercase() })).await;
    assert_eq!(clash.status, 409);
    assert_eq!(
        clash.json()["message"],
        format!("Contact already exists. Existing ID: {id}")
    );
    assert_eq!(clash.json()["category"], "CONFLICT");
    let made = create(&bench, &token, json!({ "email": "mine@example.com", "hs_additional_emails": "a@example.com;b@example.com" })).await;
    assert_eq!(
        create(&bench, &token, json!({ "email": "B@example.com" }))
            .await
            .status,
        409
    );
    let mine = made.json()["id"].as_str().unwrap().to_owned();
    let taken = patch(&bench, &token, &mine, json!({ "email": email })).await;
    assert_eq!(taken.status, 400);
    let expected =
        format!("propertyName=email, value={email}}} on {mine}. {id} already has that value.");
    assert!(
        taken.json()["message"]
            .as_str()
            .unwrap()
            .ends_with(&expected)
    );
    // One's own email is no clash.
    assert_eq!(
        patch(
            &bench,
            &token,
            &mine,
            json!({ "email": "MINE@example.com" })
        )
        .await
        .status,
        200
    );
}

#[actix_web::test]
async fn bad_values_are_refused_with_the_recorded_text() {
    let bench = Bench::new();
    let token = bench.token().await;
    let problems = |answer: &Answer| -> Value {
        assert_eq!(answer.status, 400);
        assert_eq!(answer.json()["category"], "VALIDATION_ERROR");
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        serde_json::from_str(
            message
                .strip_prefix("Property values were not valid: ")
                .unwrap(),
        )
        .unwrap()
    };
    let email = create(&bench, &token, json!({ "email": "example.lcom" })).await;
    assert_eq!(
        problems(&email),
        json!([{ "isValid": false, "message": "Email address example.lcom is invalid",
        "error": "INVALID_EMAIL", "name": "email" }])
    );
    assert!(email.json().get("errors").is_none());
    let unknown = create(
        &bench,
        &token,
        json!({ "email": "a@example.com", "testproperty": "x" }),
    )
    .await;
    assert_eq!(
        problems(&unknown),
        json!([{ "isValid": false,
        "message": "Property \"testproperty\" does not exist", "error": "PROPERTY_DOESNT_EXIST",
        "name": "testproperty", "localizedErrorMessage": "Property \"testproperty\" does not exist",
        "portalId": 147_000_286 }])
    );
    assert_eq!(
        unknown.json()["errors"],
        json!([{ "message": "Property \"testproperty\" does not exist",
        "code": "PROPERTY_DOESNT_EXIST", "context": { "propertyName": ["testproperty"] } }])
    );
    let fixed = create(
        &bench,
        &token,
        json!({ "email": "a@example.com", "createdate": "1" }),
    )
    .await;
    assert_eq!(problems(&fixed)[0]["error"], "READ_ONLY_VALUE");
    let option = create(
        &bench,
        &token,
        json!({ "email": "a@example.com", "lifecyclestage": "x" }),
    )
    .await;
    assert_eq!(problems(&option)[0]["error"], "INVALID_OPTION");
}

#[actix_web::test]
async fn bad_bodies_are_refused() {
    let bench = Bench::new();
    let token = bench.token().await;
    for body in [
        "",
        "{",
        "[]",
        "{}",
        r#"{"properties":[]}"#,
        r#"{"properties":{"email":null}}"#,
        r#"{"properties":{"phone":"1"}}"#,
        r#"{"properties":{"firstname":" ","email":""}}"#,
        r#"{"properties":{"firstname":{"a":1}}}"#,
    ] {
        assert_eq!(
            bench.api(&token, Method::POST, CONTACTS, body).await.status,
            400,
            "{body}"
        );
    }
    let (id, _) = known_email(&bench, &token).await;
    assert_eq!(patch(&bench, &token, &id, json!({})).await.status, 400);
}

#[actix_web::test]
async fn writing_needs_its_scope() {
    let bench = Bench::new();
    let back = bench
        .decide("decision=allow&withhold_contacts_write=1")
        .await;
    let tokens = bench.exchange(back.text("code")).await.json();
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(
        create(&bench, token, json!({ "email": "a@example.com" }))
            .await
            .status,
        403
    );
    assert_eq!(
        bench
            .api(token, Method::DELETE, &format!("{CONTACTS}/1"), "")
            .await
            .status,
        403
    );
    assert_eq!(bench.get(token, CONTACTS).await.status, 200);
}
