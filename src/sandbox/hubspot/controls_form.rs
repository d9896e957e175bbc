//! The settings as fields of the tester's form: name, label.

use crate::sandbox::controls::Fields;

/// The fields of the form.
pub const FIELDS: Fields = Fields {
    numbers: &[
        ("contacts", "Contacts"),
        ("companies", "Companies"),
        ("deals", "Deals"),
        ("latency_ms", "Latency of every call, ms"),
        ("expires_in", "Life of access tokens, s"),
        ("burst", "Calls in 10 s"),
        ("search_burst", "Searches in 1 s"),
        ("search_delay_ms", "Search lags by, ms"),
        ("retry_after", "Retry-After of a 477, s"),
    ],
    switches: &[
        ("rotate", "Rotate refresh tokens"),
        ("share_refresh", "Share refresh tokens"),
        ("rate_limit", "Rate limit"),
        ("client_secret_valid", "Client secret is valid"),
        ("portal_deleted", "Account is deleted"),
        ("quick", "Short waits"),
    ],
    choices: &[],
    small: "Small accounts",
};
