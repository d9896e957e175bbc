//! One connection whose contacts can be worked on, and reading them.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::{Barrier, Contacts};
use crate::activity::{Action, By, Entry};
use crate::outbound::Call;
use crate::owner::Owner;
use crate::providers::{
    Account, Api, Contact, ContactError, ContactFacts, ContactPage, Contacts as Capability,
    Profile, Property,
};
use crate::vault::{CheckBearer, Connection};

/// Contacts on a page of the list.
pub const PER_PAGE: u32 = 50;
/// The longest that a person waits for something to read.
const READING: Duration = Duration::from_secs(12);
/// The longest that a person waits for all that a page needs.
const PAGE: Duration = Duration::from_secs(22);

/// The contacts of one connection.
#[derive(Clone)]
pub struct Desk {
    pub(super) service: Contacts,
    pub(super) owner: Owner,
    /// Who works on them.
    by: By,
    /// The provider.
    pub profile: &'static Profile,
    pub(super) capability: &'static dyn Capability,
    pub(super) account: Account,
    pub(super) call: Arc<Call>,
    pub(super) bearer: Arc<CheckBearer>,
    /// Whether they may also be changed.
    pub may_write: bool,
    /// Until when who opened it waits for whatever they ask.
    pub(super) until: Instant,
}

impl Contacts {
    pub(super) fn desk(
        &self,
        (owner, by): (&Owner, By),
        profile: &'static Profile,
        capability: &'static dyn Capability,
        api: &Api,
        connection: Connection,
    ) -> Desk {
        let setup = &self.setup;
        let bearer = CheckBearer::new(setup.vault.clone(), owner.clone(), profile.id);
        let bearer = Arc::new(bearer);
        let target = api.target(profile, connection.account.unit());
        let write = capability.facts().write;
        Desk {
            service: self.clone(),
            owner: owner.clone(),
            by,
            profile,
            capability,
            call: Arc::new(Call::new(setup.outbound.clone(), target, bearer.clone())),
            bearer,
            may_write: connection.scopes.iter().any(|granted| granted == write),
            account: connection.account,
            until: Instant::now() + PAGE,
        }
    }
}

impl Desk {
    /// Notes in the trail what was done to a contact.
    pub(super) async fn note_action(&self, action: Action, contact: &str) {
        let entry = Entry::of(&self.by, &self.owner, action);
        let entry = entry.at(self.profile.id).about(contact);
        self.service.setup.activity.note(&entry).await;
    }

    /// What is known of the provider's contacts without asking.
    pub fn facts(&self) -> &'static ContactFacts {
        self.capability.facts()
    }

    /// Whose account it is.
    pub fn account_name(&self) -> &str {
        &self.account.name
    }

    /// A page of the contacts that hold a text, from page 1; an empty one beyond what the provider pages through.
    pub async fn look(&self, text: &str, page: u32) -> Result<ContactPage, Barrier> {
        let from = u64::from(page.saturating_sub(1)).saturating_mul(PER_PAGE.into());
        self.search(text, from, PER_PAGE).await
    }

    /// The same from a place on, 0 for the first contact.
    pub async fn search(&self, text: &str, from: u64, most: u32) -> Result<ContactPage, Barrier> {
        let (call, account) = (&self.call, &self.account);
        let found = self.capability.search(call, account, text, from, most);
        let found = self.read(found).await?;
        found.map_err(|error| self.unreadable(error))
    }

    /// A contact with these properties beside the fields; `None` where there is none.
    pub async fn get(&self, id: &str, more: &[String]) -> Result<Option<Contact>, Barrier> {
        let found = self.capability.get(&self.call, &self.account, id, more);
        match self.read(found).await? {
            Ok(contact) => Ok(Some(contact)),
            Err(ContactError::NotFound) => Ok(None),
            Err(error) => Err(self.unreadable(error)),
        }
    }

    /// The properties that contacts can have. A form does without them where they cannot be had.
    pub async fn properties(&self) -> Arc<Vec<Property>> {
        let asked = async {
            let found = self.read(self.capability.properties(&self.call)).await?;
            found.map_err(|error| self.unreadable(error))
        };
        self.service.known.of(self, asked).await
    }

    async fn read<T>(&self, reading: impl Future<Output = T>) -> Result<T, Barrier> {
        let until = self.until.min(Instant::now() + READING);
        let read = tokio::time::timeout_at(until, reading).await;
        read.map_err(|_| Barrier::Late)
    }

    fn unreadable(&self, error: ContactError) -> Barrier {
        match error {
            ContactError::MissingPermission(scope) => {
                Barrier::of_permission(scope, |scope| self.has(scope))
            }
            error => Barrier::of_reading(error, &self.bearer),
        }
    }

    /// Whether the person allowed this when they connected. A desk is opened with the permission to read alone.
    pub(super) fn has(&self, scope: &str) -> bool {
        let facts = self.facts();
        scope == facts.read || (self.may_write && scope == facts.write)
    }
}
