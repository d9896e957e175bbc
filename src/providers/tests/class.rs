//! What a payload is, by what it was answered to and with which status; never by its name.

use super::facts::Facts;
use super::index::Row;

/// What a payload is to the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Grants tokens: the token endpoint with success.
    Grant,
    /// Grants none: any endpoint of OAuth with an error. They answer in one form.
    Refusal,
    /// Tells of a token.
    Introspection,
    /// Confirms that a grant was ended.
    Revocation,
    /// Comes with the person, in the query of the callback.
    Callback,
    /// Says who the grant belongs to.
    Account,
    /// A page of a list that a stream is read from.
    Page,
    /// A call of the API that failed. Any call may fail in any of these ways, so it is tried on each stream.
    Failure,
    /// Not an answer: what other payloads must come to.
    Names,
    /// Nothing that the product reads, for this reason. It must at least be what its ending says.
    Unread(&'static str),
}

impl Class {
    /// What the payload of `row` is.
    pub fn of(row: &Row, facts: &Facts) -> Self {
        if row.request.contains("redirect_uri") {
            return Self::Callback;
        }
        if row.request.contains("derived") {
            return Self::Names;
        }
        let Some(status) = row.status else {
            return Self::Unread("is what a client sends, not an answer");
        };
        let path = row.path();
        let about_oauth = path.first().is_some_and(|first| first.starts_with("oauth"))
            || path.get(1).is_some_and(|second| *second == "oauth");
        match (about_oauth, path.last().copied().unwrap_or_default()) {
            (true, _) if status >= 300 => Self::Refusal,
            (true, "token") => Self::Grant,
            (true, "introspect") => Self::Introspection,
            (true, "revoke") => Self::Revocation,
            _ if status >= 300 => Self::Failure,
            _ => Self::of_success(row, facts),
        }
    }

    fn of_success(row: &Row, facts: &Facts) -> Self {
        match (row.method(), row.status) {
            (None, _) => Self::Unread("is not the answer to one call"),
            (_, Some(207)) => Self::Unread("is an answer in parts, which no call of ours has"),
            (Some("GET"), _) if facts.is_account(row) => Self::Account,
            _ if !facts.steps(row).is_empty() => Self::Page,
            (Some("GET"), _) => Self::Unread("is read from an address that no stream is read from"),
            _ => Self::Unread("answers what the product never sends: it changes nothing"),
        }
    }
}
