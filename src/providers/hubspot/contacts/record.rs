//! A CRM record as a contact, and a contact as the item that a load brings of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de::Error};
use serde_json::Value;

use super::super::streams::{self, CONTACT};
use super::super::wire::Record;
use crate::item::Item;
use crate::providers::{Account, Contact};

/// A record with the JSON that it was read from.
#[derive(Debug)]
pub(in super::super) struct Whole {
    raw: Value,
    record: Record,
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let raw = Value::deserialize(from)?;
        let record = Record::deserialize(&raw).map_err(D::Error::custom)?;
        Ok(Self { raw, record })
    }
}

impl Whole {
    /// What it says of a contact. An absorbed contact is answered with the one that it was merged into: the id is
    /// that of the answer.
    pub(in super::super) fn contact(self, account: &Account) -> Contact {
        let said = |(name, value): (&String, &Option<String>)| {
            let value = value.clone().filter(|value| !value.is_empty())?;
            Some((name.clone(), value))
        };
        let properties: BTreeMap<_, _> = self.record.properties.iter().filter_map(said).collect();
        let item = streams::item(self.record, &CONTACT, account);
        Contact {
            id: item.id,
            name: item.name,
            properties,
            created_at: item.creation_time,
            updated_at: item.last_modified_time,
            url: item.url,
            raw: self.raw,
        }
    }
}

/// The item that a load would bring: made of the record itself, by the same mapping.
pub(in super::super) fn item(account: &Account, contact: &Contact) -> Item {
    match Record::deserialize(&contact.raw) {
        Ok(record) => streams::item(record, &CONTACT, account),
        Err(_) => streams::item(unread(contact), &CONTACT, account),
    }
}

/// A contact with these properties set, of which an empty text clears one.
pub(super) fn with(
    account: &Account,
    contact: &Contact,
    properties: &BTreeMap<String, String>,
) -> Contact {
    let mut raw = contact.raw.clone();
    let own = raw.get_mut("properties").and_then(Value::as_object_mut);
    let set = |(name, value): (&String, &String)| (name.clone(), Value::from(value.as_str()));
    if let Some(own) = own {
        own.extend(properties.iter().map(set));
    }
    let whole = Whole::deserialize(raw);
    whole.map_or_else(|_| contact.clone(), |whole| whole.contact(account))
}

/// A contact that was not read of a record.
fn unread(contact: &Contact) -> Record {
    let some = |(name, value): (&String, &String)| (name.clone(), Some(value.clone()));
    let time = |time: Option<jiff::Timestamp>| time.map(|time| time.to_string());
    Record {
        id: contact.id.clone(),
        properties: contact.properties.iter().map(some).collect(),
        created_at: time(contact.created_at),
        updated_at: time(contact.updated_at),
        url: contact.url.clone(),
    }
}
