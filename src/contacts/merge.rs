//! What was entered, and what changed meanwhile elsewhere: which of it is sent.
//!
//! Providers have no way to write only if nothing changed, so the contact is read just before. What changes in the
//! moment between is overwritten where the same property is sent.

use std::collections::BTreeMap;

use super::Entered;
use crate::providers::Contact;

/// The same was changed here and elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The contact as it is now.
    pub contact: Contact,
    /// The properties that both changed, to different values.
    pub both: Vec<String>,
}

/// What comes of it.
#[derive(Debug, PartialEq)]
pub(super) enum Merged {
    /// These properties are to be set.
    Send(BTreeMap<String, String>),
    /// Nothing is to be set before the person has chosen.
    Conflict(Vec<String>),
}

/// What is to be sent, and what was changed elsewhere alone, which stays as it is there.
pub(super) fn merge(entered: &Entered, now: &Contact) -> (Merged, Vec<String>) {
    let moved = entered.base.is_none() || now.updated_at != entered.base;
    let changed: BTreeMap<&str, &str> = entered.changed().collect();
    let (mut send, mut both, mut elsewhere) = (BTreeMap::new(), Vec::new(), Vec::new());
    for name in entered.values.keys() {
        let there = there(now, name);
        let changed_there = moved && there != entered.was(name);
        match changed.get(name.as_str()) {
            None if changed_there => elsewhere.push(name.clone()),
            None => {}
            Some(value) if *value == there => {}
            Some(_) if changed_there => both.push(name.clone()),
            Some(value) => {
                send.insert(name.clone(), (*value).to_owned());
            }
        }
    }
    let merged = match both.is_empty() {
        true => Merged::Send(send),
        false => Merged::Conflict(both),
    };
    (merged, elsewhere)
}

/// What a contact has of a property, with the line ends of what is entered.
pub(super) fn there(contact: &Contact, property: &str) -> String {
    let value = contact.properties.get(property);
    value.map(|value| unix_lines(value)).unwrap_or_default()
}

/// A text with the line ends that Unix has.
pub fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}
