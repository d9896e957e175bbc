//! What a call is directed to, and what the answers there mean.

use std::time::Duration;

use url::Url;

use super::heard::RateHeaders;
use super::limit::Share;
use super::{Rate, Request};
use crate::store::keys;

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
    /// What we allow ourselves in each of the other units of a kind, such as every base; `None` for no limit. All
    /// kinds that requests may name.
    pub others: Vec<(&'static str, Option<Rate>)>,
    /// Where answers tell of the limit of the unit that all calls count in, if that is to be followed.
    pub announced_by: Option<RateHeaders>,
    /// What an answer means by the provider's own words.
    pub reading: Reading,
}

impl Target {
    /// The units that a request counts in, the narrowest last. A kind that is not known limits nothing.
    pub(super) fn shares(&self, request: &Request) -> Vec<Share> {
        let other = request.unit.as_ref().and_then(|named| {
            let known = self.others.iter().find(|(kind, _)| *kind == named.kind);
            let (kind, rate) = known?;
            let id = named.id.as_deref().unwrap_or(&self.unit);
            Some((named, self.share(kind, id, *rate, None)))
        });
        let account = || self.share("account", &self.unit, self.rate, self.announced_by);
        match other {
            None => vec![account()],
            Some((named, other)) if named.id.is_none() => vec![other],
            Some((_, other)) => vec![account(), other],
        }
    }

    fn share(
        &self,
        kind: &str,
        id: &str,
        rate: Option<Rate>,
        announced_by: Option<RateHeaders>,
    ) -> Share {
        let together = !self.others.is_empty();
        Share {
            unit: keys::limit(self.provider, kind, id, together),
            rate,
            announced_by,
        }
    }
}

/// Reads status and body of an answer that is neither a success nor a 401.
pub type Reading = fn(u16, &[u8]) -> Meaning;

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// What its status says: 429 is too many, 5xx passes, the rest is final.
    Usual,
    /// It passes by itself, whatever its status, and nothing was done; how long to wait at least where no
    /// `Retry-After` says it.
    Passing(Option<Duration>),
    /// Too many requests; how long to wait where no `Retry-After` says it.
    TooMany(Option<Duration>),
    /// No repeat will help, for this reason; it follows the provider's name.
    Final(&'static str),
}
