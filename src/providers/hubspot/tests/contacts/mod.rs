//! Work on contacts, against recorded answers.

mod changes;
mod reads;
mod refusals;

use super::*;
use crate::providers::{Contact, ContactError, Contacts, Fault, Registry, Taken};
use serde_json::json;

const ID: &str = "713492963559";

/// Properties, as a form gives them.
fn given(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(pair).collect()
}

/// When the calls of these tests begin.
fn now() -> jiff::Timestamp {
    "2026-03-12T07:33:46Z".parse().expect("a time")
}

async fn get(server: &Server, id: &str) -> Result<Contact, ContactError> {
    HubSpot.get(&call(server), &account(), id, &[]).await
}

async fn create(server: &Server, pairs: &[(&str, &str)]) -> Result<Contact, ContactError> {
    let call = call(server);
    HubSpot
        .create(&call, &account(), &given(pairs), now())
        .await
}

async fn update(server: &Server, pairs: &[(&str, &str)]) -> Result<Contact, ContactError> {
    let call = call(server);
    HubSpot.update(&call, &account(), ID, &given(pairs)).await
}

async fn delete(server: &Server, id: &str) -> Result<(), ContactError> {
    HubSpot.delete(&call(server), &account(), id).await
}

/// What was asked, as methods and paths.
fn asked(server: &Server) -> Vec<String> {
    let line = |one: &crate::testing::http::Request| format!("{} {}", one.method, one.path());
    server.seen().iter().map(line).collect()
}

fn body(server: &Server, place: usize) -> Value {
    serde_json::from_str(&server.seen()[place].body).expect("JSON")
}

#[test]
fn the_registry_tells_whose_contacts_can_be_worked_on() {
    let with: Vec<_> = Registry.with_contacts().collect();
    for (provider, contacts) in &with {
        let (profile, facts) = (provider.profile(), contacts.facts());
        let stream = profile.stream(facts.stream).expect("a stream");
        assert!(stream.scopes.contains(&facts.read));
        for scope in [facts.read, facts.write] {
            assert!(profile.scopes.iter().any(|known| known.id == scope));
        }
        let is_field = |name: &str| facts.fields.iter().any(|field| field.name == name);
        assert!(facts.needs_one_of.iter().all(|name| is_field(name)));
        assert!(facts.fields.iter().all(|field| !field.label.is_empty()));
    }
    let ids: Vec<_> = with.iter().map(|(one, _)| one.profile().id).collect();
    assert_eq!(ids, ["hubspot"]);
}
