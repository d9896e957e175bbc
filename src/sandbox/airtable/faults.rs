//! Faults on demand: which calls fail next, and how.

use serde::{Deserialize, Serialize};

use super::endpoint::{Call, Target};
use crate::sandbox::plan;

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Fault {
    /// In the form that the controls choose.
    #[serde(rename = "429")]
    TooMany,
    #[serde(rename = "429object")]
    TooManyObject,
    /// The monthly quota is used up.
    #[serde(rename = "429quota")]
    Quota,
    #[default]
    #[serde(rename = "500")]
    Internal,
    /// A 500 whose body is `{"error":null}`.
    #[serde(rename = "nullerror")]
    NullError,
    #[serde(rename = "502html")]
    BadGateway,
    #[serde(rename = "503")]
    Retriable,
    #[serde(rename = "401")]
    Unauthorized,
    #[serde(rename = "403")]
    Forbidden,
    #[serde(rename = "404")]
    NotFound,
    /// The listing is forgotten. Only a page that follows another can meet it.
    #[serde(rename = "iterator")]
    Iterator,
    /// An answer of 200 with `{}`.
    #[serde(rename = "empty")]
    Empty,
    /// A page of HTML with status 200.
    #[serde(rename = "html200")]
    HtmlOk,
    /// The work is done, the answer comes after a minute.
    #[serde(rename = "timeout")]
    Timeout,
    /// The answer ends early and says so nowhere but in its JSON.
    #[serde(rename = "truncated")]
    Truncated,
    /// A page without rows but with an offset.
    #[serde(rename = "emptypage")]
    EmptyPage,
    /// Fields that nobody has heard of.
    #[serde(rename = "extra")]
    Extra,
    /// The work is done, the connection is closed in the middle of the answer.
    #[serde(rename = "reset")]
    Reset,
    /// The work is done, the connection is closed without an answer.
    #[serde(rename = "lost")]
    Lost,
}

/// Which calls a fault hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum On {
    #[default]
    Any,
    Token,
    Account,
    Bases,
    Tables,
    Records,
}

/// Every value of [`Fault`] and [`On`], as forms and JSON write them.
pub const FAULTS: [&str; 19] = [
    "429",
    "429object",
    "429quota",
    "500",
    "nullerror",
    "502html",
    "503",
    "401",
    "403",
    "404",
    "iterator",
    "empty",
    "html200",
    "timeout",
    "truncated",
    "emptypage",
    "extra",
    "reset",
    "lost",
];
pub const TARGETS: [&str; 6] = ["any", "token", "account", "bases", "tables", "records"];

/// The faults that are still to come.
pub type Plan = plan::Plan<Fault, On>;

/// Whether the plan is about this call. `follows` says that it asks for a page after another.
pub fn hits(plan: &Plan, call: &Call, follows: bool) -> bool {
    let can_have = match plan.fail_kind {
        Fault::EmptyPage => call.is_page(),
        Fault::Iterator => matches!(call, Call::List { .. }) && follows,
        _ => true,
    };
    let is_meant = match plan.fail_on {
        On::Any => true,
        On::Token => call.target() == Target::Token,
        On::Account => call.target() == Target::Account,
        On::Bases => call.target() == Target::Bases,
        On::Tables => call.target() == Target::Tables,
        On::Records => call.target() == Target::Records,
    };
    can_have && is_meant
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
        let bases = Call::of(&Method::GET, "/v0/meta/bases").unwrap();
        let list = Call::of(&Method::GET, "/v0/appX/tblX").unwrap();
        let one = Call::of(&Method::GET, "/v0/appX/tblX/recX").unwrap();
        let plan = |fail_kind, fail_on| Plan {
            fail_kind,
            fail_on,
            ..Plan::default()
        };
        let records = plan(Fault::Internal, On::Records);
        assert!(hits(&records, &list, false) && hits(&records, &one, false));
        assert!(!hits(&records, &bases, false));
        let empty = plan(Fault::EmptyPage, On::Any);
        assert!(hits(&empty, &list, false) && hits(&empty, &bases, false));
        assert!(!hits(&empty, &one, false));
        let iterator = plan(Fault::Iterator, On::Any);
        assert!(hits(&iterator, &list, true) && !hits(&iterator, &list, false));
    }
}
