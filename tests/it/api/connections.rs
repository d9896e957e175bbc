//! `/api/v1/connections`.

use serde_json::{Value, json};

use super::{connected, loaded};
use crate::support::World;

const PLACE: &str = "/api/v1/connections";

#[tokio::test(flavor = "multi_thread")]
async fn every_connection_is_told_without_its_tokens() {
    let world = loaded("30").await;
    let program = world.program().await;
    let token = program.get(&format!("{PLACE}/hubspot/token")).await.is(200);
    let token = token["access_token"].as_str().expect("a token").to_owned();
    let answer = program.get(PLACE).await;
    assert!(!answer.page.text.contains(&token));
    let all = answer.is(200);
    let all = all["connections"].as_array().expect("a list");
    let states: Vec<(&str, &str)> = all
        .iter()
        .map(|it| {
            (
                it["provider"].as_str().expect("an id"),
                it["state"].as_str().expect("a state"),
            )
        })
        .collect();
    assert_eq!(
        states,
        [
            ("hubspot", "connected"),
            ("notion", "not_connected"),
            ("airtable", "not_connected")
        ]
    );
    let own = program.get(&format!("{PLACE}/hubspot")).await.is(200);
    assert_eq!(own, all[0]);
    assert_ne!(own["account"]["name"], "");
    assert!(own["items"]["count"].as_u64().expect("a number") >= 30);
    let scopes = own["scopes"].as_array().expect("a list");
    assert!(scopes.contains(&json!("crm.objects.contacts.read")));
    let other = program.get(&format!("{PLACE}/notion")).await.is(200);
    assert_eq!(
        (&other["account"], &other["items"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_connection_is_told() {
    let world = connected().await;
    let program = world.program().await;
    world.control(&[("withdraw", "1")]).await;
    world.pass(jiff::SignedDuration::from_mins(31));
    program
        .get(&format!("{PLACE}/hubspot/token"))
        .await
        .problem(409, "reconnect-needed");
    let own = program.get(&format!("{PLACE}/hubspot")).await.is(200);
    assert_eq!(own["state"], "action_needed");
    assert_ne!(own["last_error"]["text"], "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_not_offered_is_told() {
    let world = World::with(&[("NOTION_CLIENT_ID", ""), ("NOTION_CLIENT_SECRET", "")]).await;
    let program = world.program().await;
    let other = program.get(&format!("{PLACE}/notion")).await.is(200);
    assert_eq!(other["state"], "not_configured");
    let loads = format!("{PLACE}/notion/loads");
    program
        .post(&loads, &json!({}))
        .await
        .problem(409, "provider-not-configured");
    program
        .get(&format!("{PLACE}/notion/token"))
        .await
        .problem(409, "provider-not-configured");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_disconnects_and_the_provider_is_told() {
    let world = loaded("10").await;
    let program = world.program().await;
    let done = program.delete(&format!("{PLACE}/hubspot")).await.is(200);
    assert_eq!(done["revocation"], "done");
    let own = program.get(&format!("{PLACE}/hubspot")).await.is(200);
    assert_eq!(
        (&own["state"], &own["items"]),
        (&json!("not_connected"), &Value::Null)
    );
    program
        .delete(&format!("{PLACE}/hubspot"))
        .await
        .problem(404, "not-connected");
}
