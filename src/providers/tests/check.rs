//! One look at a whole folder of payloads: each is sent by the loopback server, read by the product's own code,
//! and compared with what it holds.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::class::Class;
use super::facts::{self, Facts};
use super::index::{self, Row};
use super::{failures, grants, pages};
use crate::outbound::{Call, Outbound};
use crate::providers::Pace;
use crate::providers::testing::call_at;
use crate::testing::http::{Reply, Server};
use crate::testing::outbound;

/// What is right or wrong with one payload, in words.
pub type Verdict = Result<(), String>;

/// What was found in a folder.
#[derive(Debug, Default)]
pub struct Findings {
    /// What each payload of the index is.
    pub classes: BTreeMap<String, Class>,
    /// What is wrong; each text begins with the name of its file.
    pub faults: Vec<String>,
}

/// A payload with its row.
pub struct Payload<'a> {
    pub row: &'a Row,
    pub text: String,
    /// As JSON; null, where its name does not say that it is JSON.
    pub body: Value,
    pub folder: &'a Path,
    pub facts: &'static Facts,
    /// One for the folder: a client is slow to make.
    pub outbound: &'a Outbound,
}

/// Looks at all payloads of the provider `id` in `folder`.
pub async fn folder(id: &str, folder: &Path) -> Findings {
    let facts = facts::of(id);
    let outbound = outbound();
    let mut findings = Findings {
        faults: index::disagreements(folder),
        ..Findings::default()
    };
    for row in index::rows(folder) {
        let class = Class::of(&row, facts);
        findings.classes.insert(row.file.clone(), class);
        let verdict = match Payload::read(&row, folder, facts, &outbound) {
            Ok(payload) => payload.verdict(class).await,
            Err(fault) => Err(fault),
        };
        if let Err(fault) = verdict {
            findings.faults.push(format!("{}: {fault}", row.file));
        }
    }
    findings
}

impl<'a> Payload<'a> {
    /// A payload of the folder.
    pub fn read(
        row: &'a Row,
        folder: &'a Path,
        facts: &'static Facts,
        outbound: &'a Outbound,
    ) -> Result<Self, String> {
        let text = std::fs::read_to_string(folder.join(&row.file));
        let text = text.map_err(|error| format!("cannot be read: {error}"))?;
        let body = match row.file.ends_with(".json") {
            true => serde_json::from_str(&text).map_err(|error| format!("is not JSON: {error}"))?,
            false => Value::Null,
        };
        Ok(Self {
            row,
            text,
            body,
            folder,
            facts,
            outbound,
        })
    }

    async fn verdict(&self, class: Class) -> Verdict {
        match class {
            Class::Grant => grants::granted(self).await,
            Class::Refusal => grants::refused(self).await,
            Class::Introspection => grants::introspected(self).await,
            Class::Revocation => grants::revoked(self).await,
            Class::Callback => grants::called_back(&self.body),
            Class::Account => grants::introduced(self).await,
            Class::Page => pages::read(self).await,
            Class::Failure => failures::failed(self).await,
            Class::Names => pages::named(self).await,
            Class::Unread(_) => self.is_whole(),
        }
    }

    /// What is read by nothing is at least no error that passes for a success, and not empty.
    fn is_whole(&self) -> Verdict {
        ensure(!self.text.trim().is_empty(), || "is empty".to_owned())?;
        let inner = self.body["errors"].as_array();
        for error in inner.into_iter().flatten() {
            let codes = (self.facts.codes)(error);
            ensure(!codes.is_empty(), || {
                format!("an error in it has no code: {error}")
            })?;
        }
        ensure(self.body["object"] != "error", || {
            "is an error with success".to_owned()
        })
    }

    /// The status, which every answer has.
    pub fn status(&self) -> u16 {
        self.row.status.unwrap_or_default()
    }

    /// A call to `server` that keeps no limit: nobody is to be spared here.
    pub fn call(&self, server: &Server) -> Call {
        let profile = self.facts.provider().profile();
        call_at(Pace::Unlimited, self.outbound.clone(), profile, server)
    }

    /// What the server sends. It asks for no pause, so that tests need not wait.
    pub fn reply(&self) -> Reply {
        Reply::new(self.status(), self.text.clone()).with("retry-after", "0")
    }
}

/// A verdict: well if `holds`, otherwise for this reason.
pub fn ensure(holds: bool, fault: impl FnOnce() -> String) -> Verdict {
    match holds {
        true => Ok(()),
        false => Err(fault()),
    }
}

/// A verdict: well if both are the same.
pub fn same<T: PartialEq + std::fmt::Debug>(what: &str, is: T, expected: T) -> Verdict {
    ensure(is == expected, || {
        format!("{what} is {is:?}, not {expected:?}")
    })
}
