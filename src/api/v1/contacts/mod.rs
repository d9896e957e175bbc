//! `/api/v1/connections/{provider}/contacts`: the contacts of the account, at the provider itself.

mod cursor;
pub mod read;
pub mod write;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::V1;
use super::problem::{Problem, Type};
use crate::activity::By;
use crate::contacts::Desk;
use crate::owner::Owner;
use crate::providers::Profile;

/// What reading contacts answers beside what every route may.
pub const READ: &[Type] = &[
    Type::ProviderUnknown,
    Type::CapabilityMissing,
    Type::ProviderNotConfigured,
    Type::NotConnected,
    Type::ReconnectNeeded,
    Type::PermissionMissing,
    Type::PermissionDenied,
    Type::ProviderUnavailable,
    Type::ProviderLimited,
];
/// What reading one answers beside.
pub const ONE: &[Type] = &[Type::ContactNotFound];
/// What changing them answers beside.
pub const WRITE: &[Type] = &[
    Type::ContactRefused,
    Type::ContactTaken,
    Type::ContactMerged,
    Type::OutcomeUnknown,
];

/// A contact, as the provider has it.
#[derive(Serialize, ToSchema)]
pub struct Contact {
    /// The provider's own id.
    id: String,
    /// What a person would call it; never empty.
    name: String,
    /// What its properties say, as the provider names them. Those that say nothing are not there.
    properties: BTreeMap<String, String>,
    /// When it was made.
    created_at: Option<Timestamp>,
    /// When it was last changed.
    updated_at: Option<Timestamp>,
    /// The provider's own page of it.
    #[schema(format = "uri")]
    url: Option<String>,
}

impl Contact {
    fn of(contact: crate::providers::Contact) -> Self {
        Self {
            id: contact.id,
            name: contact.name,
            properties: contact.properties,
            created_at: contact.created_at,
            updated_at: contact.updated_at,
            url: contact.url,
        }
    }
}

/// The contacts of a connection, to read them.
async fn desk(v1: &V1, owner: &Owner, by: By, profile: &Profile) -> Result<Desk, Problem> {
    if v1.contacts.facts(profile.id).is_none() {
        return Err(no_contacts(profile));
    }
    Ok(v1.contacts.open(owner, profile.id, by).await?)
}

fn no_contacts(profile: &Profile) -> Problem {
    let detail = format!("{} has no contacts here.", profile.name);
    Problem::new(Type::CapabilityMissing, detail)
}

/// The contact of this id, with these properties beside the usual ones.
async fn one(desk: &Desk, id: &str, more: &[String]) -> Result<Contact, Problem> {
    let found = desk.get(id, more).await?;
    let found = found.ok_or_else(|| Problem::of(Type::ContactNotFound))?;
    Ok(Contact::of(found))
}
