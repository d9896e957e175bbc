//! Whether a reader keeps pace.
//!
//! An export holds its place until it is read, so who reads very slowly holds up all who wait for one. A reader has a
//! minute of patience. What they let us wait is taken from it; each piece that they take gives ten seconds back, until it
//! is a minute again. So a break of nearly a minute does no harm, and whoever takes less than a piece (64 KiB) in ten seconds
//! comes to the end of it, the sooner the slower they are; a line of 10 kB/s is half as fast again as it has to be. How long
//! a piece takes to be made is not the reader's fault and counts for nothing.

use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::SendTimeoutError;
use tokio::time::Instant;

/// The patience that a reader has at most.
const PATIENCE: Duration = Duration::from_secs(60);
/// What a piece that was taken gives back.
const A_PIECE: Duration = Duration::from_secs(10);

/// See the module.
pub(super) struct Pace {
    left: Duration,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self { left: PATIENCE }
    }

    /// Hands a piece on, for as long as there is patience left.
    pub(super) async fn send<T>(
        &mut self,
        to: &Sender<T>,
        piece: T,
    ) -> Result<(), SendTimeoutError<T>> {
        let begun = Instant::now();
        to.send_timeout(piece, self.left).await?;
        let left = self.left.saturating_sub(begun.elapsed());
        self.left = (left + A_PIECE).min(PATIENCE);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;
    use tokio::time::sleep;

    use super::*;

    /// Pieces that are handed on, of at most so many, to who takes one whenever so much time is over.
    async fn taken(most: u32, every: Duration) -> u32 {
        let (to, mut pieces) = mpsc::channel(4);
        let reader = async move {
            loop {
                sleep(every).await;
                if pieces.recv().await.is_none() {
                    return;
                }
            }
        };
        let writer = async move {
            let mut pace = Pace::new();
            for nth in 0..most {
                if pace.send(&to, nth).await.is_err() {
                    return nth;
                }
            }
            most
        };
        tokio::join!(writer, reader).0
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_line_is_served() {
        // A piece at 10 kB/s.
        assert_eq!(taken(400, Duration::from_millis(6_554)).await, 400);
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_a_piece_now_and_then_does_not_hold_a_place() {
        let begun = Instant::now();
        let taken = taken(400, Duration::from_secs(20)).await;
        assert!((5..20).contains(&taken), "{taken}");
        assert!(begun.elapsed() < Duration::from_secs(300));
    }

    #[tokio::test(start_paused = true)]
    async fn a_break_is_forgiven_and_silence_is_not() {
        let (to, mut pieces) = mpsc::channel(1);
        let mut pace = Pace::new();
        for _ in 0..10 {
            pace.send(&to, ()).await.expect("room for one");
            let late = async {
                sleep(Duration::from_secs(55)).await;
                // What was missed meanwhile is made up for.
                for _ in 0..6 {
                    pieces.recv().await.expect("a piece");
                }
            };
            let on = async {
                for _ in 0..5 {
                    pace.send(&to, ()).await.expect("a reader");
                }
            };
            tokio::join!(late, on);
        }
        pace.send(&to, ()).await.expect("room for one");
        let begun = Instant::now();
        assert!(pace.send(&to, ()).await.is_err());
        assert_eq!(begun.elapsed().as_secs(), PATIENCE.as_secs());
    }
}
