//! What was entered, and what changed meanwhile elsewhere: which of it is sent.
//!
//! Providers have no way to write only if nothing changed, so the contact is read just before. What changes in the
//! moment between is overwritten where the same property is sent.

use std::collections::{BTreeMap, BTreeSet};

use super::Entered;
use crate::providers::{Contact, ContactFacts};

/// The same was changed here and elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The contact as it is now. It has another id than was meant, where that one was merged into it.
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
        let changed_there = match entered.was.get(name) {
            Some(was) => moved && *was != there,
            None => entered.unseen.contains(name) && !there.is_empty(),
        };
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

impl Entered {
    /// A contact as its form begins, with these properties beside the fields.
    pub fn of(contact: &Contact, facts: &ContactFacts, more: &[String]) -> Self {
        let fields = facts.fields.iter().map(|field| field.name.to_owned());
        let names = fields.chain(more.iter().cloned());
        let values: BTreeMap<_, _> = names
            .map(|name| (name.clone(), there(contact, &name)))
            .collect();
        Self {
            was: values.clone(),
            values,
            base: contact.updated_at,
            more: more.to_vec(),
            ..Self::default()
        }
    }

    /// The same on top of a contact as it is now: what was not changed here is as it is there, and what `both` changed
    /// is asked about.
    pub fn rebased(&self, contact: &Contact, both: Vec<String>) -> Self {
        let changed: BTreeMap<&str, &str> = self.changed().collect();
        let now = |name: &String| (name.clone(), there(contact, name));
        let was: BTreeMap<_, _> = self.values.keys().map(now).collect();
        let value = |(name, there): (&String, &String)| {
            let entered = changed.get(name.as_str()).copied();
            (name.clone(), entered.unwrap_or(there).to_owned())
        };
        Self {
            values: was.iter().map(value).collect(),
            was,
            base: contact.updated_at,
            asked: both.into_iter().collect(),
            unseen: BTreeSet::new(),
            ..self.clone()
        }
    }

    /// What a contact has now of a property that was just added. Where something else was entered for it, it is asked
    /// which of the two to keep.
    pub fn show(&mut self, contact: &Contact, property: &str) {
        let there = there(contact, property);
        let value = self.values.entry(property.to_owned()).or_default();
        if value.is_empty() {
            value.clone_from(&there);
        }
        if *value != there && !there.is_empty() {
            self.asked.insert(property.to_owned());
        }
        self.unseen.remove(property);
        self.was.insert(property.to_owned(), there);
    }
}

/// What a contact has of a property, as a form gives it back: with other line ends, and another character for the null
/// that no page can hold.
pub(super) fn there(contact: &Contact, property: &str) -> String {
    let value = contact.properties.get(property);
    let value = value.map(|value| unix_lines(value)).unwrap_or_default();
    value.replace('\0', "\u{fffd}")
}

/// A text with the line ends that Unix has.
pub fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}
