//! What the headers of an answer announce of the limit.

use std::time::Duration;

use reqwest::header::HeaderMap;

use crate::store::Rate;

/// The headers in which a provider tells of its limit, by their names in lower case.
#[derive(Clone, Copy, Debug)]
pub struct RateHeaders {
    /// Most requests in a window.
    pub max: &'static str,
    /// How many of them are left.
    pub remaining: &'static str,
    /// The window's length in milliseconds.
    pub interval_ms: &'static str,
}

/// What an answer announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Announced {
    /// The limit.
    pub(super) rate: Rate,
    /// What is used of it, by whomever.
    pub(super) used: u32,
}

/// Limits beyond these are taken for a mistake: nobody allows so much, and nobody counts over so long or so short.
const REQUESTS: std::ops::RangeInclusive<u32> = 1..=10_000;
const INTERVAL_MS: std::ops::RangeInclusive<u32> = 100..=3_600_000;

impl RateHeaders {
    /// What the headers announce, if they are all there and make sense.
    pub(super) fn read(&self, headers: &HeaderMap) -> Option<Announced> {
        let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<u32>().ok();
        let requests = number(self.max).filter(|max| REQUESTS.contains(max))?;
        let interval = number(self.interval_ms).filter(|ms| INTERVAL_MS.contains(ms))?;
        let remaining = number(self.remaining)?;
        Some(Announced {
            rate: Rate {
                requests,
                per: Duration::from_millis(interval.into()),
            },
            used: requests.saturating_sub(remaining),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: RateHeaders = RateHeaders {
        max: "x-max",
        remaining: "x-left",
        interval_ms: "x-per",
    };

    fn read(max: &str, left: &str, per: &str) -> Option<Announced> {
        let mut headers = HeaderMap::new();
        for (name, value) in [("x-max", max), ("x-left", left), ("x-per", per)] {
            headers.insert(name, value.parse().expect("a value"));
        }
        NAMES.read(&headers)
    }

    #[test]
    fn limit_and_use_are_read() {
        let announced = read("110", "108", "10000").expect("sense");
        assert_eq!(announced.used, 2);
        assert_eq!(announced.rate.requests, 110);
        assert_eq!(announced.rate.per, Duration::from_secs(10));
        assert_eq!(read("5", "9", "1000").expect("sense").used, 0);
    }

    #[test]
    fn what_makes_no_sense_announces_nothing() {
        for (max, left, per) in [
            ("0", "0", "10000"),
            ("110", "-1", "10000"),
            ("110", "", "10000"),
            ("many", "1", "10000"),
            ("110", "1", "0"),
            ("4000000000", "1", "10000"),
            ("110", "1", "99999999999"),
        ] {
            assert_eq!(read(max, left, per), None, "{max} {left} {per}");
        }
        assert_eq!(NAMES.read(&HeaderMap::new()), None);
    }
}
