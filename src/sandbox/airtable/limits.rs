//! Airtable's rate limits: five calls a second for each base whoever makes them, and so many for each person.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{controls::Controls, data::is_base_id};
use crate::sandbox::{clock, window::Window};

const SECOND_MS: i64 = 1_000;

/// The meters of every base and person.
#[derive(Debug, Default)]
pub struct Limits {
    bases: BTreeMap<String, Meter>,
    people: BTreeMap<String, Meter>,
}

/// What one base or person has used. Refused calls count too: the peak shows what the client did.
#[derive(Debug)]
struct Meter {
    calls: Window,
    /// After a 429 Airtable refuses everything for a while; further calls do not prolong that.
    blocked_until: Option<Timestamp>,
}

impl Default for Meter {
    fn default() -> Self {
        Self {
            calls: Window::new(SECOND_MS),
            blocked_until: None,
        }
    }
}

impl Limits {
    /// Counts a call of a person, of a base if its path names one, and says whether it passes.
    pub fn admit(
        &mut self,
        user: &str,
        base: Option<&str>,
        controls: &Controls,
        now: Timestamp,
    ) -> bool {
        let block_ms = controls.block_s.saturating_mul(1_000);
        let limit = |rate| {
            if controls.rate_limit {
                rate
            } else {
                usize::MAX
            }
        };
        let person = self.people.entry(user.to_owned()).or_default();
        let person_passes = person.passes(limit(controls.user_rate), block_ms, now);
        let base_passes = base.filter(|id| is_base_id(id)).is_none_or(|id| {
            let base = self.bases.entry(id.to_owned()).or_default();
            base.passes(limit(controls.base_rate), block_ms, now)
        });
        !controls.rate_limit || (person_passes && base_passes)
    }

    /// The most calls that any base got within a second.
    pub fn base_peak(&self) -> usize {
        peak(&self.bases)
    }

    /// The most calls that any person made within a second.
    pub fn user_peak(&self) -> usize {
        peak(&self.people)
    }

    /// Starts the peaks anew; what is blocked stays so.
    pub fn forget_peaks(&mut self) {
        let meters = self.bases.values_mut().chain(self.people.values_mut());
        meters.for_each(|meter| meter.calls = Window::new(SECOND_MS));
    }
}

impl Meter {
    fn passes(&mut self, rate: usize, block_ms: i64, now: Timestamp) -> bool {
        self.calls.count(now);
        if self.blocked_until.is_some_and(|until| now < until) {
            return false;
        }
        let passes = self.calls.used_within(now, SECOND_MS) <= rate;
        self.blocked_until = (!passes).then(|| clock::plus_ms(now, block_ms));
        passes
    }
}

fn peak(meters: &BTreeMap<String, Meter>) -> usize {
    let peaks = meters.values().map(|meter| meter.calls.peak());
    peaks.max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::{airtable::data::id::Place, clock::from_ms};

    fn base(index: u16) -> String {
        let place = Place {
            person: 1,
            base: index,
            table: 0,
            row: 0,
        };
        place.id("app")
    }

    #[test]
    fn the_sixth_call_blocks_its_base_for_thirty_seconds_and_no_other() {
        let (mut limits, controls) = (Limits::default(), Controls::default());
        let (one, two) = (base(0), base(1));
        let mut call = |base: &str, ms| limits.admit("usr", Some(base), &controls, from_ms(ms));
        assert!((0..5).all(|nth| call(&one, nth * 100)));
        assert!(!call(&one, 999));
        assert!(call(&two, 1_000));
        assert!(!call(&one, 20_000));
        assert!(!call(&one, 30_998));
        // What was refused in between has not prolonged it.
        assert!(call(&one, 30_999 + 1_000));
        assert_eq!((limits.base_peak(), limits.user_peak()), (6, 6));
    }

    #[test]
    fn a_person_is_limited_over_all_bases() {
        let mut limits = Limits::default();
        let controls = Controls {
            user_rate: 3,
            block_s: 1,
            ..Controls::default()
        };
        let mut call = |index, ms| {
            let base = base(index);
            limits.admit("usr", Some(&base), &controls, from_ms(ms))
        };
        assert!((0..3).all(|index| call(index, 0)));
        assert!(!call(4, 1));
        assert!(call(5, 1_001));
    }

    #[test]
    fn without_a_limit_calls_are_counted_all_the_same() {
        let mut limits = Limits::default();
        let controls = Controls {
            rate_limit: false,
            ..Controls::default()
        };
        let one = base(0);
        assert!((0..9).all(|ms| limits.admit("usr", Some(&one), &controls, from_ms(ms))));
        assert_eq!(limits.base_peak(), 9);
        limits.forget_peaks();
        assert_eq!(limits.base_peak(), 0);
    }
}
