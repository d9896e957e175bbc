//! Whether a configuration works, found out without changing anything: Redis, clock, keys, the data folder, and each
//! provider's client. What is wrong is told from what cannot be seen from here.

mod client;
mod clock;
mod folder;
mod issuer;
mod keys;
mod provider;
mod redis;

use std::fmt;

use crate::printable::in_full;

pub use client::With;
pub use clock::{Seen, judge as judge_clocks};
pub use folder::check as check_folder;
pub use issuer::{ABOUT as ISSUER, check as check_issuer};
pub use keys::{ABOUT as KEYS, Keys, check as check_keys};
pub use provider::{Has, check as check_provider, unset};
pub use redis::{ABOUT as REDIS, check as check_redis};

/// What is asked for a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Also what lies beyond the network.
    Network,
    /// This machine alone.
    Offline,
}

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It works.
    Ok,
    /// It does not, and the operator can do something about it.
    Wrong,
    /// It cannot be seen from here.
    Unknown,
    /// It is not configured, and need not be.
    Unset,
}

/// What was found out about one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether it works.
    pub verdict: Verdict,
    /// What it is about: 'Redis', a provider's name.
    pub about: String,
    /// What was found, and what to do. Never a secret.
    pub text: String,
}

impl Finding {
    /// It works.
    pub fn ok(about: &str, text: impl Into<String>) -> Self {
        Self::new(Verdict::Ok, about, text)
    }

    /// It does not.
    pub fn wrong(about: &str, text: impl Into<String>) -> Self {
        Self::new(Verdict::Wrong, about, text)
    }

    /// It cannot be seen from here.
    pub fn unknown(about: &str, text: impl Into<String>) -> Self {
        Self::new(Verdict::Unknown, about, text)
    }

    /// It is not configured.
    pub fn unset(about: &str, text: impl Into<String>) -> Self {
        Self::new(Verdict::Unset, about, text)
    }

    /// It was not asked, because nobody is to be asked over the network.
    pub fn untried(about: &str) -> Self {
        Self::unknown(about, "was not asked (--offline)")
    }

    /// It was asked, and had not answered when the time was over.
    pub fn late(about: &str) -> Self {
        Self::unknown(about, "this found no end in time; try it again")
    }

    fn new(verdict: Verdict, about: &str, text: impl Into<String>) -> Self {
        Self {
            verdict,
            about: about.to_owned(),
            // What others said is in it.
            text: in_full(&text.into()),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ok => "ok",
            Self::Wrong => "wrong",
            Self::Unknown => "unknown",
            Self::Unset => "unset",
        })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<7} {}: {}", self.verdict, self.about, self.text)
    }
}
