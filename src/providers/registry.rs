//! The providers there are. Adding one is a line here.

use super::{Contacts, Provider};

/// All providers, in the order of their cards.
static PROVIDERS: &[&dyn Provider] = &[
    // One line each.
    &super::hubspot::HubSpot,
    &super::notion::Notion,
    &super::airtable::Airtable,
];

/// Finds providers by id.
#[derive(Clone, Copy, Default)]
pub struct Registry;

impl Registry {
    /// All of them, in the order of their cards.
    pub fn all(self) -> impl Iterator<Item = &'static dyn Provider> {
        PROVIDERS.iter().copied()
    }

    /// Their ids.
    pub fn ids(self) -> Vec<&'static str> {
        self.all().map(|provider| provider.profile().id).collect()
    }

    /// The one with this id.
    pub fn get(self, id: &str) -> Option<&'static dyn Provider> {
        self.all().find(|provider| provider.profile().id == id)
    }

    /// Those whose contacts people can work on, in the order of their cards.
    pub fn with_contacts(
        self,
    ) -> impl Iterator<Item = (&'static dyn Provider, &'static dyn Contacts)> {
        self.all()
            .filter_map(|provider| Some((provider, provider.contacts()?)))
    }
}
