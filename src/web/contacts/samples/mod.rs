//! Every page of contacts, rendered in every state.

mod states;

use std::collections::BTreeMap;

use askama::Template;

use super::address::Address;
use super::view::{
    ContactsPage, DeletePage, FormView, GonePage, Head, ListView, Notes, Setting, Subject, Told,
};
use crate::contacts::{Barrier, Entered, ROW, Whose};
use crate::providers::{
    Contact, ContactFacts, ContactField, ContactPage, Fault, Input, Profile, Property, Registry,
};
use crate::vault::Ended;
use crate::web::samples::{frame, full_frame, keep, minutes, now};

const fn field(name: &'static str, label: &'static str, input: Input) -> ContactField {
    ContactField {
        name,
        label,
        input,
        hint: Some("What to know of it."),
        choices: &[],
    }
}

/// What is known of the contacts of a sample.
pub static FACTS: ContactFacts = ContactFacts {
    stream: "contacts",
    read: "contacts.read",
    write: "contacts.write",
    fields: &[
        field("email", "Email", Input::Email),
        field("firstname", "First name", Input::Text),
        field("phone", "Phone", Input::Phone),
        field("stage", "Stage", Input::Choice),
    ],
    needs_one_of: &["email"],
    search_lag: "The search shows changes after some seconds.",
    most_found: 10_000,
    longest_value: 65_536,
    kept_after_delete: "It can be restored for 90 days.",
};

fn profile() -> &'static Profile {
    let mut providers = Registry.all();
    let capable = providers.find(|provider| provider.contacts().is_some());
    capable.expect("a provider with contacts").profile()
}

fn address(query: &str) -> Address {
    Address::read(profile(), &FACTS, query).expect("an address")
}

fn contact(id: u32, name: &str) -> Contact {
    let properties = [
        ("email", "ada@example.com"),
        ("firstname", name),
        ("stage", "unknown here"),
        ("city", "London"),
        ("notes", "One line\nand \"another\" <b>"),
    ];
    let properties = properties.iter();
    Contact {
        id: id.to_string(),
        name: name.to_owned(),
        properties: properties
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect::<BTreeMap<_, _>>(),
        created_at: Some(minutes(-9_000)),
        updated_at: Some(minutes(-3)),
        url: Some("https://example.com/contacts/1".to_owned()),
        raw: serde_json::Value::Null,
    }
}

fn properties() -> Vec<Property> {
    let property = |name: &str, choices: &[(&str, &str)]| Property {
        name: name.to_owned(),
        label: format!("The {name}"),
        choices: choices
            .iter()
            .map(|(value, label)| ((*value).to_owned(), (*label).to_owned()))
            .collect(),
        writable: true,
    };
    vec![
        property("stage", &[("lead", "Lead"), ("customer", "Customer")]),
        property("city", &[]),
        property("zip", &[]),
    ]
}

fn page(address: &Address) -> ContactsPage {
    ContactsPage {
        frame: frame("contacts"),
        head: Head::new(profile(), "example.com", address),
        barrier: None,
        here: address.list(),
        list: None,
        form: None,
        may_write: true,
    }
}

fn list(address: &Address, names: &[&str], total: u64) -> ListView {
    let numbered = (1..).zip(names);
    let found = ContactPage {
        contacts: numbered.map(|(id, name)| contact(id, name)).collect(),
        total,
    };
    ListView::new(profile(), &FACTS, address, Some("1")).with(&found, address, now())
}

fn told(barrier: &Barrier) -> Told {
    Told::new(barrier, profile(), |_| true)
}

/// A form in which notes are told; of a contact, or a new one.
fn form(address: &Address, of: Option<Contact>, notes: &Notes, may_write: bool) -> FormView {
    let mut entered = match &of {
        Some(contact) => Entered::of(contact, &FACTS, &address.more),
        None => Entered::default(),
    };
    if notes.told == Some(Told::conflict(profile().name)) {
        let asked = ["phone", "stage", "notes"];
        entered.asked = asked.map(str::to_owned).into();
    }
    let setting = Setting {
        facts: &FACTS,
        address,
        now: now(),
    };
    let subject = Subject {
        id: of.as_ref().map(|_| "1"),
        contact: of,
    };
    FormView::new(
        &setting,
        &subject,
        &entered,
        &properties(),
        notes,
        may_write,
    )
}

fn rendered(name: &str, page: &impl Template) -> String {
    let html = page.render().expect("a page");
    keep(&format!("contacts {name}"), &html);
    for odd in ["None", "Some(", "the provider"] {
        assert!(!html.contains(odd), "{name}: {odd}");
    }
    html
}

fn fault(property: Option<&str>) -> Fault {
    Fault {
        property: property.map(str::to_owned),
        text: "It is not <right>".to_owned(),
    }
}
