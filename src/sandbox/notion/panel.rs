//! The settings as the controls page shows them.

use serde_json::Value;

use super::controls::Controls;
use crate::sandbox::controls::Choice;

/// The settings that are numbers: name, label, value.
pub fn numbers(controls: &Controls) -> Vec<(&'static str, &'static str, u64)> {
    vec![
        ("pages", "Pages", controls.pages),
        ("databases", "Databases", controls.databases),
        (
            "latency_ms",
            "Latency of every call, ms",
            controls.latency_ms,
        ),
        ("burst", "Calls in 60 s", controls.burst as u64),
        (
            "cursor_life_s",
            "Life of cursors, s (0: for ever)",
            controls.cursor_life_s,
        ),
        (
            "cursor_dies_after",
            "The next walk dies after, pages",
            controls.cursor_dies_after,
        ),
        (
            "index_lag",
            "Objects not in the search yet",
            controls.index_lag,
        ),
        (
            "retry_after",
            "Retry-After of a 429 or 529, s",
            controls.retry_after,
        ),
    ]
}

/// The settings that are on or off.
pub fn switches(controls: &Controls) -> Vec<(&'static str, &'static str, bool)> {
    vec![
        ("rate_limit", "Rate limit", controls.rate_limit),
        (
            "client_secret_valid",
            "Client secret is valid",
            controls.client_secret_valid,
        ),
        (
            "same_token",
            "Same tokens when authorized again",
            controls.same_token,
        ),
        ("user_info", "Capability to read users", controls.user_info),
        ("shuffle", "Order shifts between pages", controls.shuffle),
        ("short_pages", "Some pages are short", controls.short_pages),
        ("quick", "Short waits", controls.quick),
    ]
}

/// The present words of the settings that are one of several, as forms write them.
pub fn words(controls: &Controls) -> [String; 3] {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let written = serde_json::to_value(controls).unwrap_or_default();
    CHOICES.map(|(name, ..)| word(&written[name]))
}

/// What each of these settings may be.
const CHOICES: [(&str, &str, &[&str]); 3] = [
    (
        "refresh_tokens",
        "Refresh tokens",
        &["on", "null", "absent"],
    ),
    (
        "oauth_errors",
        "Errors of the token endpoint",
        &["rfc", "envelope"],
    ),
    ("cursor_style", "Cursors", &["opaque", "uuid"]),
];

/// The settings that are one of several words, with their present ones.
pub fn choices(words: &[String; 3]) -> Vec<Choice<'_>> {
    let choice = |((name, label, values), value): ((&'static str, _, _), _)| Choice {
        name,
        label,
        value,
        values,
    };
    CHOICES
        .into_iter()
        .zip(words.iter().map(String::as_str))
        .map(choice)
        .collect()
}
