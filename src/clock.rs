//! Time and randomness as values.
//!
//! Whatever decides by the time or by chance takes a [`Clock`] or an [`Entropy`], so that a test moves
//! the time instead of sleeping. This is the only file that asks the system.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

/// Tells the time of day (UTC). Cheap to clone; all clones show the same time.
#[derive(Clone)]
pub struct Clock {
    /// When it was made.
    start: (Timestamp, Instant),
    /// In milliseconds.
    offset: Arc<AtomicI64>,
    /// By how much [`Clock::now`] jumped besides, in milliseconds.
    jump: Arc<AtomicI64>,
}

impl Clock {
    /// The system's clock.
    #[expect(clippy::disallowed_methods, reason = "The one place that may ask.")]
    pub fn system() -> Self {
        Self {
            start: (Timestamp::now(), Instant::now()),
            offset: Arc::default(),
            jump: Arc::default(),
        }
    }

    /// The present moment.
    #[expect(clippy::disallowed_methods, reason = "The one place that may ask.")]
    pub fn now(&self) -> Timestamp {
        later(later(Timestamp::now(), &self.offset), &self.jump)
    }

    /// The present moment, had nobody set the machine's clock since this one was made.
    pub fn steady(&self) -> Timestamp {
        let (began, since) = self.start;
        let steady = began.checked_add(since.elapsed()).unwrap_or(began);
        later(steady, &self.offset)
    }

    /// Moves this clock (and its clones) forward or back, for tests of expiry.
    pub fn shift(&self, by: SignedDuration) {
        self.offset.fetch_add(millis(by), Ordering::Relaxed);
    }

    /// Sets the time of day so much ahead, for tests: it is not later for that.
    #[cfg(test)]
    pub fn jump(&self, by: SignedDuration) {
        self.jump.fetch_add(millis(by), Ordering::Relaxed);
    }
}

fn later(time: Timestamp, by: &AtomicI64) -> Timestamp {
    let by = SignedDuration::from_millis(by.load(Ordering::Relaxed));
    time.checked_add(by).unwrap_or(time)
}

fn millis(by: SignedDuration) -> i64 {
    i64::try_from(by.as_millis()).unwrap_or(i64::MAX)
}

/// A source of unpredictable bytes.
#[derive(Clone)]
pub struct Entropy {
    fill: Arc<Fill>,
}

type Fill = dyn Fn(&mut [u8]) + Send + Sync;

impl Entropy {
    /// The operating system's generator, by way of the thread's own (a CSPRNG seeded from it).
    #[expect(clippy::disallowed_methods, reason = "The one place that may ask.")]
    pub fn system() -> Self {
        Self {
            fill: Arc::new(|bytes| rand::Rng::fill_bytes(&mut rand::rng(), bytes)),
        }
    }

    /// Not unpredictable at all: the same byte again and again.
    #[cfg(test)]
    pub fn fixed(byte: u8) -> Self {
        Self {
            fill: Arc::new(move |bytes| bytes.fill(byte)),
        }
    }

    /// `N` fresh bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.fill)(&mut bytes);
        bytes
    }

    /// Fills `bytes`.
    pub fn fill(&self, bytes: &mut [u8]) {
        (self.fill)(bytes);
    }

    /// A number evenly between 0 and 1.
    pub fn unit(&self) -> f64 {
        // 53 bits, as many as a double holds.
        (u64::from_be_bytes(self.bytes()) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A short name that is hardly ever given twice: 12 hex digits.
    pub fn name(&self) -> String {
        format!("{:012x}", u64::from_be_bytes(self.bytes()) >> 16)
    }

    /// A token of 256 random bits in URL-safe base64 (43 characters).
    pub fn token(&self) -> String {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }
}
