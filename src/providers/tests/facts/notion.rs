//! Notion's answers.

use serde_json::Value;

use super::super::rules::{Code, Outcome, Rule};
use super::{Facts, list, said, texts, usual};
use crate::providers::{Fetch, GrantFailure};

pub(super) static FACTS: Facts = Facts {
    id: "notion",
    account: None,
    check: "/v1/users/me",
    introspects: false,
    steps,
    all_steps: || vec![Fetch::first("pages"), Fetch::first("databases"), database()],
    rows,
    cursor,
    times: ["created_time", "last_edited_time"],
    codes,
    refusals: &[REFUSALS, usual::REFUSALS],
    failures: &[FAILURES, usual::FAILURES],
};

fn database() -> Fetch {
    Fetch {
        list: "e0327e7b-257f-8b88-aaa5-2a7e950255cb".to_owned(),
        title: Some("Database".to_owned()),
        ..Fetch::first("databases")
    }
}

/// Both streams walk the search, and what it finds becomes the same items in either.
fn steps(method: &str, path: &[&str]) -> Vec<Fetch> {
    match (method, path) {
        ("POST", ["v1", "search"]) => ["pages", "databases"].map(Fetch::first).into(),
        ("GET", ["v1", "databases", _]) => vec![database()],
        _ => Vec::new(),
    }
}

/// A page of a list, or one object.
fn rows(body: &Value) -> Vec<&Value> {
    let rows = match body["object"].as_str() {
        Some("list") | None => list(body, "results"),
        Some(_) => vec![body],
    };
    let is_there = |row: &&Value| row["in_trash"] != true && row["archived"] != true;
    rows.into_iter().filter(is_there).collect()
}

fn cursor(body: &Value) -> Option<&str> {
    said(body, "/next_cursor").filter(|_| body["has_more"] != false)
}

/// A refused cursor has no code of its own; its message names the parameter.
fn codes(body: &Value) -> Vec<String> {
    let mut codes = texts(
        body,
        &["/error", "/code", "/additional_data/rate_limit_reason"],
    );
    let about_the_cursor = said(body, "/message").is_some_and(|text| text.contains("start_cursor"));
    if about_the_cursor && codes.iter().any(|code| code == "validation_error") {
        codes.push("(start_cursor)".to_owned());
    }
    codes
}

static REFUSALS: &[Rule<GrantFailure>] = &[
    Rule {
        status: 529..=529,
        code: Code::Any,
        means: GrantFailure::Limited,
        why: "an overload asks for a pause, as a 429 does",
    },
    Rule {
        status: 409..=409,
        code: Code::Any,
        means: GrantFailure::Passing,
        why: "a conflict while saving; Notion asks to try again",
    },
];

static FAILURES: &[Rule<Outcome>] = &[
    Rule {
        status: 400..=400,
        code: Code::Of(&["(start_cursor)"]),
        means: Outcome::CursorDied,
        why: "cursors are bound to a session and die",
    },
    Rule {
        status: 403..=403,
        code: Code::Of(&["restricted_resource"]),
        means: Outcome::Unreadable,
        why: "the connection may not read content; the token is good",
    },
    Rule {
        status: 404..=404,
        code: Code::Any,
        means: Outcome::Unreadable,
        why: "what was shared a moment ago may no longer be",
    },
    Rule {
        status: 429..=429,
        code: Code::Of(&["public_api_request_blocked"]),
        means: Outcome::Final,
        why: "Notion says not to repeat it",
    },
    Rule {
        status: 529..=529,
        code: Code::Any,
        means: Outcome::TooMany,
        why: "an overload asks for a pause, as a 429 does",
    },
];
