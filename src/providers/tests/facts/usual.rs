//! What errors mean where a provider says nothing else.

use super::super::rules::{Code, Outcome, Rule};
use crate::providers::GrantFailure;

/// What HTTP says, whatever the body.
pub(super) static FAILURES: &[Rule<Outcome>] = &[
    Rule {
        status: 401..=401,
        code: Code::Any,
        means: Outcome::Rejected,
        why: "the token is dead, and so is the one after it",
    },
    Rule {
        status: 429..=429,
        code: Code::Any,
        means: Outcome::TooMany,
        why: "it passes",
    },
    Rule {
        status: 500..=599,
        code: Code::Any,
        means: Outcome::Failing,
        why: "a reading call may be repeated",
    },
    Rule {
        status: 300..=499,
        code: Code::Any,
        means: Outcome::Status,
        why: "the request is wrong, or its object is gone",
    },
];

/// What RFC 6749 section 5.2 says.
pub(super) static REFUSALS: &[Rule<GrantFailure>] = &[
    Rule {
        status: 429..=429,
        code: Code::Any,
        means: GrantFailure::Limited,
        why: "too many at once says nothing of the grant",
    },
    Rule {
        status: 500..=599,
        code: Code::Any,
        means: GrantFailure::Passing,
        why: "a broken server says nothing of the grant",
    },
    Rule {
        status: 200..=499,
        code: Code::Of(&["invalid_grant", "access_denied"]),
        means: GrantFailure::Withdrawn,
        why: "the code or refresh token is no longer good",
    },
    Rule {
        status: 200..=499,
        code: Code::Of(&["server_error", "temporarily_unavailable"]),
        means: GrantFailure::Passing,
        why: "OAuth's words for a server that fails or is busy",
    },
    Rule {
        status: 200..=299,
        code: Code::Of(&[
            "invalid_request",
            "invalid_client",
            "unauthorized_client",
            "unsupported_grant_type",
            "invalid_scope",
        ]),
        means: GrantFailure::Misconfigured,
        why: "all other codes of OAuth are about the client or its request",
    },
    Rule {
        status: 200..=299,
        code: Code::Any,
        means: GrantFailure::Passing,
        why: "a success that brings neither tokens nor a word of OAuth says nothing",
    },
    Rule {
        status: 300..=499,
        code: Code::Some,
        means: GrantFailure::Misconfigured,
        why: "all other codes are about the client or its request",
    },
    Rule {
        status: 300..=499,
        code: Code::Any,
        means: GrantFailure::Passing,
        why: "without a code it is not the token endpoint that answers",
    },
];
