//! Faults on demand: which calls fail next, and how.

use serde::{Deserialize, Serialize};

use super::endpoint::{Call, Target};
use crate::sandbox::plan;

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Fault {
    #[serde(rename = "429")]
    TooMany,
    /// Without `additional_data`.
    #[serde(rename = "429plain")]
    TooManyPlain,
    /// Not to be retried.
    #[serde(rename = "429blocked")]
    Blocked,
    #[serde(rename = "529")]
    Overload,
    #[default]
    #[serde(rename = "500")]
    Internal,
    #[serde(rename = "502html")]
    BadGateway,
    #[serde(rename = "503")]
    Unavailable,
    #[serde(rename = "504")]
    GatewayTimeout,
    /// The same, but only for pages of more than 25.
    #[serde(rename = "504size")]
    TooLarge,
    #[serde(rename = "401")]
    Unauthorized,
    #[serde(rename = "403")]
    Restricted,
    #[serde(rename = "404")]
    NotFound,
    /// The cursor is refused.
    #[serde(rename = "cursor")]
    Cursor,
    /// A list without `results`.
    #[serde(rename = "noresults")]
    NoResults,
    /// A page without rows but with a cursor.
    #[serde(rename = "emptypage")]
    EmptyPage,
    /// The work is done, the answer comes after a minute.
    #[serde(rename = "timeout")]
    Timeout,
    /// The answer ends early and says so nowhere but in its JSON.
    #[serde(rename = "truncated")]
    Truncated,
    /// A page of HTML with status 200.
    #[serde(rename = "html200")]
    HtmlOk,
    /// Fields that nobody has heard of.
    #[serde(rename = "extra")]
    Extra,
    /// The work is done, the connection is closed in the middle of the answer.
    #[serde(rename = "reset")]
    Reset,
    /// The work is done, the connection is closed before anything of the answer is sent.
    #[serde(rename = "lost")]
    Lost,
}

/// Which calls a fault hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum On {
    #[default]
    Any,
    Token,
    /// `GET /v1/users/me`.
    Account,
    /// Searches for pages.
    Pages,
    /// Searches for data sources, or for databases before 2025-09-03.
    Databases,
    /// `GET /v1/databases/{id}`.
    Database,
    /// Every search.
    Search,
}

/// Every value of [`Fault`] and [`On`], as forms and JSON write them.
pub const FAULTS: [&str; 21] = [
    "429",
    "429plain",
    "429blocked",
    "529",
    "500",
    "502html",
    "503",
    "504",
    "504size",
    "401",
    "403",
    "404",
    "cursor",
    "noresults",
    "emptypage",
    "timeout",
    "truncated",
    "html200",
    "extra",
    "reset",
    "lost",
];
pub const TARGETS: [&str; 7] = [
    "any",
    "token",
    "account",
    "pages",
    "databases",
    "database",
    "search",
];

/// Pages up to this size are spared by [`Fault::TooLarge`].
const SPARED_SIZE: u64 = 25;

/// The faults that are still to come.
pub type Plan = plan::Plan<Fault, On>;

/// Whether the plan is about this call.
pub fn hits(plan: &Plan, call: &Call) -> bool {
    // What changes a page waits for a page, and what refuses a cursor for a cursor.
    let fits = match plan.fail_kind {
        Fault::EmptyPage | Fault::NoResults => call.is_page(),
        Fault::TooLarge => call.is_page() && call.page_size > SPARED_SIZE,
        Fault::Cursor => call.is_page() && call.cursor.is_some(),
        _ => true,
    };
    fits && match plan.fail_on {
        On::Any => true,
        On::Token => call.target == Target::Token,
        On::Account => call.target == Target::Account,
        On::Pages => call.target == Target::Pages,
        On::Databases => call.target == Target::Sources,
        On::Database => call.target == Target::Databases,
        On::Search => call.is_search,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::notion::endpoint::Endpoint;

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
    fn faults_of_pages_wait_for_a_page_they_fit() {
        let search = |body: &str| Call::of(&Endpoint::Search, body.as_bytes());
        for (kind, body, expected) in [
            (Fault::TooLarge, "{}", true),
            (Fault::TooLarge, r#"{"page_size":25}"#, false),
            (Fault::Cursor, "{}", false),
            (Fault::Cursor, r#"{"start_cursor":"x"}"#, true),
        ] {
            let plan = Plan {
                fail_kind: kind,
                ..Plan::default()
            };
            assert_eq!(hits(&plan, &search(body)), expected, "{kind:?} {body}");
            assert!(!hits(&plan, &Call::of(&Endpoint::Me, b"")));
        }
    }
}
