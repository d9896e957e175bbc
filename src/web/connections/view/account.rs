//! One of the two accounts that a person chooses between.

use super::LONGEST_ACCOUNT;
use super::facts::LONGEST_FACT;
use crate::providers::Account;
use crate::web::words::shortened;

/// One of the two accounts that a person chooses between.
pub struct AccountSide {
    pub name: String,
    pub facts: Vec<(String, String)>,
}

impl AccountSide {
    pub fn new(account: &Account) -> Self {
        // What only says the name once more does not help to choose.
        let facts = account.facts.iter();
        let facts = facts.filter(|(_, value)| *value != account.name);
        let facts = facts.map(|(label, value)| (label.clone(), shortened(value, LONGEST_FACT)));
        Self {
            name: shortened(&account.name, LONGEST_ACCOUNT),
            facts: facts.collect(),
        }
    }
}
