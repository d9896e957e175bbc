//! Work on HubSpot's contacts.

mod asks;
mod definitions;
mod facts;
mod record;
mod refusals;

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::problem::{EMAIL, is_id};
use super::{Account, HubSpot};
use crate::item::Item;
use crate::outbound::{Call, CallError, Request};
use crate::providers::{
    Contact, ContactError, ContactFacts, ContactPage, Contacts, Fault, Input, Property, Taken,
};
pub(super) use asks::SEARCHES;
pub(super) use definitions::Definitions;
use facts::{FACTS, MOST_FOUND};
pub(super) use facts::{READ, WRITE};
pub(super) use record::Whole;
use refusals::{explain, explain_change};

/// The most that a search is asked for at once, half of what HubSpot gives.
const PAGE_SIZE: u64 = 100;
/// So far may HubSpot's clock be behind ours.
const CLOCKS_APART: Duration = Duration::from_secs(60);

/// A page of a search. Recorded ones have a `paging` as well, whose cursor is the offset.
#[derive(Debug, Deserialize)]
pub(super) struct Found {
    results: Vec<Whole>,
    #[serde(default)]
    total: u64,
}

#[async_trait]
impl Contacts for HubSpot {
    fn facts(&self) -> &'static ContactFacts {
        &FACTS
    }

    async fn search(
        &self,
        call: &Call,
        account: &Account,
        text: &str,
        from: u64,
        most: u32,
    ) -> Result<ContactPage, ContactError> {
        let limit = PAGE_SIZE
            .min(most.into())
            .min(MOST_FOUND.saturating_sub(from));
        // Beyond the last page there is no more to ask for than how many there are.
        let (asked_from, asked) = if limit == 0 { (0, 1) } else { (from, limit) };
        let too_long = || refused("The text to search for is too long for HubSpot.");
        let request = asks::search(text, asked_from, asked).ok_or_else(too_long)?;
        let mut found: Found = read(call, &request).await?;
        if limit == 0 {
            found.results.clear();
        }
        let seen = from.saturating_add(found.results.len() as u64);
        let total = match found.results.is_empty() {
            true => found.total,
            false => found.total.max(seen),
        };
        let results = found.results.into_iter();
        let contacts = results.map(|whole| whole.contact(account)).collect();
        Ok(ContactPage { contacts, total })
    }

    async fn properties(&self, call: &Call) -> Result<Vec<Property>, ContactError> {
        let definitions: Definitions = read(call, &asks::definitions()).await?;
        Ok(definitions.properties())
    }

    async fn get(
        &self,
        call: &Call,
        account: &Account,
        id: &str,
        more: &[String],
    ) -> Result<Contact, ContactError> {
        if !is_id(id) {
            return Err(ContactError::NotFound);
        }
        let request = asks::by_id(id, more.iter()).ok_or_else(too_many)?;
        let whole: Whole = read(call, &request).await?;
        Ok(whole.contact(account))
    }

    async fn create(
        &self,
        call: &Call,
        account: &Account,
        properties: &BTreeMap<String, String>,
        now: Timestamp,
    ) -> Result<Contact, ContactError> {
        let given = properties.iter().filter(|(_, value)| !value.is_empty());
        let given: BTreeMap<&String, &String> = given.collect();
        needs_one(&given)?;
        match call.read::<Whole>(&asks::create(&given)).await {
            Ok(whole) => Ok(whole.contact(account)),
            Err(CallError::Unclear(why)) => match look(call, account, &given).await {
                Some(found) if is_ours(&found, &given, now) => Ok(found),
                Some(found) => Err(taken(found)),
                None => Err(ContactError::Unclear(*why)),
            },
            Err(error) => Err(explain_change(error)),
        }
    }

    async fn update(
        &self,
        call: &Call,
        account: &Account,
        id: &str,
        properties: &BTreeMap<String, String>,
    ) -> Result<Contact, ContactError> {
        if !is_id(id) {
            return Err(ContactError::NotFound);
        }
        // Before the change, so that what was changed can be read.
        asks::by_id(id, properties.keys()).ok_or_else(too_many)?;
        if properties.is_empty() {
            return self.get(call, account, id, &[]).await;
        }
        let changed = call.read::<Whole>(&asks::update(id, properties)).await;
        // The answer to a change holds some of the properties alone.
        let id = changed.map_err(explain_change)?.contact(account).id;
        let more: Vec<String> = properties.keys().cloned().collect();
        let whole = self.get(call, account, &id, &more).await;
        whole.map_err(|error| ContactError::Unread(Box::new(error)))
    }

    async fn delete(&self, call: &Call, account: &Account, id: &str) -> Result<(), ContactError> {
        // HubSpot answers the same to a deletion of what is not there. What was merged into another contact is not
        // there either: the other was not meant.
        let found = self.get(call, account, id, &[]).await?;
        if found.id != id {
            return Err(ContactError::NotFound);
        }
        match call.done(&asks::delete(id)).await {
            // It was there just before, and an earlier try of this call may have done it.
            Err(CallError::Unclear(why)) if why.is_absence() => Ok(()),
            other => other.map_err(explain),
        }
    }

    fn item(&self, account: &Account, contact: &Contact) -> Item {
        record::item(account, contact)
    }

    fn with(
        &self,
        account: &Account,
        contact: &Contact,
        properties: &BTreeMap<String, String>,
    ) -> Contact {
        record::with(account, contact, properties)
    }
}

