//! The task that makes a file and hands it on, piece by piece.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::pace::Pace;
use super::room::Place;
use crate::items::{Format, Query};
use crate::load::LoadError;
use crate::load::view::View;

/// Bytes of a piece, about.
const PIECE: usize = 64 * 1024;
/// How long an export may take in all: who reads slowly, if fast enough, must not hold its place for days.
const ALL_WITHIN: Duration = Duration::from_secs(60 * 60);

/// What is handed on.
pub(super) enum Piece {
    Bytes(Vec<u8>),
    /// There is no more.
    End,
    /// Why there is no more, though there should be.
    Failed(LoadError),
}

/// Why an export ended.
#[derive(Debug, thiserror::Error)]
enum Stopped {
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error("its reader is too slow, or has gone")]
    Slow,
    #[error("it took more than {} minutes", ALL_WITHIN.as_secs() / 60)]
    TooLong,
    #[error("Patchbay stops")]
    Stop,
    #[error("the reader has gone")]
    Gone,
}

/// See the module.
pub(super) struct Pump {
    to: mpsc::Sender<Piece>,
    stop: CancellationToken,
    begun: AtomicBool,
}

impl Pump {
    /// One that hands pieces to this channel until it is stopped.
    pub(super) fn new(to: mpsc::Sender<Piece>, stop: CancellationToken) -> Self {
        let begun = AtomicBool::new(false);
        Self { to, stop, begun }
    }

    /// Makes the file. The place is given back at the end.
    pub(super) async fn run(self, view: View, query: Query, format: Format, place: Place) {
        let provider = view.providers();
        let made = tokio::select! {
            made = Box::pin(self.make(&view, &query, format, place.bytes())) => made,
            never = view.keep() => match never {},
            () = self.to.closed() => Err(Stopped::Gone),
            () = self.stop.cancelled() => Err(Stopped::Stop),
            () = tokio::time::sleep(ALL_WITHIN) => Err(Stopped::TooLong),
        };
        match made {
            Ok(()) => {}
            Err(Stopped::Gone) => tracing::debug!(provider, "an export was not read to its end"),
            Err(error) => self.fail(error, &provider).await,
        }
        drop(place);
    }

    async fn make(
        &self,
        view: &View,
        query: &Query,
        format: Format,
        bytes: usize,
    ) -> Result<(), Stopped> {
        let (mut batches, mut file) = view.batches(query, format, bytes).await?;
        let mut pace = Pace::new();
        while let Some(batch) = batches.next().await? {
            for item in batch.items() {
                file.push(&item?).map_err(LoadError::from)?;
                if file.waiting() >= PIECE {
                    let piece = file.take().map_err(LoadError::from)?;
                    self.send(&mut pace, Piece::Bytes(piece)).await?;
                }
            }
        }
        let rest = file.finish().map_err(LoadError::from)?;
        self.send(&mut pace, Piece::Bytes(rest)).await?;
        self.send(&mut pace, Piece::End).await
    }

    async fn send(&self, pace: &mut Pace, piece: Piece) -> Result<(), Stopped> {
        use mpsc::error::SendTimeoutError;
        self.begun.store(true, Ordering::Relaxed);
        let sent = pace.send(&self.to, piece).await;
        sent.map_err(|error| match error {
            SendTimeoutError::Timeout(_) => Stopped::Slow,
            SendTimeoutError::Closed(_) => Stopped::Gone,
        })
    }

    /// Before the first piece somebody waits who can still be told why; later the log alone can.
    async fn fail(&self, error: Stopped, provider: &str) {
        match error {
            Stopped::Load(error) if !self.begun.load(Ordering::Relaxed) => {
                let _ = self.to.send(Piece::Failed(error)).await;
            }
            error => tracing::warn!(provider, %error, "an export broke off"),
        }
    }
}
