//! The settings as fields of the tester's form: name, label.

use crate::sandbox::controls::{Choice, Fields};

/// The fields of the form.
pub const FIELDS: Fields = Fields {
    numbers: &[
        ("pages", "Pages"),
        ("databases", "Databases"),
        ("latency_ms", "Latency of every call, ms"),
        ("burst", "Calls in 60 s"),
        ("cursor_life_s", "Life of cursors, s (0: for ever)"),
        ("cursor_dies_after", "The next walk dies after, pages"),
        ("index_lag", "Objects not in the search yet"),
        ("retry_after", "Retry-After of a 429 or 529, s"),
    ],
    switches: &[
        ("rate_limit", "Rate limit"),
        ("client_secret_valid", "Client secret is valid"),
        ("same_token", "Same tokens when authorized again"),
        ("user_info", "Capability to read users"),
        ("shuffle", "Order shifts between pages"),
        ("short_pages", "Some pages are short"),
        ("quick", "Short waits"),
    ],
    choices: &[
        Choice {
            name: "refresh_tokens",
            label: "Refresh tokens",
            values: &["on", "null", "absent"],
        },
        Choice {
            name: "oauth_errors",
            label: "Errors of the token endpoint",
            values: &["rfc", "envelope"],
        },
        Choice {
            name: "cursor_style",
            label: "Cursors",
            values: &["opaque", "uuid"],
        },
    ],
    small: "Small workspaces",
};
