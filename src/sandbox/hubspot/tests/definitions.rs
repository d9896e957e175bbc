//! The definitions of properties, and what they make of values.

use actix_web::http::Method;
use serde_json::json;

use super::support::Bench;

const CONTACTS: &str = "/crm/objects/2026-09/contacts";

#[actix_web::test]
async fn the_definitions_of_properties_tell_what_a_contact_takes() {
    let bench = Bench::new();
    let token = bench.token().await;
    let path = "/crm/properties/2026-09/contacts";
    let answer = bench.get(&token, path).await;
    assert_eq!(answer.status, 200);
    let answer = answer.json();
    let all = answer["results"].as_array().unwrap();
    let named = |name: &str| all.iter().find(|one| one["name"] == name).unwrap();
    assert_eq!(named("favourite_colour")["options"][0]["value"], "red");
    assert_eq!(named("newsletter_topics")["fieldType"], "checkbox");
    let read_only = |name: &str| named(name)["modificationMetadata"]["readOnlyValue"] == true;
    assert!(read_only("createdate") && !read_only("email"));
    assert_eq!(named("hs_object_source")["hidden"], true);
    for path in ["/crm/properties/2026-03/deals", "/crm/v3/properties/0-2"] {
        assert_eq!(bench.get(&token, path).await.status, 200);
    }
    assert_eq!(
        bench
            .get(&token, "/crm/v3/properties/butterflies")
            .await
            .status,
        400
    );
    let back = bench.decide("decision=allow&withhold_deals=1").await;
    let tokens = bench.exchange(back.text("code")).await.json();
    let less = tokens["access_token"].as_str().unwrap();
    assert_eq!(
        bench.get(less, "/crm/v3/properties/deals").await.status,
        403
    );
}

#[actix_web::test]
async fn a_property_of_ones_own_is_set_and_checked() {
    let bench = Bench::new();
    let token = bench.token().await;
    let first = bench.get(&token, CONTACTS).await.json();
    let first = format!("{CONTACTS}/{}", first["results"][0]["id"].as_str().unwrap());
    for (name, value, code) in [
        ("favourite_colour", "green", ""),
        ("favourite_colour", "", ""),
        ("favourite_colour", "mauve", "INVALID_OPTION"),
        ("newsletter_topics", "news;events", ""),
        ("newsletter_topics", "news;weather", "INVALID_OPTION"),
        ("hs_lead_status", "OPEN", ""),
        ("shoe_size", "42.5", ""),
        ("shoe_size", "large", "INVALID_INTEGER"),
    ] {
        let body = json!({ "properties": { name: value } }).to_string();
        let answer = bench.api(&token, Method::PATCH, &first, &body).await;
        let expected = if code.is_empty() { 200 } else { 400 };
        assert_eq!(answer.status, expected, "{name}: {value}");
        assert!(answer.text().contains(code), "{name}: {value}");
    }
}
