//! The settings as fields of the tester's form: name, label, value.

use super::controls::{Bound, Controls, Form429};
use crate::sandbox::controls::Choice;

/// Settings that are whole numbers.
pub fn numbers(controls: &Controls) -> Vec<(&'static str, &'static str, u64)> {
    let seconds = |value: i64| value.unsigned_abs();
    vec![
        ("bases", "Bases of a person", controls.bases.into()),
        ("tables", "Tables in a base", controls.tables.into()),
        ("records", "Records in a table", controls.records.into()),
        ("latency_ms", "Latency, ms", controls.latency_ms),
        (
            "expires_in",
            "Life of access tokens, s",
            seconds(controls.expires_in),
        ),
        (
            "refresh_expires_in",
            "Life of refresh tokens, s",
            seconds(controls.refresh_expires_in),
        ),
        ("shift_s", "Token clock ahead, s", seconds(controls.shift_s)),
        (
            "grace_s",
            "Conflict after a refresh, s",
            seconds(controls.grace_s),
        ),
        ("bases_page", "Bases on a page", controls.bases_page as u64),
        (
            "iterator_life_s",
            "Life of a resting listing, s",
            seconds(controls.iterator_life_s),
        ),
        (
            "iterators_die_after",
            "Next listing dies after pages",
            controls.iterators_die_after,
        ),
        (
            "base_rate",
            "Calls of a base in 1 s",
            controls.base_rate as u64,
        ),
        (
            "user_rate",
            "Calls of a person in 1 s",
            controls.user_rate as u64,
        ),
        ("block_s", "A 429 lasts, s", seconds(controls.block_s)),
    ]
}

/// Settings that are on or off.
pub fn switches(controls: &Controls) -> Vec<(&'static str, &'static str, bool)> {
    vec![
        (
            "unreadable",
            "Bases that cannot be read",
            controls.unreadable,
        ),
        ("short_pages", "Short pages", controls.short_pages),
        ("rate_limit", "Rate limit", controls.rate_limit),
        ("secret", "Integration has a secret", controls.secret),
        (
            "client_secret_valid",
            "Client secret is valid",
            controls.client_secret_valid,
        ),
        (
            "trailing_space",
            "Space after the token type",
            controls.trailing_space,
        ),
        ("odd_tokens", "Tokens with + / =", controls.odd_tokens),
        ("quick", "Short waits", controls.quick),
    ]
}

/// Settings that are one of several words.
pub fn choices(controls: &Controls) -> Vec<Choice<'static>> {
    vec![
        Choice {
            name: "error_429",
            label: "Body of a 429",
            value: match controls.error_429 {
                Form429::Array => "array",
                Form429::Object => "object",
            },
            values: &["array", "object"],
        },
        Choice {
            name: "iterator_bound",
            label: "Listings belong to",
            value: match controls.iterator_bound {
                Bound::Grant => "grant",
                Bound::Token => "token",
            },
            values: &["grant", "token"],
        },
    ]
}
