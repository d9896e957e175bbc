//! The capability to work on the contacts of an account, for providers that have contacts.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;

use super::Account;
use crate::item::Item;
use crate::outbound::{Call, CallError};

/// What is known of a provider's contacts without asking it, as data. Pages and checks follow from it.
pub struct ContactFacts {
    /// The stream whose items contacts are.
    pub stream: &'static str,
    /// The permission to see them.
    pub read: &'static str,
    /// The permission to make, change and delete them.
    pub write: &'static str,
    /// What the form has a field for, in its order; other properties are added by their name.
    pub fields: &'static [ContactField],
    /// Of these fields a new contact needs at least one.
    pub needs_one_of: &'static [&'static str],
    /// How old what a search shows may be, as a sentence.
    pub search_lag: &'static str,
    /// The most that a search pages through.
    pub most_found: u64,
    /// The longest value that a property takes, in characters.
    pub longest_value: usize,
    /// What the provider keeps of a deleted contact, as a sentence.
    pub kept_after_delete: &'static str,
}

/// A field of the form.
pub struct ContactField {
    /// The property, as the provider names it.
    pub name: &'static str,
    /// For people: 'First name'.
    pub label: &'static str,
    /// How it is entered.
    pub input: Input,
    /// What to know before entering it, as a sentence.
    pub hint: Option<&'static str>,
    /// What can be chosen where the account's own choices cannot be had: what is sent, and what people read.
    pub choices: &'static [(&'static str, &'static str)],
}

/// How a property is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// A line of text.
    Text,
    /// An email address.
    Email,
    /// A telephone number.
    Phone,
    /// One of the choices that the account has for it.
    Choice,
}

/// A contact as the provider has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Contact {
    /// The provider's own id.
    pub id: String,
    /// What a person would call it; never empty.
    pub name: String,
    /// What its properties say; those that say nothing are not there.
    pub properties: BTreeMap<String, String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it was last changed. Providers move it some seconds after a change once more, when they have computed
    /// something of it.
    pub updated_at: Option<Timestamp>,
    /// The provider's own page of it; always `https`.
    pub url: Option<String>,
    /// The provider's own object, untouched.
    pub raw: Value,
}

/// Some contacts that a search found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContactPage {
    /// In the order of the search.
    pub contacts: Vec<Contact>,
    /// How many there are in all.
    pub total: u64,
}

/// A property of the account's contacts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// As the provider names it.
    pub name: String,
    /// For people.
    pub label: String,
    /// Its choices: what is sent, and what people read; none where it is not a choice, or takes several of them, which
    /// are entered as a text then.
    pub choices: Vec<(String, String)>,
    /// Whether it can be set at all.
    pub writable: bool,
}

/// Something that the provider does not accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The property; `None` where it concerns the whole.
    pub property: Option<String>,
    /// What is wrong with it, in the provider's words.
    pub text: String,
}

/// That another contact has what must be a contact's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// The property, such as the email; `None` where the provider does not tell.
    pub property: Option<String>,
    /// The id of the contact that has it, where the provider tells.
    pub by: Option<String>,
}

/// Why contacts cannot be shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum ContactError {
    /// The provider does not accept what was sent; nothing was changed.
    #[error("the provider does not accept what was sent")]
    Refused(Vec<Fault>),
    /// Another contact has what must be its own; nothing was changed. Only making and changing end so.
    #[error("there is such a contact already")]
    Taken(Taken),
    /// There is no such contact.
    #[error("there is no such contact")]
    NotFound,
    /// A permission is missing: the one that Patchbay asks for, where it is among those that would do; otherwise in
    /// the provider's words.
    #[error("the permission '{0}' is missing")]
    MissingPermission(String),
    /// Whether it was done is not known: no answer came, and it must not be repeated blindly.
    #[error("whether it was done is not known: the provider {0}")]
    Unclear(CallError),
    /// It was done, but what came of it could not be read, whatever kept it from that.
    #[error("it was done, but what came of it could not be read: {0}")]
    Unread(Box<ContactError>),
    /// The call brought nothing, and nothing was changed.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// Reads and changes contacts. Nothing that changes anything is repeated after it may have been done, unless doing it
/// twice comes to the same.
#[async_trait]
pub trait Contacts: Send + Sync {
    /// What is known of them.
    fn facts(&self) -> &'static ContactFacts;

    /// Contacts that hold a text, from a place on (0 for the first), those that were changed last first; an empty text
    /// finds all. Beyond [`ContactFacts::most_found`] there are none, though they are counted. A page may hold less
    /// than was asked for without being the last.
    async fn search(
        &self,
        call: &Call,
        account: &Account,
        text: &str,
        from: u64,
        most: u32,
    ) -> Result<ContactPage, ContactError>;

    /// The properties that contacts of the account can have.
    async fn properties(&self, call: &Call) -> Result<Vec<Property>, ContactError>;

    /// The contact with this id, with the fields of [`ContactFacts::fields`] and these properties beside. The answer may
    /// have another id, where the contact was merged into another.
    async fn get(
        &self,
        call: &Call,
        account: &Account,
        id: &str,
        more: &[String],
    ) -> Result<Contact, ContactError>;

    /// Makes a contact and answers it. Where no answer came, looks whether it was made since `now`, which is when the
    /// call begins.
    async fn create(
        &self,
        call: &Call,
        account: &Account,
        properties: &BTreeMap<String, String>,
        now: Timestamp,
    ) -> Result<Contact, ContactError>;

    /// Sets these properties of a contact (an empty text clears one) and answers the whole contact.
    async fn update(
        &self,
        call: &Call,
        account: &Account,
        id: &str,
        properties: &BTreeMap<String, String>,
    ) -> Result<Contact, ContactError>;

    /// Takes a contact away. One that is not there is [`ContactError::NotFound`], unless this call may have taken it
    /// away itself.
    async fn delete(&self, call: &Call, account: &Account, id: &str) -> Result<(), ContactError>;

    /// A contact as the item that a load would bring.
    fn item(&self, account: &Account, contact: &Contact) -> Item;

    /// A contact with these properties set, as far as that can be said without asking: for one that was changed and
    /// could not be read again. Its times are those that it had.
    fn with(
        &self,
        account: &Account,
        contact: &Contact,
        properties: &BTreeMap<String, String>,
    ) -> Contact;
}
