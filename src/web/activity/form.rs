//! The form by which people look for something in the trail.

use super::words;
use crate::activity::{Filter, Kind, Outcome};
use crate::providers::Profile;

/// The form with what was chosen in it.
pub struct Form {
    pub kinds: Vec<Choice>,
    pub providers: Vec<Choice>,
    pub results: Vec<Choice>,
    pub q: String,
    /// A day like `2026-11-30`; empty for none.
    pub since: String,
    pub until: String,
}

/// One of several to choose from.
pub struct Choice {
    pub value: &'static str,
    pub title: &'static str,
    pub chosen: bool,
}

impl Form {
    pub fn new(filter: &Filter, profiles: impl Iterator<Item = &'static Profile>) -> Self {
        let kind = |kind: Kind| Choice {
            value: kind.name(),
            title: words::kind(kind),
            chosen: filter.kind == Some(kind),
        };
        let result = |outcome: Outcome| Choice {
            value: outcome.name(),
            title: words::outcome(outcome),
            chosen: filter.outcome == Some(outcome),
        };
        let provider = |profile: &'static Profile| Choice {
            value: profile.id,
            title: profile.name,
            chosen: filter.provider.as_deref() == Some(profile.id),
        };
        let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string());
        Self {
            kinds: Kind::ALL.map(kind).into(),
            providers: profiles.map(provider).collect(),
            results: Outcome::ALL.map(result).into(),
            q: filter.q.clone(),
            since: day(filter.since).unwrap_or_default(),
            until: day(filter.until).unwrap_or_default(),
        }
    }
}
