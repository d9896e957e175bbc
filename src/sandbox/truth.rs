//! What a client should end up with, in one shape for all stand-ins, so that tests can compare a load with the
//! stand-in's own count.

use std::collections::BTreeMap;

use serde::Serialize;

/// What a load of everything brings of one account that shares everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Truth {
    /// The account, by its value in the chooser of the consent page.
    pub account: String,
    /// How many items there are of each type.
    pub counts: BTreeMap<&'static str, u64>,
}

impl Truth {
    /// The truth about an account.
    pub fn new(
        account: impl Into<String>,
        counts: impl IntoIterator<Item = (&'static str, u64)>,
    ) -> Self {
        Self {
            account: account.into(),
            counts: counts.into_iter().collect(),
        }
    }
}
