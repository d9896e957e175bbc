//! How long to wait before the next try.

use std::time::Duration;

use crate::clock::Entropy;

/// Tries of one call in all.
pub(super) const TRIES: u32 = 6;
/// A provider that asks for a longer wait than this has the call given up.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(60);

const FIRST: Duration = Duration::from_millis(400);
const CAP: Duration = Duration::from_secs(15);

/// The wait after try `tried` (from 1): anything up to a bound that doubles ('full jitter'), so that many
/// callers who failed together do not come back together.
pub(super) fn backoff(tried: u32, entropy: &Entropy) -> Duration {
    let bound = FIRST
        .saturating_mul(1 << tried.clamp(1, 16).saturating_sub(1))
        .min(CAP);
    let chance = f64::from(u32::from_be_bytes(entropy.bytes())) / f64::from(u32::MAX);
    bound.mul_f64(chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_stays_within_a_bound_that_doubles() {
        let entropy = Entropy::system();
        for tried in 1..40 {
            let wait = backoff(tried, &entropy);
            assert!(wait <= CAP);
            assert!(tried > 5 || wait <= FIRST * (1 << (tried - 1)));
        }
    }
}
