//! What an earlier Patchbay left in the data folder: a Redis that still runs, or the traces of one
//! that is gone.

use std::time::{Duration, Instant};

use rustix::process::Pid;
use tokio::time::sleep;

use super::client::{self, Identity};
use super::error::EmbeddedError;
use super::folder::Folder;
use super::owner;
use super::process::Process;

/// How long a living Redis of this folder may say nothing, as one may that was launched a moment
/// ago.
const SILENCE_LIMIT: Duration = Duration::from_secs(3);

const PAUSE: Duration = Duration::from_millis(100);

/// Finds the Redis that still runs in this folder, and waits until it is ready. With none, the
/// folder is clean for a launch.
pub async fn running(folder: &Folder) -> Result<Option<Process>, EmbeddedError> {
    let noted = folder
        .noted_pid()
        .filter(|pid| owner::serves(*pid, folder.redis()));
    if let Some(found) = identity(folder, noted).await {
        return adopt(found.pid, folder).await;
    }
    if let Some(pid) = noted {
        end_silent(Process::adopted(pid, folder)).await?;
    }
    folder.clean();
    Ok(None)
}

async fn identity(folder: &Folder, noted: Option<Pid>) -> Option<Identity> {
    let started = Instant::now();
    loop {
        let found = client::identity(folder.url())
            .await
            .filter(|found| found.folder == folder.redis());
        let lives = noted.is_some_and(|pid| owner::still_serves(pid, folder.redis()));
        if found.is_some() || !lives || started.elapsed() > SILENCE_LIMIT {
            return found;
        }
        sleep(PAUSE).await;
    }
}

/// Nobody can reach it, and a second Redis beside it would spoil the file that both write.
async fn end_silent(mut process: Process) -> Result<(), EmbeddedError> {
    tracing::warn!(
        pid = process.id(),
        "an earlier Redis of this data folder does not answer and is replaced"
    );
    process.end().await
}

async fn adopt(pid: Pid, folder: &Folder) -> Result<Option<Process>, EmbeddedError> {
    let mut process = Process::adopted(pid, folder);
    if !owner::serves(pid, folder.redis()) {
        return Err(EmbeddedError::OutOfReach {
            path: folder.redis().to_owned(),
            pid: process.id(),
        });
    }
    folder.note_pid(pid);
    match process.ready(folder).await {
        Ok(()) => Ok(Some(process)),
        // It was ending when it was found, and has made room for a launch.
        Err(EmbeddedError::Died { .. }) => {
            folder.clean();
            Ok(None)
        }
        Err(problem) => Err(problem),
    }
}
