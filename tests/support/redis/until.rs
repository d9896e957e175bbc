//! Waiting for servers, which say for themselves when they are ready.

use std::time::{Duration, Instant};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// Looks again and again until it is done; `what` says what is the matter if that takes too long.
pub async fn until(what: &str, patience: Duration, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_done(what, begun, patience, &mut done) {
        tokio::time::sleep(PAUSE).await;
    }
}

/// The same where nothing else is to go on meanwhile.
pub fn block_until(what: &str, patience: Duration, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_done(what, begun, patience, &mut done) {
        std::thread::sleep(PAUSE);
    }
}

fn is_done(
    what: &str,
    begun: Instant,
    patience: Duration,
    done: &mut impl FnMut() -> bool,
) -> bool {
    let done = done();
    assert!(done || begun.elapsed() < patience, "{what}");
    done
}
