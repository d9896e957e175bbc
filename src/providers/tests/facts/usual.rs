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
        means: GrantFailure::Passing,
        why: "too many at once says nothing of the grant",
    },
    Rule {
        status: 500..=599,
        code: Code::Any,
        means: GrantFailure::Passing,
        why: "a broken server says nothing of the grant",
    },
    Rule {
        status: 300..=499,
        code: Code::Of(&["invalid_grant", "access_denied"]),
        means: GrantFailure::Withdrawn,
        why: "the code or refresh token is no longer good",
    },
    Rule {
        status: 300..=499,
        code: Code::Some,
        means: GrantFailure::Misconfigured,
        why: "all other codes are about the client or its request",
    },
    Rule {
        status: 401..=401,
        code: Code::Any,
        means: GrantFailure::Misconfigured,
        why: "a 401 is about the client's proof of itself",
    },
    Rule {
        status: 300..=499,
        code: Code::Any,
        means: GrantFailure::Passing,
        why: "without a code it is not the token endpoint that answers",
    },
];