async fn read<T: DeserializeOwned>(call: &Call, request: &Request) -> Result<T, ContactError> {
    call.read(request).await.map_err(explain)
}

fn refused(text: &str) -> ContactError {
    ContactError::Refused(vec![Fault {
        property: None,
        text: text.to_owned(),
    }])
}

fn too_many() -> ContactError {
    refused("These are more properties than HubSpot can be asked for at once.")
}

/// HubSpot documents that a new contact needs one of three properties.
fn needs_one(given: &BTreeMap<&String, &String>) -> Result<(), ContactError> {
    let says = |name: &str| {
        let value = given.iter().find(|(given, _)| given.as_str() == name);
        value.is_some_and(|(_, value)| !value.trim().is_empty())
    };
    if FACTS.needs_one_of.iter().any(|name| says(name)) {
        return Ok(());
    }
    Err(refused(
        "A contact needs an email, a first name or a last name.",
    ))
}

/// Looks for a contact that was made perhaps, by its email; not by a search, which would not know it yet.
async fn look(
    call: &Call,
    account: &Account,
    given: &BTreeMap<&String, &String>,
) -> Option<Contact> {
    let email = given.get(&EMAIL.to_owned())?;
    let request = asks::by_email(email.trim(), given.keys().copied())?;
    let whole: Whole = call.read(&request).await.ok()?;
    Some(whole.contact(account))
}

/// Another contact has the email.
fn taken(by: Contact) -> ContactError {
    ContactError::Taken(Taken {
        property: Some(EMAIL.to_owned()),
        by: Some(by.id),
    })
}

/// Whether a contact was made by the call that began `now`: it is as young, and says the same in the fields of the
/// form that HubSpot keeps as they are sent. Others it writes in its own way, such as telephone numbers and dates.
fn is_ours(found: &Contact, given: &BTreeMap<&String, &String>, now: Timestamp) -> bool {
    let began = now.saturating_sub(CLOCKS_APART).unwrap_or(now);
    let is_young = found.created_at.is_some_and(|at| at >= began);
    let is_text = |name: &str| {
        let field = FACTS.fields.iter().find(|field| field.name == name);
        field.is_some_and(|field| matches!(field.input, Input::Text | Input::Email))
    };
    let same = |(name, value): (&&String, &&String)| {
        let kept = found.properties.get(*name).map_or("", String::as_str);
        kept.trim().to_lowercase() == value.trim().to_lowercase()
    };
    is_young && given.iter().filter(|(name, _)| is_text(name)).all(same)
}
