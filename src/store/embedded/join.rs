//! A command beside a Patchbay that serves: it uses the Redis of that one, and never ends it.

use std::path::Path;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::client::{self, Answer};
use super::folder::Neighbour;
use super::{Embedded, EmbeddedError};

/// How long a living Patchbay may take until its Redis answers, or until the folder is free.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(200);

/// The embedded Redis of a data folder, to be used for a while.
#[derive(Debug)]
pub enum Joined {
    /// Nobody used the folder: this one was started, and ends by [`Embedded::stop`].
    Own(Embedded),
    /// It belongs to a Patchbay that runs; this is its URL.
    Neighbours(String),
}

impl Joined {
    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> String {
        match self {
            Self::Own(embedded) => embedded.url(),
            Self::Neighbours(url) => url.clone(),
        }
    }

    /// Ends the Redis if it was started here; leaves a neighbour's alone.
    ///
    /// # Errors
    ///
    /// As [`Embedded::stop`].
    pub async fn stop(self) -> Result<(), EmbeddedError> {
        match self {
            Self::Own(embedded) => embedded.stop().await,
            Self::Neighbours(_) => Ok(()),
        }
    }
}

impl Embedded {
    /// Joins the Redis of the Patchbay that uses `data_dir`, or starts it as [`Embedded::start`] does where
    /// nobody uses it. A neighbour that is just starting or ending is waited for.
    ///
    /// # Errors
    ///
    /// As [`Embedded::start`]; the folder is in use only where no Redis of it answers within half a minute.
    pub async fn join(data_dir: &Path) -> Result<Joined, EmbeddedError> {
        let started = Instant::now();
        loop {
            let in_use = match Self::start(data_dir).await {
                Ok(embedded) => return Ok(Joined::Own(embedded)),
                Err(in_use @ EmbeddedError::InUse { .. }) => in_use,
                Err(problem) => return Err(problem),
            };
            if let Some(url) = neighbour(data_dir).await {
                return Ok(Joined::Neighbours(url));
            }
            if started.elapsed() > PATIENCE {
                return Err(in_use);
            }
            sleep(PAUSE).await;
        }
    }
}

/// The URL of the Redis that works in this folder and is ready.
pub(super) async fn neighbour(data_dir: &Path) -> Option<String> {
    let place = Neighbour::of(data_dir)?;
    let found = client::identity(&place.url).await?;
    let ready = client::ping(&place.url).await == Answer::Ready;
    (found.folder == place.redis && ready).then_some(place.url)
}
