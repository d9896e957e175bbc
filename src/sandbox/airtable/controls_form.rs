//! The settings as fields of the tester's form: name, label.

use crate::sandbox::controls::{Choice, Fields};

/// The fields of the form.
pub const FIELDS: Fields = Fields {
    numbers: &[
        ("bases", "Bases of a person"),
        ("tables", "Tables in a base"),
        ("records", "Records in a table"),
        ("latency_ms", "Latency, ms"),
        ("expires_in", "Life of access tokens, s"),
        ("refresh_expires_in", "Life of refresh tokens, s"),
        ("shift_s", "Token clock ahead, s"),
        ("grace_s", "Conflict after a refresh, s"),
        ("bases_page", "Bases on a page"),
        ("iterator_life_s", "Life of a resting listing, s"),
        ("iterators_die_after", "Next listing dies after pages"),
        ("base_rate", "Calls of a base in 1 s"),
        ("user_rate", "Calls of a person in 1 s"),
        ("block_s", "A 429 lasts, s"),
    ],
    switches: &[
        ("unreadable", "Bases that cannot be read"),
        ("short_pages", "Short pages"),
        ("rate_limit", "Rate limit"),
        ("secret", "Integration has a secret"),
        ("client_secret_valid", "Client secret is valid"),
        ("trailing_space", "Space after the token type"),
        ("odd_tokens", "Tokens with + / ="),
        ("quick", "Short waits"),
    ],
    choices: &[
        Choice {
            name: "error_429",
            label: "Body of a 429",
            values: &["array", "object"],
        },
        Choice {
            name: "iterator_bound",
            label: "Listings belong to",
            values: &["grant", "token"],
        },
    ],
    small: "Few bases, all readable",
};
