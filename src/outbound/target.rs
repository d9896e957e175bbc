//! What a call is directed to, and what the answers there mean.

use std::time::Duration;

use url::Url;

use super::Rate;

/// What a call is directed to, and how it behaves there.
#[derive(Clone, Debug)]
pub struct Target {
    /// The API's address: a host without a path.
    pub base: Url,
    /// Fixed headers of every call.
    pub headers: &'static [(&'static str, &'static str)],
    /// The provider, whose name its units carry.
    pub provider: &'static str,
    /// The unit that all calls count in.
    pub unit: String,
    /// What we allow ourselves in that unit; `None` for no limit.
    pub rate: Option<Rate>,
    /// What we allow ourselves in each of the narrower units of a kind, such as every base.
    pub narrower: Vec<(&'static str, Rate)>,
    /// What an answer means by the provider's own words.
    pub reading: Reading,
}

/// Reads status and body of an answer that is neither a success nor a 401.
pub type Reading = fn(u16, &[u8]) -> Meaning;

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// What its status says: 429 is too many, 5xx passes, the rest is final.
    Usual,
    /// It passes by itself, whatever its status.
    Passing,
    /// Too many requests; how long to wait where no `Retry-After` says it.
    TooMany(Option<Duration>),
    /// No repeat will help, for this reason; it follows the provider's name.
    Final(&'static str),
}
