//! Airtable's answers.

use std::time::Duration;

use serde_json::Value;

use super::super::rules::{Code, Outcome, Rule};
use super::{Facts, list, said, texts, usual};
use crate::providers::{Fetch, GrantFailure};

pub(super) static FACTS: Facts = Facts {
    id: "airtable",
    account: Some(&["v0", "meta", "whoami"]),
    check: "/v0/meta/whoami",
    introspects: false,
    steps,
    all_steps: || {
        vec![
            Fetch::first("bases"),
            tables("appEXAMPLE"),
            records("appEXAMPLE", "tblEXAMPLE"),
        ]
    },
    rows,
    cursor: |body| said(body, "/offset"),
    times: ["createdTime", ""],
    codes: |body| texts(body, &["/error", "/error/type", "/errors/0/error"]),
    refusals: &[REFUSALS, usual::REFUSALS],
    failures: &[FAILURES, usual::FAILURES],
};

fn tables(base: &str) -> Fetch {
    Fetch {
        list: base.to_owned(),
        title: Some("CRM".to_owned()),
        lane: base.to_owned(),
        ..Fetch::first("tables")
    }
}

/// The recordings name fields by their names, so the primary one is the one that is mostly called so.
fn records(base: &str, table: &str) -> Fetch {
    Fetch {
        list: format!("{base}/{table}"),
        title: Some("CRM / Leads".to_owned()),
        lane: base.to_owned(),
        notes: [("base", base), ("table", table), ("primary_field", "Name")]
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .into(),
        ..Fetch::first("records")
    }
}

fn steps(method: &str, path: &[&str]) -> Vec<Fetch> {
    match (method, path) {
        ("GET", ["v0", "meta", "bases"]) => vec![Fetch::first("bases")],
        ("GET", ["v0", "meta", "bases", base, "tables"]) => vec![tables(base)],
        ("GET", ["v0", "meta" | "bases", ..]) => Vec::new(),
        ("GET", ["v0", base, table]) => vec![records(base, table)],
        _ => Vec::new(),
    }
}

fn rows(body: &Value) -> Vec<&Value> {
    let lists = ["bases", "tables", "records"].map(|name| list(body, name));
    lists.concat()
}

static REFUSALS: &[Rule<GrantFailure>] = &[Rule {
    status: 409..=409,
    code: Code::Any,
    means: GrantFailure::Conflict(Duration::from_secs(30)),
    why: "the same refresh token was used a moment ago; the grant lives on",
}];

static FAILURES: &[Rule<Outcome>] = &[
    Rule {
        status: 403..=403,
        code: Code::Any,
        means: Outcome::Unreadable,
        why: "this base or table alone; the token is good",
    },
    Rule {
        status: 404..=404,
        code: Code::Any,
        means: Outcome::Unreadable,
        why: "this base or table is gone",
    },
    Rule {
        status: 422..=422,
        code: Code::Of(&[
            "LIST_RECORDS_ITERATOR_NOT_AVAILABLE",
            "INVALID_OFFSET_VALUE",
        ]),
        means: Outcome::CursorDied,
        why: "the place in the list is gone",
    },
    Rule {
        status: 429..=429,
        code: Code::Of(&["PUBLIC_API_BILLING_LIMIT_EXCEEDED"]),
        means: Outcome::Final,
        why: "a month's quota does not come back by waiting",
    },
];
