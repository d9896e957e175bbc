//! HubSpot's JSON as it comes. Unknown fields are ignored everywhere; almost every field may be missing.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use super::problem::Problem;
use crate::outbound::Meaning;

/// `GET /account-info/…/details`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AccountDetails {
    pub(super) portal_id: i64,
    pub(super) ui_domain: Option<String>,
}

/// A page of a list of CRM objects.
#[derive(Debug, Deserialize)]
pub(super) struct Page {
    pub(super) results: Vec<Record>,
    #[serde(default)]
    pub(super) paging: Option<Paging>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Paging {
    #[serde(default)]
    next: Option<Next>,
}

#[derive(Debug, Deserialize)]
struct Next {
    #[serde(default)]
    after: Option<String>,
}

/// A CRM object. All property values are strings or null.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record {
    pub(super) id: String,
    #[serde(default)]
    pub(super) properties: BTreeMap<String, Option<String>>,
    #[serde(default)]
    pub(super) created_at: Option<String>,
    #[serde(default)]
    pub(super) updated_at: Option<String>,
    #[serde(default)]
    pub(super) url: Option<String>,
}

impl Page {
    /// Where the next page begins. `paging.next.link` is not followed: its host varies, and it would take
    /// the token elsewhere.
    pub(super) fn after(self) -> (Vec<Record>, Option<String>) {
        let after = self
            .paging
            .and_then(|paging| paging.next)
            .and_then(|next| next.after);
        (self.results, after.filter(|after| !after.is_empty()))
    }
}

/// 423: locked for a moment, which HubSpot documents as two seconds at least. 477: the account moves between data
/// centres. A 429 names its policy.
pub(super) fn reading(status: u16, body: &[u8]) -> Meaning {
    match status {
        423 => Meaning::Passing(Some(Duration::from_secs(2))),
        477 => Meaning::Passing(None),
        429 => limited(Problem::read(body).policy_name()),
        _ => Meaning::Usual,
    }
}

fn limited(policy: Option<&str>) -> Meaning {
    match policy {
        Some("SECONDLY") => Meaning::TooMany(Some(Duration::from_secs(1))),
        Some("TEN_SECONDLY_ROLLING") => Meaning::TooMany(Some(Duration::from_secs(10))),
        // Resets at midnight of the account's time zone: longer than any load waits.
        Some("DAILY") => Meaning::Final("says that its limit of calls for the day is used up"),
        _ => Meaning::TooMany(None),
    }
}

/// Whether it is a host of HubSpot's own.
pub(super) fn is_hubspot_host(host: &str) -> bool {
    host.strip_suffix(".hubspot.com").is_some_and(|name| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
    })
}
