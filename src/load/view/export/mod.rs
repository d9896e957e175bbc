//! A whole selection as a file, in memory that does not grow with it.
//!
//! A task of its own reads and writes ahead of whoever downloads, by some hundred kilobytes: it knows when nobody reads
//! any more, when it takes too long, and when Patchbay stops, and lets go of its memory then. A file that breaks
//! off never looks like a whole one: the end is said, and who hears nothing of it fails.

mod batch;
mod batches;
mod keep;
mod pace;
mod pump;
mod room;

use tokio::sync::mpsc;

use super::{Filtered, View, aside};
use crate::items::{Encoder, Format, Query};
use crate::load::LoadError;
use batches::Batches;
use pump::{Piece, Pump};

pub(in crate::load) use room::Room;

/// Pieces that wait for the reader at most.
const AHEAD: usize = 4;

/// A file on its way.
pub struct Download {
    first: Option<Piece>,
    rest: mpsc::Receiver<Piece>,
}

/// The file ends before its end: the log has the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the export broke off")]
pub struct BrokenOff;

impl Download {
    /// The next bytes; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<Vec<u8>, BrokenOff>> {
        let piece = match self.first.take() {
            Some(first) => Some(first),
            None => self.rest.recv().await,
        };
        match piece {
            Some(Piece::Bytes(bytes)) => Some(Ok(bytes)),
            Some(Piece::End) => None,
            Some(Piece::Failed(_)) | None => Some(Err(BrokenOff)),
        }
    }
}

impl View {
    /// See [`crate::load::Loads::export`].
    pub(in crate::load) async fn export(
        &self,
        query: &Query,
        format: Format,
    ) -> Result<Download, LoadError> {
        let owner = &self.source.owner;
        let place = self.parts.exports.place(owner, self.loaded()).await?;
        let (to, mut rest) = mpsc::channel(AHEAD);
        let (view, query) = (self.clone(), query.clone());
        let stop = self.parts.stop.clone();
        self.parts.setup.tasks.spawn(async move {
            Pump::new(to, stop).run(view, query, format, place).await;
        });
        match rest.recv().await {
            Some(Piece::Failed(error)) => Err(error),
            None => Err(LoadError::Gone),
            first => Ok(Download { first, rest }),
        }
    }

    /// The batches of a selection, and the empty file.
    pub(in crate::load) async fn batches(
        &self,
        query: &Query,
        format: Format,
        bytes: usize,
    ) -> Result<(Batches, Encoder), LoadError> {
        let Filtered { indexed, found } = self.filtered(query).await?;
        // By provider and type alone: a table has the same columns whatever text it is filtered by.
        let encoder = Encoder::new(format, indexed.index.properties(query))?;
        let (of, query) = (std::sync::Arc::clone(&indexed), query.clone());
        let rows = aside(move || of.index.all(&query, found.as_deref())).await?;
        Ok((Batches::new(self.clone(), indexed, rows, bytes), encoder))
    }
}
