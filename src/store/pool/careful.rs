//! Whether a master may be frozen just now, as far as the answers tell.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// What took so long may have waited for a server that was frozen.
const SLOW: Duration = Duration::from_millis(250);
/// So long after it nothing that Sentinels said a moment ago is taken for granted: they may choose another master any time.
const CAREFUL: Duration = Duration::from_secs(10);

/// Remembers when something was slow last.
pub(super) struct Careful {
    begun: Instant,
    /// In milliseconds after that.
    until: AtomicU64,
}

impl Careful {
    pub(super) fn new() -> Self {
        Self {
            begun: Instant::now(),
            until: AtomicU64::new(0),
        }
    }

    pub(super) fn is_on(&self) -> bool {
        self.now() < self.until.load(Ordering::Relaxed)
    }

    /// Looks how long something takes, whether or not it comes to its end.
    pub(super) fn watch(self: &Arc<Self>) -> Watch {
        Watch {
            careful: Arc::clone(self),
            begun: Instant::now(),
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Something that is under way.
pub(super) struct Watch {
    careful: Arc<Careful>,
    begun: Instant,
}

impl Watch {
    /// Ends the look, and tells whether it was slow. What else is waited for after that does not belong to it.
    pub(super) fn ended(self) -> bool {
        self.is_slow()
    }

    fn is_slow(&self) -> bool {
        self.begun.elapsed() >= SLOW
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if self.is_slow() {
            let until = self.careful.now() + u64::try_from(CAREFUL.as_millis()).unwrap_or(0);
            self.careful.until.store(until, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_was_slow_or_given_up_makes_careful_for_a_while() {
        let careful = Arc::new(Careful::new());
        drop(careful.watch());
        assert!(!careful.is_on());
        let watch = careful.watch();
        tokio::time::sleep(SLOW).await;
        assert!(watch.ended());
        assert!(careful.is_on());
        tokio::time::sleep(CAREFUL).await;
        assert!(!careful.is_on());
    }
}
