//! Rate limits: how many requests a provider's unit (an account, a base) may get in a window.
//!
//! Providers count over a rolling window. A bucket that refills would let through its whole size and then
//! the refill, up to twice the limit within one window; so the times of the last requests are kept.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// So many requests in any window of that length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Most requests in a window; at least 1.
    pub requests: u32,
    /// The window's length.
    pub per: Duration,
}

/// A request's part in a unit: which one, and what we allow ourselves there; `None` for no limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The unit's name.
    pub unit: String,
    /// Its rate.
    pub rate: Option<Rate>,
}

/// The windows of all units. Clones share them.
#[derive(Clone, Default)]
pub struct Limits {
    windows: Arc<Mutex<HashMap<String, Window>>>,
}

#[derive(Default)]
struct Window {
    sent: VecDeque<Instant>,
    /// The window's length when it was used last.
    per: Duration,
    paused_until: Option<Instant>,
}

impl Limits {
    /// Waits until a request keeps within the rates of all its units at once, and counts it in each.
    pub async fn acquire(&self, shares: &[Share]) {
        while let Some(until) = self.try_acquire(shares, Instant::now()) {
            tokio::time::sleep_until(until).await;
        }
    }

    /// Keeps all requests to `unit` back for a while, after it said that it had too many.
    pub fn pause(&self, unit: &str, wait: Duration) {
        let until = Instant::now() + wait;
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.entry(unit.to_owned()).or_default();
        window.paused_until = Some(window.paused_until.map_or(until, |old| old.max(until)));
    }

    /// Counts a request now, or tells when to ask again. All units are looked at before one is counted in:
    /// a request that waits for one of them must not use up another's time.
    fn try_acquire(&self, shares: &[Share], now: Instant) -> Option<Instant> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        // Units that have been quiet are forgotten, so that the map does not grow with every account.
        windows.retain(|_, window| !window.is_idle(now));
        let free_at = shares.iter().filter_map(|share| {
            let window = windows.get_mut(&share.unit)?;
            window.free_at(now, share.rate)
        });
        if let Some(until) = free_at.max() {
            return Some(until);
        }
        for share in shares {
            let Some(rate) = share.rate else { continue };
            let window = windows.entry(share.unit.clone()).or_default();
            window.per = rate.per;
            window.sent.push_back(now);
        }
        None
    }
}

impl Window {
    /// When the next request may be sent; `None` for now.
    fn free_at(&mut self, now: Instant, rate: Option<Rate>) -> Option<Instant> {
        if let Some(until) = self.paused_until.filter(|until| *until > now) {
            return Some(until);
        }
        self.paused_until = None;
        let rate = rate?;
        self.forget_before(now, rate.per);
        let room = self.sent.len() < rate.requests.max(1) as usize;
        let first = self.sent.front().filter(|_| !room)?;
        Some(*first + rate.per)
    }

    fn forget_before(&mut self, now: Instant, per: Duration) {
        while self.sent.front().is_some_and(|first| *first + per <= now) {
            self.sent.pop_front();
        }
    }

    fn is_idle(&self, now: Instant) -> bool {
        let last = self.sent.back().copied().max(self.paused_until);
        last.is_none_or(|last| last + self.per < now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Option<Rate> = Some(Rate {
        requests: 10,
        per: Duration::from_secs(10),
    });

    fn share(unit: &str, rate: Option<Rate>) -> Share {
        Share {
            unit: unit.to_owned(),
            rate,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_one_unit_uses_up_no_other() {
        let limits = Limits::default();
        let (wide, narrow) = (share("account", RATE), share("base", RATE));
        for _ in 0..10 {
            limits.acquire(std::slice::from_ref(&narrow)).await;
        }
        let held = limits.try_acquire(&[wide.clone(), narrow], Instant::now());
        assert_eq!(held, Some(Instant::now() + Duration::from_secs(10)));
        for _ in 0..10 {
            assert_eq!(
                limits.try_acquire(std::slice::from_ref(&wide), Instant::now()),
                None
            );
        }
        assert!(limits.try_acquire(&[wide], Instant::now()).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn no_window_holds_more_than_the_limit() {
        let limits = Limits::default();
        let mut times = Vec::new();
        for n in 0..35 {
            limits.acquire(&[share("unit", RATE)]).await;
            times.push(Instant::now());
            tokio::time::sleep(Duration::from_millis(n * 13 % 400)).await;
        }
        for (n, time) in times.iter().enumerate() {
            let later = times[n..]
                .iter()
                .take_while(|t| **t - *time < Duration::from_secs(10));
            assert!(later.count() <= 10);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn units_do_not_hold_each_other_up() {
        let limits = Limits::default();
        let started = Instant::now();
        for n in 0..20 {
            let unit = if n % 2 == 0 { "one" } else { "other" };
            limits.acquire(&[share(unit, RATE)]).await;
        }
        assert_eq!(started.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_holds_even_without_a_limit() {
        let limits = Limits::default();
        limits.pause("unit", Duration::from_secs(7));
        limits.pause("unit", Duration::from_secs(3));
        let started = Instant::now();
        limits.acquire(&[share("unit", None)]).await;
        assert_eq!(started.elapsed(), Duration::from_secs(7));
    }

    #[tokio::test(start_paused = true)]
    async fn a_quiet_unit_keeps_its_count_for_as_long_as_its_window_is() {
        let limits = Limits::default();
        let window = Duration::from_secs(600);
        let rate = Some(Rate {
            requests: 3,
            per: window,
        });
        let started = Instant::now();
        for _ in 0..3 {
            limits.acquire(&[share("slow", rate)]).await;
        }
        // Whoever else asks meanwhile makes the limits forget who is quiet.
        for _ in 0..6 {
            tokio::time::sleep(Duration::from_secs(95)).await;
            limits.acquire(&[share("other", RATE)]).await;
        }
        limits.acquire(&[share("slow", rate)]).await;
        assert_eq!(started.elapsed(), window);
    }

    #[tokio::test(start_paused = true)]
    async fn units_that_are_quiet_for_longer_are_forgotten() {
        let limits = Limits::default();
        for n in 0..50 {
            limits.acquire(&[share(&format!("unit {n}"), RATE)]).await;
        }
        tokio::time::sleep(Duration::from_secs(11)).await;
        limits.acquire(&[share("last", RATE)]).await;
        assert_eq!(limits.windows.lock().expect("no panic").len(), 1);
    }
}
