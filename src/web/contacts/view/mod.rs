//! What pages say of contacts: plain values for the templates.

mod field;
mod form;
mod list;
mod told;

use askama::Template;
use jiff::Timestamp;

use super::address::Address;
use crate::contacts::Whose;
use crate::providers::{ContactFacts, Profile};
use crate::web::frame::Frame;
use crate::web::words::shortened;

pub use field::Kind;
pub use form::{FormView, Notes, Subject};
pub use list::ListView;
pub use told::Told;

/// Names longer than this many characters are cut.
pub const LONGEST_NAME: usize = 120;

/// What a view is made in.
pub struct Setting<'a> {
    pub facts: &'static ContactFacts,
    pub address: &'a Address,
    pub now: Timestamp,
}

/// The head of a page of contacts.
pub struct Head {
    pub id: &'static str,
    pub name: &'static str,
    /// The letter in the provider's mark.
    pub initial: char,
    pub account: String,
    /// Where a new contact is made.
    pub new: String,
}

impl Head {
    pub fn new(profile: &'static Profile, account: &str, address: &Address) -> Self {
        Self {
            id: profile.id,
            name: profile.name,
            initial: profile.name.chars().next().unwrap_or('?'),
            account: shortened(account, LONGEST_NAME),
            new: address.other(None),
        }
    }
}

/// The list, and the form beside it.
#[derive(Template)]
#[template(path = "contacts/show.html", blocks = ["list", "form"])]
pub struct ContactsPage {
    pub frame: Frame,
    pub head: Head,
    /// What keeps all of it from being shown.
    pub barrier: Option<Told>,
    /// Where a reconnect leads back to.
    pub here: String,
    pub list: Option<ListView>,
    pub form: Option<FormView>,
    /// Whether contacts may be made and changed.
    pub may_write: bool,
}

/// The question whether to delete a contact.
#[derive(Template)]
#[template(path = "contacts/delete.html")]
pub struct DeletePage {
    pub frame: Frame,
    /// The contact's.
    pub name: String,
    pub id: String,
    pub provider: &'static str,
    /// What the provider keeps.
    pub kept: &'static str,
    pub action: String,
    /// The way back, to the contact.
    pub form: String,
    pub token: String,
    /// Whose contact it is.
    pub account: Whose,
    /// What came of it when it was tried.
    pub told: Option<Told>,
}

/// The page of a contact that is not there.
#[derive(Template)]
#[template(path = "contacts/gone.html", blocks = ["gone"])]
pub struct GonePage {
    pub frame: Frame,
    /// The provider's.
    pub name: &'static str,
    pub list: String,
}
