//! HubSpot's rate limits: a rolling window of ten seconds per account, and searches apart.

use jiff::Timestamp;

use super::{failure::Failure, state::Inner};

/// Which limit a call falls under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Everything but searches.
    Burst,
    Search,
}

/// What the rate-limit headers of an answer tell. Recorded answers to searches carry none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    max: usize,
    remaining: usize,
    used_in_second: usize,
}

impl Quota {
    /// The headers, named as recorded.
    pub fn headers(self) -> [(&'static str, usize); 5] {
        let secondly = self.max.div_ceil(10);
        [
            ("x-hubspot-ratelimit-max", self.max),
            ("x-hubspot-ratelimit-remaining", self.remaining),
            ("x-hubspot-ratelimit-interval-milliseconds", 10_000),
            // Deprecated, still sent, not enforced.
            ("x-hubspot-ratelimit-secondly", secondly),
            (
                "x-hubspot-ratelimit-secondly-remaining",
                secondly.saturating_sub(self.used_in_second),
            ),
        ]
    }
}

/// Counts a call of an account, or refuses it.
///
/// # Errors
///
/// The 429 body of the limit that is used up.
pub fn admit(
    inner: &mut Inner,
    hub_id: i64,
    lane: Lane,
    now: Timestamp,
) -> Result<Option<Quota>, Failure> {
    let controls = inner.saved.controls.clone();
    let account = inner.account(hub_id);
    match lane {
        Lane::Burst if !controls.rate_limit => {
            account.burst.count(now);
            Ok(None)
        }
        Lane::Search if !controls.rate_limit => Ok(None),
        Lane::Search => {
            let admitted = account
                .search
                .admit(now, controls.search_burst)
                .map(|_| None);
            admitted.ok_or_else(|| refused(inner, Failure::too_many_searches()))
        }
        Lane::Burst => match account.burst.admit(now, controls.burst) {
            Some(remaining) => {
                let used_in_second = account.burst.used_within(now, 1_000);
                Ok(Some(Quota {
                    max: controls.burst,
                    remaining,
                    used_in_second,
                }))
            }
            None => Err(refused(inner, Failure::too_many(hub_id))),
        },
    }
}

fn refused(inner: &mut Inner, failure: Failure) -> Failure {
    inner.count("rate_limited");
    failure
}
