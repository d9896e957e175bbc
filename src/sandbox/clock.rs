//! Time as a value: only the handlers at the rim ask the clock, everything below is told.

use jiff::Timestamp;

/// The time of the call, cut to the milliseconds that providers write.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place in the sandbox that reads the clock"
)]
pub fn now() -> Timestamp {
    cut(Timestamp::now())
}

/// `moment` without what is finer than a millisecond.
pub fn cut(moment: Timestamp) -> Timestamp {
    from_ms(moment.as_millisecond())
}

/// `moment` moved by `ms` milliseconds, held inside what a timestamp can express.
pub fn plus_ms(moment: Timestamp, ms: i64) -> Timestamp {
    from_ms(moment.as_millisecond().saturating_add(ms))
}

/// The timestamp of so many milliseconds since 1970.
pub fn from_ms(ms: i64) -> Timestamp {
    let edge = if ms < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    Timestamp::from_millisecond(ms).unwrap_or(edge)
}
