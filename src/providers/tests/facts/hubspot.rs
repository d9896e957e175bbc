//! HubSpot's answers.

use serde_json::Value;

use super::super::rules::{Code, Outcome, Rule};
use super::{Facts, list, said, texts, usual};
use crate::providers::{Fetch, GrantFailure};

pub(super) static FACTS: Facts = Facts {
    id: "hubspot",
    account: Some(&["account-info", "*", "details"]),
    check: "/account-info/2026-09/details",
    introspects: true,
    steps,
    all_steps: || ["contacts", "companies", "deals"].map(Fetch::first).into(),
    rows: |body| list(body, "results"),
    cursor: |body| said(body, "/paging/next/after"),
    times: ["createdAt", "updatedAt"],
    codes,
    refusals: &[REFUSALS, usual::REFUSALS],
    failures: &[FAILURES, usual::FAILURES],
};

/// `GET /crm/v3/objects/contacts` in the older versions, `GET /crm/objects/2026-09/contacts` now.
fn steps(method: &str, path: &[&str]) -> Vec<Fetch> {
    match (method, path) {
        ("GET", ["crm", "objects", _, stream] | ["crm", _, "objects", stream]) => {
            let known = ["contacts", "companies", "deals"];
            let stream = known.into_iter().find(|known| known == stream);
            stream.map(Fetch::first).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// An error names its category, its policy, or the permissions that would have done. A refusal of before 2026 has
/// its `status` alone; later ones have an `error` as well, which goes first.
fn codes(body: &Value) -> Vec<String> {
    let mut codes = texts(body, &["/error", "/status", "/category", "/policyName"]);
    if said(body, "/errors/0/context/requiredGranularScopes/0").is_some() {
        codes.push("MISSING_SCOPES".to_owned());
    }
    if let (None, Some(status)) = (said(body, "/error"), said(body, "/status")) {
        codes.push(format!("(alone) {status}"));
    }
    codes
}

static REFUSALS: &[Rule<GrantFailure>] = &[
    Rule {
        status: 423..=423,
        code: Code::Any,
        means: GrantFailure::Passing,
        why: "the account is locked for a moment",
    },
    Rule {
        status: 477..=477,
        code: Code::Any,
        means: GrantFailure::Passing,
        why: "the account moves between data centres",
    },
    Rule {
        status: 429..=429,
        code: Code::Any,
        means: GrantFailure::Limited,
        why: "too many at once says nothing of the grant",
    },
    Rule {
        status: 200..=499,
        code: Code::Of(&[
            "BAD_CLIENT_ID",
            "BAD_CLIENT_SECRET",
            "BAD_REDIRECT_URI",
            "BAD_GRANT_TYPE",
            "BAD_SCOPES",
            "BAD_CODE_VERIFIER",
        ]),
        means: GrantFailure::Misconfigured,
        why: "the operator's fault, whatever `error` comes with it, which is documented of one alone",
    },
    Rule {
        status: 300..=499,
        code: Code::Of(&[
            "(alone) BAD_REFRESH_TOKEN",
            "(alone) BAD_HUB",
            "(alone) BAD_AUTH_CODE",
            "(alone) EXPIRED_AUTH_CODE",
        ]),
        means: GrantFailure::Withdrawn,
        why: "HubSpot's own codes for a grant that is gone",
    },
];

static FAILURES: &[Rule<Outcome>] = &[
    Rule {
        status: 403..=403,
        code: Code::Of(&["MISSING_SCOPES"]),
        means: Outcome::Permission,
        why: "the person did not grant what the stream needs",
    },
    Rule {
        status: 423..=423,
        code: Code::Any,
        means: Outcome::Failing,
        why: "the account is locked for a moment",
    },
    Rule {
        status: 477..=477,
        code: Code::Any,
        means: Outcome::Failing,
        why: "the account moves between data centres",
    },
    Rule {
        status: 429..=429,
        code: Code::Of(&["DAILY"]),
        means: Outcome::Final,
        why: "the day's limit resets at midnight, later than any load waits",
    },
];
