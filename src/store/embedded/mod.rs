//! The embedded Redis: a private `redis-server` that Patchbay starts for itself when none is named.
//!
//! It is a child on a Unix socket inside the data folder, without a TCP port, and it writes every
//! change to disk before it answers. It ends with the program. When Patchbay is killed the child
//! lives on, and the next start adopts it instead of refusing; when the child dies, a watcher
//! starts it again.

mod adopt;
mod client;
mod error;
mod folder;
mod join;
mod launch;
mod lock;
mod look;
mod owner;
mod process;
mod socket;
mod watch;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

pub use error::EmbeddedError;
pub use join::Joined;
pub use look::{Folder as FolderLook, Look};
pub use process::ENDS_IN;

use folder::Folder;
use launch::Launcher;
use process::Process;
use watch::Watcher;

/// A running private Redis, together with the exclusive claim on its data folder.
///
/// End it with [`Embedded::stop`]. One that is only dropped asks its child to end and does not wait
/// for it.
#[derive(Debug)]
pub struct Embedded {
    folder: Arc<Folder>,
    adopted: bool,
    watcher: Watcher,
}

impl Embedded {
    /// Starts the private Redis in `data_dir`, or adopts the one a killed Patchbay left there, and
    /// waits for it to answer.
    ///
    /// # Errors
    ///
    /// Says in words for an operator why it cannot run: the folder is in use or unsafe, the program
    /// is missing, or it did not come up in time.
    pub async fn start(data_dir: &Path) -> Result<Self, EmbeddedError> {
        Self::start_with(data_dir, Launcher::default()).await
    }

    async fn start_with(data_dir: &Path, launcher: Launcher) -> Result<Self, EmbeddedError> {
        let folder = Arc::new(Folder::open(data_dir)?);
        let (process, adopted) = match adopt::running(&folder).await? {
            Some(process) => (process, true),
            None => (launch(launcher, &folder).await?, false),
        };
        let path = folder.redis().display();
        tracing::info!(pid = process.id(), adopted, %path, "the embedded Redis is ready");
        let watcher = Watcher::spawn(process, Arc::clone(&folder), launcher);
        Ok(Self {
            folder,
            adopted,
            watcher,
        })
    }

    /// Where it listens, in the form the `redis` crate reads: `unix:///…`, percent-encoded.
    #[must_use]
    pub fn url(&self) -> String {
        self.folder.url().to_owned()
    }

    /// Whether this start found the Redis of an earlier, killed Patchbay still running.
    #[must_use]
    pub fn adopted(&self) -> bool {
        self.adopted
    }

    /// Ends the Redis in order and waits until its process is gone, then gives the data folder
    /// free.
    ///
    /// It takes [`ENDS_IN`] at most.
    ///
    /// # Errors
    ///
    /// Only when the process outlives even a kill.
    pub async fn stop(self) -> Result<(), EmbeddedError> {
        let Self {
            folder, watcher, ..
        } = self;
        if let Some(mut process) = watcher.halt().await {
            process.shut_down(&folder).await?;
        }
        folder.clean();
        Ok(())
    }

    /// Loses the child the way a killed Patchbay does: it runs on, unwatched, and the lock is free.
    #[cfg(test)]
    async fn abandon(self) -> u32 {
        let process = self.watcher.halt().await.expect("a running child");
        process.leave()
    }
}

async fn launch(launcher: Launcher, folder: &Folder) -> Result<Process, EmbeddedError> {
    let mut process = launcher.launch(folder)?;
    match process.ready(folder).await {
        Ok(()) => Ok(process),
        Err(problem) => {
            process.end().await?;
            folder.clean();
            Err(problem)
        }
    }
}
