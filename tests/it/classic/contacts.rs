//! `POST /integrations/{provider}/contact/…`, as a program does it from the first to the last.

use serde_json::{Value, json};

use super::{ADA, Caller, connected};
use crate::support::World;

/// The fields of a form for this contact (none, where it is empty) with these properties.
pub fn form<'a>(id: &'a str, properties: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut fields = ADA.to_vec();
    if !id.is_empty() {
        fields.push(("contact_id", id));
    }
    if !properties.is_empty() {
        fields.push(("properties_str", properties));
    }
    fields
}

pub fn place(action: &str) -> String {
    format!("/integrations/hubspot/contact/{action}")
}

/// What an action answers, which must work.
pub async fn done(world: &World, action: &str, id: &str, properties: &Value) -> Value {
    let caller = Caller(world);
    let properties = match properties {
        Value::Null => String::new(),
        properties => properties.to_string(),
    };
    let request = caller.post(&place(action)).form(&form(id, &properties));
    let (status, body) = caller.send(request).await;
    assert_eq!(status, 200, "{body}");
    body
}

/// The id of the contact that this makes.
pub async fn made(world: &World, properties: &Value) -> String {
    let made = done(world, "create", "", properties).await;
    made["id"].as_str().expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_made_read_changed_and_deleted() {
    let world = connected().await;
    let properties = json!({"email": "grace@example.com", "firstname": "Grace", "city": "London"});
    let made = done(&world, "create", "", &properties).await;
    let id = made["id"].as_str().expect("an id");
    assert_eq!(made["properties"]["email"], "grace@example.com");
    assert!(made["createdAt"].is_string(), "{made}");

    let read = done(&world, "get", id, &Value::Null).await;
    assert_eq!(read["id"], id);
    assert_eq!(read["properties"]["firstname"], "Grace");
    assert_eq!(read["properties"]["lastname"], Value::Null);
    assert!(read["properties"].get("city").is_none(), "{read}");
    let read = done(&world, "get", id, &json!({})).await;
    assert_eq!(read["id"], id);
    let read = done(&world, "get", id, &json!({"city": null})).await;
    assert_eq!(read["properties"]["city"], "London");

    let gets = world.calls("get_contact").await;
    let change = json!({"lastname": "Hopper", "city": "Arlington", "firstname": null});
    let changed = done(&world, "update", id, &change).await;
    assert_eq!(changed["id"], id);
    assert_eq!(changed["properties"]["lastname"], "Hopper");
    assert_eq!(
        changed["properties"]["city"], "Arlington",
        "what was sent is in the answer"
    );
    assert!(matches!(
        &changed["properties"]["firstname"],
        Value::Null | Value::String(_)
    ));
    assert_ne!(changed["properties"]["firstname"], "Grace");
    assert_eq!(
        changed["properties"]["email"], "grace@example.com",
        "and what was not"
    );
    // Once before it and once after it, and not once more for the answer.
    assert!(world.calls("get_contact").await <= gets + 2);

    let told = done(&world, "delete", id, &Value::Null).await;
    let message = told["message"].as_str().expect("a message");
    assert!(message.contains(id), "{message}");
    assert_eq!(told.as_object().expect("an object").len(), 1);
    let caller = Caller(&world);
    for action in ["get", "delete", "update"] {
        let request = caller
            .post(&place(action))
            .form(&form(id, r#"{"phone": "1"}"#));
        let detail = caller.refused(request, 404).await;
        assert!(
            detail.starts_with("There is no such contact"),
            "{action}: {detail}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn values_may_be_numbers_and_more_than_one_line() {
    let world = connected().await;
    let properties = json!({
        "firstname": "Grace",
        "phone": 5551234,
        "company": "Navy\r\nUnited States",
        "jobtitle": true,
    });
    let id = made(&world, &properties).await;
    let read = done(&world, "get", &id, &Value::Null).await;
    assert_eq!(read["properties"]["phone"], "5551234");
    assert_eq!(read["properties"]["company"], "Navy\nUnited States");
    assert_eq!(read["properties"]["jobtitle"], "true");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_sets_what_it_says_whatever_was_there() {
    let world = connected().await;
    let id = made(&world, &json!({"firstname": "Grace", "phone": "1"})).await;
    let other = world.hubspot_as_a_program().await;
    other.rename(&id, "Ada").await;
    let changed = done(&world, "update", &id, &json!({"firstname": "Grace"})).await;
    assert_eq!(changed["properties"]["firstname"], "Grace");
    let same = done(&world, "update", &id, &json!({"phone": "1"})).await;
    assert_eq!(
        same["properties"]["phone"], "1",
        "what is so already is no fault"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_program_does_is_in_the_trail_and_among_the_items() {
    let world = connected().await;
    world.control(&[("contacts", "20")]).await;
    let mut ada = world.person("acme", "ada").await;
    ada.load_hubspot().await;
    let id = made(&world, &json!({"firstname": "Zuse"})).await;
    let page = ada.get("/connections/hubspot/items?q=zuse").await;
    assert_eq!(page.ids(), [&id[..]]);
    let trail = ada.get("/activity").await;
    assert!(trail.text.contains("ontact"), "{}", trail.text);
    done(&world, "delete", &id, &Value::Null).await;
    let page = ada.get("/connections/hubspot/items?q=zuse").await;
    assert_eq!(page.ids(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_of_the_same_are_two() {
    let world = connected().await;
    let one = made(&world, &json!({"firstname": "Grace"})).await;
    let other = made(&world, &json!({"firstname": "Grace"})).await;
    assert_ne!(one, other, "no program's form is taken for another");
}
