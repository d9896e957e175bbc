//! A rolling-window limiter that keeps a log of its calls.
//!
//! A bucket that refills would let twice the limit through across a border; a provider that
//! counts a rolling window does not.

use std::collections::VecDeque;

use jiff::Timestamp;

/// The calls of the last `span_ms` milliseconds.
#[derive(Debug)]
pub struct Window {
    span_ms: i64,
    log: VecDeque<Timestamp>,
    peak: usize,
}

impl Window {
    pub fn new(span_ms: i64) -> Self {
        Self {
            span_ms,
            log: VecDeque::new(),
            peak: 0,
        }
    }

    /// Lets a call through and says how many are left, or refuses it. A refused call is not counted.
    pub fn admit(&mut self, now: Timestamp, limit: usize) -> Option<usize> {
        self.forget(now);
        let left = limit.checked_sub(self.log.len() + 1)?;
        self.note(now);
        Some(left)
    }

    /// Counts a call that no limit applies to.
    pub fn count(&mut self, now: Timestamp) {
        self.forget(now);
        self.note(now);
    }

    /// How many calls came in the last `span_ms` milliseconds.
    pub fn used_within(&self, now: Timestamp, span_ms: i64) -> usize {
        self.log
            .iter()
            .rev()
            .take_while(|at| age(**at, now) < span_ms)
            .count()
    }

    /// In how many milliseconds the oldest call leaves the window.
    pub fn frees_in(&self, now: Timestamp) -> i64 {
        let oldest = self.log.front();
        oldest.map_or(0, |at| self.span_ms.saturating_sub(age(*at, now)))
    }

    /// The most calls that were ever in the window at once.
    pub fn peak(&self) -> usize {
        self.peak
    }

    fn note(&mut self, now: Timestamp) {
        self.log.push_back(now);
        self.peak = self.peak.max(self.log.len());
    }

    fn forget(&mut self, now: Timestamp) {
        while self
            .log
            .front()
            .is_some_and(|at| age(*at, now) >= self.span_ms)
        {
            self.log.pop_front();
        }
    }
}

fn age(at: Timestamp, now: Timestamp) -> i64 {
    now.as_millisecond().saturating_sub(at.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::clock::from_ms;

    #[test]
    fn refuses_beyond_the_limit_and_counts_down() {
        let mut window = Window::new(10_000);
        let left: Vec<_> = (0..4).map(|ms| window.admit(from_ms(ms), 3)).collect();
        assert_eq!(left, [Some(2), Some(1), Some(0), None]);
    }

    #[test]
    fn rolls_and_does_not_refill_in_steps() {
        let mut window = Window::new(10_000);
        // All of the burst late in one interval: a fixed interval or a bucket would let more through soon after.
        assert!((0..3).all(|_| window.admit(from_ms(9_900), 3).is_some()));
        assert_eq!(window.admit(from_ms(10_100), 3), None);
        assert_eq!(window.admit(from_ms(19_899), 3), None);
        assert_eq!(window.frees_in(from_ms(19_899)), 1);
        assert_eq!(window.admit(from_ms(19_900), 3), Some(2));
    }

    #[test]
    fn a_refused_call_does_not_lengthen_the_wait() {
        let mut window = Window::new(1_000);
        assert!(window.admit(from_ms(0), 1).is_some());
        assert!((1..1_000).all(|ms| window.admit(from_ms(ms), 1).is_none()));
        assert!(window.admit(from_ms(1_000), 1).is_some());
        assert_eq!(window.peak(), 1);
    }
}
