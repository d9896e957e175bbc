//! Faults on demand: which calls fail next, and how.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{
    data::Kind,
    endpoint::{Call, Target},
};

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Fault {
    #[serde(rename = "429")]
    TooMany,
    #[serde(rename = "429daily")]
    Daily,
    #[default]
    #[serde(rename = "500")]
    Internal,
    #[serde(rename = "502html")]
    BadGateway,
    #[serde(rename = "423")]
    Locked,
    /// The account moves between data centres.
    #[serde(rename = "477")]
    Moving,
    /// The work is done, the answer comes after a minute.
    #[serde(rename = "timeout")]
    Timeout,
    /// The answer ends early and says so nowhere but in its JSON.
    #[serde(rename = "truncated")]
    Truncated,
    /// A page of HTML with status 200.
    #[serde(rename = "html200")]
    HtmlOk,
    /// A page without rows but with a cursor.
    #[serde(rename = "emptypage")]
    EmptyPage,
    /// Fields that nobody has heard of.
    #[serde(rename = "extra")]
    Extra,
    /// The work is done, the connection is closed in the middle of the answer.
    #[serde(rename = "reset")]
    Reset,
}

/// Which calls a fault hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum On {
    #[default]
    Any,
    Token,
    Contacts,
    Companies,
    Deals,
    Account,
    Search,
}

/// Every value of [`Fault`] and [`On`], as forms and JSON write them.
pub const FAULTS: [&str; 12] = [
    "429",
    "429daily",
    "500",
    "502html",
    "423",
    "477",
    "timeout",
    "truncated",
    "html200",
    "emptypage",
    "extra",
    "reset",
];
pub const TARGETS: [&str; 7] = [
    "any",
    "token",
    "contacts",
    "companies",
    "deals",
    "account",
    "search",
];

impl FromStr for Fault {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_value(text.into())
    }
}

impl FromStr for On {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_value(text.into())
    }
}

/// The faults that are still to come.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Plan {
    /// So many matching calls still fail.
    pub fail_next: u64,
    pub fail_kind: Fault,
    pub fail_on: On,
    /// So many matching calls still pass first.
    pub fail_after: u64,
}

impl Plan {
    /// The fault that hits this call, if any. Counts the plan down.
    pub fn take(&mut self, call: &Call) -> Option<Fault> {
        if self.fail_next == 0 || !self.matches(call) {
            return None;
        }
        if self.fail_after > 0 {
            self.fail_after -= 1;
            return None;
        }
        self.fail_next -= 1;
        Some(self.fail_kind)
    }

    fn matches(&self, call: &Call) -> bool {
        // Only a page can be an empty page.
        if self.fail_kind == Fault::EmptyPage && !call.is_page {
            return false;
        }
        match self.fail_on {
            On::Any => true,
            On::Token => call.target == Target::Token,
            On::Contacts => call.target == Target::Objects(Kind::Contacts),
            On::Companies => call.target == Target::Objects(Kind::Companies),
            On::Deals => call.target == Target::Objects(Kind::Deals),
            On::Account => call.target == Target::Account,
            On::Search => call.is_search,
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::Method;

    use super::*;

    #[test]
    fn every_name_is_understood() {
        assert!(FAULTS.iter().all(|name| name.parse::<Fault>().is_ok()));
        assert!(TARGETS.iter().all(|name| name.parse::<On>().is_ok()));
    }

    #[test]
    fn passes_some_then_fails_some_then_ends() {
        let call = Call::of(&Method::GET, "/crm/v3/objects/0-3").unwrap();
        let other = Call::of(&Method::GET, "/crm/v3/objects/contacts").unwrap();
        let mut plan = Plan {
            fail_next: 2,
            fail_after: 1,
            fail_on: On::Deals,
            ..Plan::default()
        };
        assert_eq!(plan.take(&other), None);
        let taken: Vec<_> = (0..4).map(|_| plan.take(&call)).collect();
        assert_eq!(
            taken,
            [None, Some(Fault::Internal), Some(Fault::Internal), None]
        );
    }

    #[test]
    fn an_empty_page_waits_for_a_page() {
        let mut plan = Plan {
            fail_next: 1,
            fail_kind: Fault::EmptyPage,
            ..Plan::default()
        };
        assert_eq!(
            plan.take(&Call::of(&Method::POST, "/oauth/v3/token").unwrap()),
            None
        );
        assert_eq!(
            plan.take(&Call::of(&Method::GET, "/crm/v3/objects/contacts/1").unwrap()),
            None
        );
        assert!(
            plan.take(&Call::of(&Method::GET, "/crm/v3/objects/contacts").unwrap())
                .is_some()
        );
    }
}
