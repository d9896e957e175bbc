//! What is known of HubSpot's contacts without asking.

use super::super::super::{ContactFacts, ContactField, Input};

/// The permission to read contacts.
pub(in super::super) const READ: &str = "crm.objects.contacts.read";
/// The permission to make, change and delete contacts.
pub(in super::super) const WRITE: &str = "crm.objects.contacts.write";

/// A search pages through so many results at most, however many it finds.
pub(super) const MOST_FOUND: u64 = 10_000;

/// HubSpot's texts take so many characters.
const LONGEST_VALUE: usize = 65_536;

pub(super) static FACTS: ContactFacts = ContactFacts {
    stream: "contacts",
    read: READ,
    write: WRITE,
    fields: &[
        ContactField {
            name: "email",
            label: "Email",
            input: Input::Email,
            ..TEXT
        },
        ContactField {
            name: "firstname",
            label: "First name",
            ..TEXT
        },
        ContactField {
            name: "lastname",
            label: "Last name",
            ..TEXT
        },
        ContactField {
            name: "phone",
            label: "Phone",
            input: Input::Phone,
            ..TEXT
        },
        ContactField {
            name: "company",
            label: "Company",
            ..TEXT
        },
        ContactField {
            name: "jobtitle",
            label: "Job title",
            ..TEXT
        },
        ContactField {
            name: "lifecyclestage",
            label: "Lifecycle stage",
            input: Input::Choice,
            hint: Some("It moves forward only: to go back, clear it and save first."),
            choices: STAGES,
        },
    ],
    needs_one_of: &["email", "firstname", "lastname"],
    search_lag: "HubSpot's search shows what was made or changed only after some moments.",
    most_found: MOST_FOUND,
    longest_value: LONGEST_VALUE,
    kept_after_delete: "HubSpot keeps a deleted contact for 90 days, in which it can be restored there.",
};

/// What the fields have in common.
const TEXT: ContactField = ContactField {
    name: "",
    label: "",
    input: Input::Text,
    hint: None,
    choices: &[],
};

/// The stages that every account begins with, in the order in which a contact goes through them.
const STAGES: &[(&str, &str)] = &[
    ("subscriber", "Subscriber"),
    ("lead", "Lead"),
    ("marketingqualifiedlead", "Marketing Qualified Lead"),
    ("salesqualifiedlead", "Sales Qualified Lead"),
    ("opportunity", "Opportunity"),
    ("customer", "Customer"),
    ("evangelist", "Evangelist"),
    ("other", "Other"),
];
