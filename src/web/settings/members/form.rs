//! The form of somebody who is to become a member: what was entered, and what is wrong with it.

use crate::identity::{Role, check_email};
use crate::web::form::{Fields, own_id};
use crate::web::site::Site;

/// The form, for an invitation or for an account.
pub struct Form {
    /// The id that an invitation will have, so that a form that is sent twice makes one.
    pub(super) id: String,
    pub(super) email: String,
    pub(super) role: Option<Role>,
    pub(super) email_fault: Option<String>,
    /// What concerns no field.
    pub(super) fault: Option<String>,
}

impl Form {
    /// The form as it is opened.
    pub(super) fn empty(site: &Site) -> Self {
        Self {
            id: site.entropy.name(),
            email: String::new(),
            role: Some(Role::Member),
            email_fault: None,
            fault: None,
        }
    }

    /// A form that was sent: `id`, `email`, `role`.
    pub(super) fn read(site: &Site, fields: &Fields) -> Self {
        let empty = Self::empty(site);
        Self {
            id: own_id(fields).map_or(empty.id, str::to_owned),
            email: fields.get("email").trim().to_owned(),
            role: Role::named(fields.get("role")),
            ..empty
        }
    }

    /// Whom it asks for, with an email or without; `None` where something is wrong, which is marked.
    pub(super) fn entered(&mut self) -> Option<(Option<String>, Role)> {
        let email = match self.email.is_empty() {
            true => Ok(None),
            false => check_email(&self.email).map(Some),
        };
        if let Err(bad) = &email {
            self.email_fault = Some(format!("The email {bad}."));
        }
        if self.role.is_none() {
            self.fault = Some("Choose what they may do: member or admin.".to_owned());
        }
        email.ok().zip(self.role)
    }

    /// Whether something is wrong with it.
    pub(super) fn is_faulty(&self) -> bool {
        self.email_fault.is_some() || self.fault.is_some()
    }

    /// Whether it is for an admin.
    pub(super) fn admin(&self) -> bool {
        self.role == Some(Role::Admin)
    }
}
