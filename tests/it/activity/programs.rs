//! What programs do with their keys.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{assert_from_here, told, trail};
use crate::support::World;

const TOKEN: &str = "/api/v1/connections/hubspot/token";

async fn connected(world: &World) -> crate::support::Browser {
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    ada
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_reading_of_a_token_in_an_hour_is_told_with_its_key() {
    let world = World::start().await;
    let mut ada = connected(&world).await;
    let program = world.program().await;
    // From here on an hour begins, and nothing else comes in between.
    let now = world.clock.now().as_second();
    world.pass(SignedDuration::from_secs(3_600 - now.rem_euclid(3_600)));
    for _ in 0..3 {
        assert_eq!(program.get(TOKEN).await.status, 200);
    }
    let rows = trail(&mut ada).await;
    let reads = rows.iter().filter(|row| row.what == "Token read");
    assert_eq!(reads.count(), 1, "{rows:?}");
    assert_eq!(rows[0].who, "key sync of ada");
    assert_eq!(rows[0].about, "HubSpot");
    assert_from_here(&rows[0]);
    // Another key, another reading; the history of the connection counts all of them.
    let other = world.program().await;
    assert_eq!(other.get(TOKEN).await.status, 200);
    world.pass(SignedDuration::from_mins(61));
    let mut ada = world.person("acme", "ada").await;
    assert_eq!(program.get(TOKEN).await.status, 200);
    let told = told(&mut ada).await;
    let reads = told.iter().filter(|what| *what == "Token read");
    assert_eq!(reads.count(), 3, "{told:?}");
    let history = ada.get("/connections/hubspot").await.texts(".history li");
    let counted = history.iter().any(|event| event.contains("4 times"));
    assert!(counted, "{history:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_reported_as_refused_is_told_and_cannot_be_told_at_will() {
    let world = World::start().await;
    let mut ada = connected(&world).await;
    let program = world.program().await;
    let token = program.get(TOKEN).await.body["access_token"].clone();
    let digest = Sha256::digest(token.as_str().expect("a token").as_bytes());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    for _ in 0..3 {
        let report = json!({ "sha256": hex });
        let answer = program.post(&format!("{TOKEN}/rejected"), &report).await;
        assert_eq!(answer.status, 200);
        // Of a connection that is not there nothing is told.
        let elsewhere = "/api/v1/connections/notion/token/rejected";
        assert_eq!(program.post(elsewhere, &report).await.status, 404);
    }
    let rows = trail(&mut ada).await;
    let reports = rows
        .iter()
        .filter(|row| row.what == "Token reported as refused");
    let reports: Vec<_> = reports.collect();
    // Two, where an hour ends in between.
    assert!((1..=2).contains(&reports.len()), "{rows:?}");
    assert_eq!(reports[0].who, "key sync of ada");
    assert_from_here(reports[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_and_connections_of_programs_are_told_with_their_keys() {
    let world = World::start().await;
    let mut ada = connected(&world).await;
    let program = world.program().await;
    let contacts = "/api/v1/connections/hubspot/contacts";
    let made = json!({"properties": {"firstname": "Zuse"}});
    let made = program.post(contacts, &made).await;
    let id = made.body["id"].as_str().expect("an id").to_owned();
    let changed = json!({"properties": {"firstname": "Konrad"}});
    let one = format!("{contacts}/{id}");
    assert_eq!(program.patch(&one, &changed).await.status, 200);
    assert_eq!(program.delete(&one).await.status, 204);
    let end = "/api/v1/connections/hubspot";
    assert_eq!(program.delete(end).await.status, 200);
    let rows = trail(&mut ada).await;
    let seen: Vec<_> = rows
        .iter()
        .map(|row| (&row.what[..], &row.about[..]))
        .collect();
    let about = format!("HubSpot · {id}");
    let expected = [
        ("Disconnected", "HubSpot"),
        ("Contact deleted", &about),
        ("Contact changed", &about),
        ("Contact created", &about),
    ];
    assert_eq!(seen[..4], expected);
    for row in &rows[..4] {
        assert_eq!(row.who, "key sync of ada");
        assert_from_here(row);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_demo_a_classic_program_is_whom_it_says() {
    let world = World::start().await;
    let mut ada = connected(&world).await;
    let fields = [("user_id", "ada"), ("org_id", "acme")];
    let place = "/integrations/hubspot/credentials";
    let request = world.browser().request(Method::POST, place).form(&fields);
    assert_eq!(world.browser().send(request).await.status, 200);
    let row = trail(&mut ada).await.remove(0);
    assert_eq!((&row.what[..], &row.who[..]), ("Token read", "ada"));
    assert_from_here(&row);
}
