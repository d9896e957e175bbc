//! What somebody wants to see of the trail, as it stands in the URL.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::{Entry, Kind, Outcome, Place};

/// Longest text, in characters.
const LONGEST: usize = 200;

/// A part of the trail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only actions of this kind.
    pub kind: Option<Kind>,
    /// Only what is about this provider.
    pub provider: Option<String>,
    /// Only what came to this.
    pub outcome: Option<Outcome>,
    /// Only what has this text in its actor, in what it is about or in whom it concerns, whatever its case; empty for all.
    pub q: String,
    /// Only from this day on (UTC).
    pub since: Option<Date>,
    /// Only until the end of this day (UTC).
    pub until: Option<Date>,
    /// Only what comes behind this place.
    pub before: Option<Place>,
}

/// A value in the URL that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{name}' cannot be that; possible is {possible}")]
pub struct BadFilter {
    /// The parameter.
    pub name: &'static str,
    /// What it can be.
    pub possible: String,
}

impl Filter {
    /// Reads a query string. Empty values count as not given, and so do unknown names.
    pub fn parse(query: &str, providers: &[&str]) -> Result<Self, BadFilter> {
        let mut filter = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if !value.trim().is_empty() {
                filter.read(&name, value.trim(), providers)?;
            }
        }
        Ok(filter)
    }

    fn read(&mut self, name: &str, value: &str, providers: &[&str]) -> Result<(), BadFilter> {
        match name {
            "kind" => self.kind = Some(one_of("kind", value, &Kind::ALL, Kind::name)?),
            "provider" => {
                let id = one_of("provider", value, providers, |id| id)?;
                self.provider = Some(id.to_owned());
            }
            "result" => {
                self.outcome = Some(one_of("result", value, &Outcome::ALL, Outcome::name)?);
            }
            "q" => self.q = text(value)?,
            "since" => self.since = Some(day("since", value)?),
            "until" => self.until = Some(day("until", value)?),
            "before" => {
                let place = value.parse();
                self.before = Some(place.map_err(|()| bad("before", "what a page leads to"))?);
            }
            _ => {}
        }
        Ok(())
    }

    /// The query string of this part. Empty, or beginning with `?`.
    pub fn to_url(&self) -> String {
        let day = |day: Option<Date>| day.map(|day| day.to_string());
        let all = [
            ("kind", self.kind.map(|it| it.name().to_owned())),
            ("provider", self.provider.clone()),
            ("result", self.outcome.map(|it| it.name().to_owned())),
            ("q", Some(self.q.clone()).filter(|q| !q.is_empty())),
            ("since", day(self.since)),
            ("until", day(self.until)),
            ("before", self.before.map(|place| place.to_string())),
        ];
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in all {
            if let Some(value) = value {
                text.append_pair(name, &value);
            }
        }
        match text.finish() {
            text if text.is_empty() => text,
            text => format!("?{text}"),
        }
    }

    /// The same behind a place.
    #[must_use]
    pub fn behind(&self, before: Option<Place>) -> Self {
        let filter = self.clone();
        Self { before, ..filter }
    }

    /// Whether it is narrower than everything.
    pub fn is_narrow(&self) -> bool {
        self.behind(None) != Self::default()
    }

    pub(super) fn has(&self, entry: &Entry) -> bool {
        let provider = self.provider.is_none() || self.provider == entry.provider;
        self.kind.is_none_or(|kind| kind == entry.action.kind())
            && self.outcome.is_none_or(|outcome| outcome == entry.outcome)
            && provider
            && self.finds(entry)
    }

    fn finds(&self, entry: &Entry) -> bool {
        let needle = self.q.to_lowercase();
        let user = entry.by.actor.user().unwrap_or_default();
        let whose = entry.whose.as_deref().unwrap_or_default();
        let texts = [entry.actor_name(), user, whose, &entry.object];
        texts.iter().any(|it| it.to_lowercase().contains(&needle))
    }

    /// Behind which place it begins.
    pub(super) fn begins_before(&self) -> Option<Place> {
        let end = self.until.and_then(|day| day.checked_add(1.day()).ok());
        let end = end.and_then(beginning).map(|ms| Place::at(ms.max(1)));
        match (self.before, end) {
            (Some(place), Some(end)) => Some(place.min(end)),
            (place, end) => place.or(end),
        }
    }

    pub(super) fn since_ms(&self) -> Option<i64> {
        i64::try_from(beginning(self.since?)?).ok()
    }
}

/// When a day begins, in milliseconds since 1970; 0 for one before that.
fn beginning(day: Date) -> Option<u64> {
    let start = day.to_zoned(TimeZone::UTC).ok()?;
    let ms = start.timestamp().max(Timestamp::UNIX_EPOCH);
    u64::try_from(ms.as_millisecond()).ok()
}

fn text(value: &str) -> Result<String, BadFilter> {
    match value.chars().count() > LONGEST {
        true => Err(bad("q", format!("a text of up to {LONGEST} characters"))),
        false => Ok(value.to_owned()),
    }
}

fn day(name: &'static str, value: &str) -> Result<Date, BadFilter> {
    let day = Date::strptime("%Y-%m-%d", value).ok();
    let day = day.filter(|day| beginning(*day).is_some());
    day.ok_or_else(|| bad(name, "a day like 2026-11-30"))
}

fn one_of<'a, T: Copy>(
    name: &'static str,
    value: &str,
    all: &[T],
    of: fn(T) -> &'a str,
) -> Result<T, BadFilter> {
    let found = all.iter().copied().find(|one| of(*one) == value);
    found.ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|one| of(*one)).collect();
        bad(name, names.join(", "))
    })
}

fn bad(name: &'static str, possible: impl Into<String>) -> BadFilter {
    let possible = possible.into();
    BadFilter { name, possible }
}
