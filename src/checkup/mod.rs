//! Whether a configuration works, found out without changing anything: Redis, clock, keys, the data folder, and each
//! provider's client. What is wrong is told from what cannot be seen from here.

mod client;
mod clock;
mod folder;
mod keys;
mod redis;

use std::fmt;

pub use client::{Judge, Of, check as check_client};
pub use clock::{Seen, judge as judge_clocks, skew};
pub use folder::check as check_folder;
pub use keys::check as check_keys;
pub use redis::check as check_redis;

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

    fn new(verdict: Verdict, about: &str, text: impl Into<String>) -> Self {
        Self {
            verdict,
            about: about.to_owned(),
            text: text.into(),
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
