//! API versions: what the header may say, and what follows from it.

use actix_web::{HttpRequest, http::header::HeaderName};

use super::failure::Failure;
use crate::sandbox::request;

/// What a version means for the objects. Versions not named behave like the one of 2022.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// 2022-06-28 and before: a database is a table.
    Tables,
    /// 2025-09-03: a database holds data sources.
    Sources,
    /// 2026-03-11: `archived` is gone.
    Newest,
}

/// The values that Notion accepts, as its refusal lists them.
const KNOWN: [(&str, Version); 7] = [
    ("2021-05-11", Version::Tables),
    ("2021-05-13", Version::Tables),
    ("2021-08-16", Version::Tables),
    ("2022-02-22", Version::Tables),
    ("2022-06-28", Version::Tables),
    ("2025-09-03", Version::Sources),
    ("2026-03-11", Version::Newest),
];

const HEADER: HeaderName = HeaderName::from_static("notion-version");

/// What the header says, if it is there.
pub fn asked(request: &HttpRequest) -> Option<&str> {
    request::header(request, HEADER)
}

impl Version {
    pub fn named(text: &str) -> Option<Self> {
        let found = KNOWN.iter().find(|(name, _)| *name == text);
        found.map(|(_, version)| *version)
    }

    /// The version of a call.
    ///
    /// # Errors
    ///
    /// `missing_version` when it is absent, empty or unknown.
    pub fn read(asked: Option<&str>) -> Result<Self, Failure> {
        let asked = asked.ok_or_else(|| Failure::version("defined", "undefined"))?;
        Self::named(asked).ok_or_else(|| Failure::version(&listed(), &format!("\"{asked}\"")))
    }

    pub fn has_sources(self) -> bool {
        self >= Self::Sources
    }

    pub fn has_archived(self) -> bool {
        self < Self::Newest
    }

    /// What the search calls its tables.
    pub fn table(self) -> &'static str {
        if self.has_sources() {
            "data_source"
        } else {
            "database"
        }
    }

    /// The type of a list that holds pages and tables.
    pub fn list_type(self) -> &'static str {
        if self.has_sources() {
            "page_or_data_source"
        } else {
            "page_or_database"
        }
    }
}

/// The accepted values as the refusal writes them.
fn listed() -> String {
    let mut text = String::new();
    for (place, (name, _)) in KNOWN.iter().enumerate() {
        let or = if place + 1 == KNOWN.len() { "or " } else { "" };
        let comma = if place == 0 { "" } else { ", " };
        text.push_str(&format!("{comma}{or}`\"{name}\"`"));
    }
    text
}
