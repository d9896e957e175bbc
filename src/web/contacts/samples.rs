//! Every page of contacts, rendered in every state.

use crate::providers::{ContactFacts, ContactField, Input};

const fn field(name: &'static str, label: &'static str, input: Input) -> ContactField {
    ContactField {
        name,
        label,
        input,
        hint: None,
        choices: &[],
    }
}

/// What is known of the contacts of a sample.
pub const FACTS: ContactFacts = ContactFacts {
    stream: "contacts",
    read: "contacts.read",
    write: "contacts.write",
    fields: &[
        field("email", "Email", Input::Email),
        field("firstname", "First name", Input::Text),
        field("stage", "Stage", Input::Choice),
    ],
    needs_one_of: &["email"],
    search_lag: "The search shows changes after some seconds.",
    most_found: 10_000,
    kept_after_delete: "It can be restored for 90 days.",
};
