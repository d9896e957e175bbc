//! Whose contacts a form is about: the ids of contacts mean something in their own account alone.

use serde::{Deserialize, Serialize};

use super::Desk;

/// The account that a form was begun for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whose {
    /// The provider's id of the account.
    pub id: String,
    /// Its name, to tell people.
    pub name: String,
}

impl Desk {
    /// Whose contacts these are.
    pub fn whose(&self) -> Whose {
        Whose {
            id: self.account.id.clone(),
            name: self.account.name.clone(),
        }
    }

    /// Whether a form is about these contacts. One that does not say, as a program may send it, is taken to be.
    pub fn is_for(&self, whose: Option<&Whose>) -> bool {
        whose.is_none_or(|whose| whose.id == self.account.id)
    }
}
