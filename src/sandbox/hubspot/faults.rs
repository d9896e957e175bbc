//! Faults on demand: which calls fail next, and how.

use serde::{Deserialize, Serialize};

use super::{
    data::Kind,
    endpoint::{Call, Target},
};
use crate::sandbox::plan;

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
    /// The definitions of properties.
    Properties,
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
pub const TARGETS: [&str; 8] = [
    "any",
    "token",
    "contacts",
    "companies",
    "deals",
    "account",
    "search",
    "properties",
];

/// The faults that are still to come.
pub type Plan = plan::Plan<Fault, On>;

/// Whether the plan is about this call.
pub fn hits(plan: &Plan, call: &Call) -> bool {
    // Only a page can be an empty page.
    if plan.fail_kind == Fault::EmptyPage && !call.is_page {
        return false;
    }
    match plan.fail_on {
        On::Any => true,
        On::Token => call.target == Target::Token,
        On::Contacts => call.target == Target::Objects(Kind::Contacts),
        On::Companies => call.target == Target::Objects(Kind::Companies),
        On::Deals => call.target == Target::Objects(Kind::Deals),
        On::Account => call.target == Target::Account,
        On::Search => call.is_search,
        On::Properties => call.target == Target::Definitions,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::Method;

    use super::*;

    #[test]
    fn every_name_is_understood() {
        assert!(
            FAULTS
                .iter()
                .all(|name| plan::named::<Fault>(name).is_some())
        );
        assert!(TARGETS.iter().all(|name| plan::named::<On>(name).is_some()));
    }

    #[test]
    fn a_plan_hits_what_it_names() {
        let plan = Plan {
            fail_on: On::Deals,
            ..Plan::default()
        };
        for (path, expected) in [("0-3", true), ("deals/7", true), ("contacts", false)] {
            let call = Call::of(&Method::GET, &format!("/crm/v3/objects/{path}")).unwrap();
            assert_eq!(hits(&plan, &call), expected, "{path}");
        }
    }

    #[test]
    fn an_empty_page_waits_for_a_page() {
        let plan = Plan {
            fail_kind: Fault::EmptyPage,
            ..Plan::default()
        };
        for (method, path, expected) in [
            (Method::POST, "/oauth/v3/token", false),
            (Method::GET, "/crm/v3/objects/contacts/1", false),
            (Method::GET, "/crm/v3/objects/contacts", true),
        ] {
            assert_eq!(
                hits(&plan, &Call::of(&method, path).unwrap()),
                expected,
                "{path}"
            );
        }
    }
}
