//! Every refusal that a token endpoint could answer with means what the tables of facts say.

use serde_json::{Map, Value};

use super::facts::{self, Facts};
use super::recorded;
use super::rules::rule;
use crate::outbound::oauth::GrantError;
use crate::providers::GrantFailure;

/// Words for `error`: OAuth's, those that providers add, and one that nobody knows.
const WORDS: &[&str] = &[
    "invalid_grant",
    "access_denied",
    "invalid_client",
    "invalid_request",
    "invalid_scope",
    "unauthorized_client",
    "unsupported_grant_type",
    "server_error",
    "temporarily_unavailable",
    "internal_server_error",
    "rate_limited",
    "service_overload",
    "test_env_error",
    "something_new",
];

/// HubSpot's own codes, its word in all other errors, and one that nobody knows.
const CODES: &[&str] = &[
    "BAD_REFRESH_TOKEN",
    "BAD_HUB",
    "BAD_AUTH_CODE",
    "EXPIRED_AUTH_CODE",
    "BAD_CLIENT_ID",
    "BAD_CLIENT_SECRET",
    "BAD_REDIRECT_URI",
    "BAD_GRANT_TYPE",
    "BAD_SCOPES",
    "BAD_CODE_VERIFIER",
    "error",
    "SOMETHING_NEW",
];

/// One of these, or none.
fn or_none(words: &[&'static str]) -> Vec<Option<&'static str>> {
    let words = words.iter().copied().map(Some);
    std::iter::once(None).chain(words).collect()
}

/// What the tables say of a refusal, and why.
fn expected(facts: &Facts, status: u16, said: [Option<&str>; 2]) -> (GrantFailure, &'static str) {
    let fields = ["error", "status"].into_iter().zip(said);
    let fields = fields.filter_map(|(name, text)| Some((name.to_owned(), text?.into())));
    let body = Value::Object(fields.collect::<Map<_, _>>());
    let rule = rule(facts.refusals, status, &(facts.codes)(&body)).expect("a rule");
    (rule.means, rule.why)
}

#[test]
fn every_refusal_means_what_the_tables_say() {
    for facts in recorded().into_iter().map(facts::of) {
        for status in (200..300).step_by(99).chain(300..600) {
            for error in or_none(WORDS) {
                // A success without an `error` is taken for no refusal.
                if status < 300 && error.is_none() {
                    continue;
                }
                for code in or_none(CODES) {
                    let refusal = GrantError::Refused {
                        status,
                        error: error.map(str::to_owned),
                        code: code.map(str::to_owned),
                        retry_after: None,
                        reference: None,
                    };
                    let (means, why) = expected(facts, status, [error, code]);
                    let found = facts.provider().classify(&refusal);
                    assert_eq!(found, means, "{}: {refusal:?} ({why})", facts.id);
                }
            }
        }
    }
}

#[test]
fn what_is_no_refusal_passes() {
    for facts in recorded().into_iter().map(facts::of) {
        for error in [GrantError::NotSent, GrantError::Lost, GrantError::Broken] {
            let found = facts.provider().classify(&error);
            assert_eq!(found, GrantFailure::Passing, "{}: {error:?}", facts.id);
        }
    }
}
