//! Keeps the embedded Redis alive: when its process ends, it is launched again on the same socket,
//! and whoever uses that socket recovers without a restart of Patchbay.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::error::EmbeddedError;
use super::folder::Folder;
use super::launch::Launcher;
use super::process::Process;

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// One that has run this long was well: its next death is met with the first pause again.
const STEADY: Duration = Duration::from_secs(30);

/// The watching task. Dropped without [`Watcher::halt`], it ends, and its Redis is asked to end
/// too.
#[derive(Debug)]
pub struct Watcher {
    halted: CancellationToken,
    task: Option<JoinHandle<Option<Process>>>,
}

impl Watcher {
    pub fn spawn(process: Process, folder: Arc<Folder>, launcher: Launcher) -> Self {
        let halted = CancellationToken::new();
        let watch = Watch {
            folder,
            launcher,
            halted: halted.clone(),
            pause: FIRST_PAUSE,
        };
        Self {
            halted,
            task: Some(tokio::spawn(watch.run(process))),
        }
    }

    /// Stops watching and hands over the process, unless it is dead at this moment.
    pub async fn halt(mut self) -> Option<Process> {
        self.halted.cancel();
        match self.task.take()?.await {
            Ok(process) => process,
            Err(error) => {
                tracing::error!(%error, "the watch over the embedded Redis had failed");
                None
            }
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

struct Watch {
    folder: Arc<Folder>,
    launcher: Launcher,
    halted: CancellationToken,
    pause: Duration,
}

impl Watch {
    async fn run(mut self, mut process: Process) -> Option<Process> {
        loop {
            let since = Instant::now();
            let halted = self.halted.clone();
            if halted.run_until_cancelled(process.gone()).await.is_none() {
                return Some(process);
            }
            self.report(&mut process, since.elapsed());
            process = self.relaunch().await?;
            // Cancelled or not, the loop's next step looks at the process and at the order to halt.
            halted.run_until_cancelled(self.greet(&mut process)).await;
        }
    }

    fn report(&mut self, process: &mut Process, lived: Duration) {
        if lived >= STEADY {
            self.pause = FIRST_PAUSE;
        }
        let how = process.epitaph(&self.folder);
        let pid = process.id();
        tracing::error!(pid, how, "the embedded Redis ended and is started again");
    }

    /// Nothing when halted.
    async fn relaunch(&mut self) -> Option<Process> {
        loop {
            self.halted
                .run_until_cancelled(tokio::time::sleep(self.pause))
                .await?;
            self.pause = (self.pause * 2).min(LONGEST_PAUSE);
            match self.launcher.launch(&self.folder) {
                Ok(process) => return Some(process),
                Err(error) => {
                    tracing::error!(%error, "the embedded Redis could not be started again");
                }
            }
        }
    }

    /// A slow one is left alone, for it may have much to load; a dead one is reported by the loop.
    async fn greet(&self, process: &mut Process) {
        match process.ready(&self.folder).await {
            Ok(()) => tracing::info!(pid = process.id(), "the embedded Redis is back"),
            Err(EmbeddedError::Died { .. }) => {}
            Err(error) => tracing::warn!(%error, "the embedded Redis is slow to come back"),
        }
    }
}
