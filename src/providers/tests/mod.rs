//! The recorded payloads of all providers. What each is and what it must come to follows from its row of the
//! index and from what it holds, so a new one is looked at without a change here.

mod alive;
mod check;
mod class;
mod copies;
mod facts;
mod failures;
mod grants;
pub mod index;
mod pages;
mod refusals;
mod rules;

use crate::providers::Registry;
use crate::providers::testing::folder;

/// The providers that payloads were recorded of: all that people can use.
fn recorded() -> Vec<&'static str> {
    let ids = Registry.ids();
    for id in &ids {
        assert!(folder(id).is_dir(), "{id} has no payloads");
    }
    ids
}

#[tokio::test]
async fn every_payload_comes_to_what_it_says() {
    for id in recorded() {
        let findings = check::folder(id, &folder(id)).await;
        assert!(findings.faults.is_empty(), "{id}: {:#?}", findings.faults);
    }
}

#[tokio::test]
async fn each_sort_of_payload_was_recorded_somewhere() {
    use class::Class;
    let mut found = Vec::new();
    for id in recorded() {
        let rows = index::rows(&folder(id));
        found.extend(rows.iter().map(|row| Class::of(row, facts::of(id))));
    }
    for class in [
        Class::Grant,
        Class::Refusal,
        Class::Introspection,
        Class::Revocation,
        Class::Callback,
        Class::Account,
        Class::Page,
        Class::Failure,
        Class::Names,
    ] {
        assert!(found.contains(&class), "no payload is a {class:?}");
    }
}
