//! The process of the embedded Redis: launched by this Patchbay, or taken over from one that was
//! killed.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Child;
use tokio::time::{sleep, timeout, timeout_at};

use super::client::{self, Answer};
use super::error::EmbeddedError;
use super::folder::Folder;
use super::owner;

const START_LIMIT: Duration = Duration::from_secs(10);
const LOADING_LIMIT: Duration = Duration::from_mins(1);
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(4);
const TERM_LIMIT: Duration = Duration::from_secs(1);
const KILL_LIMIT: Duration = Duration::from_secs(2);
/// How long [`Process::shut_down`] takes at most.
pub const ENDS_IN: Duration = SHUTDOWN_LIMIT
    .saturating_add(TERM_LIMIT)
    .saturating_add(KILL_LIMIT);

const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

/// How often an adopted process, which is nobody's child here, is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// A Redis process. Dropped while it runs, it is asked to end, so that a start that fails later
/// leaves nothing behind.
#[derive(Debug)]
pub struct Process {
    pid: Pid,
    child: Option<Child>,
    folder: PathBuf,
    log_from: u64,
    left: bool,
}

impl Process {
    pub fn launched(pid: Pid, child: Child, folder: &Folder, log_from: u64) -> Self {
        Self {
            pid,
            child: Some(child),
            folder: folder.redis().to_owned(),
            log_from,
            left: false,
        }
    }

    pub fn adopted(pid: Pid, folder: &Folder) -> Self {
        let log_from = folder.log_length();
        Self {
            pid,
            child: None,
            folder: folder.redis().to_owned(),
            log_from,
            left: false,
        }
    }

    pub fn id(&self) -> u32 {
        self.pid.as_raw_nonzero().get().unsigned_abs()
    }

    pub fn runs(&mut self) -> bool {
        match &mut self.child {
            Some(child) => matches!(child.try_wait(), Ok(None)),
            None => owner::still_serves(self.pid, &self.folder),
        }
    }

    /// Waits until it is gone.
    pub async fn gone(&mut self) {
        match &mut self.child {
            Some(child) => {
                if let Err(error) = child.wait().await {
                    tracing::warn!(%error, "the end of the embedded Redis was not reported");
                }
            }
            None => {
                while self.runs() {
                    sleep(LOOK_EVERY).await;
                }
            }
        }
    }

    /// How it ended, for the log: its exit status where it was our child, and its last words.
    pub fn epitaph(&mut self, folder: &Folder) -> String {
        let status = self
            .child
            .as_mut()
            .and_then(|child| child.try_wait().ok().flatten());
        let status = status.map_or_else(|| "it is gone".to_owned(), |status| status.to_string());
        match folder.last_words(self.log_from) {
            Some(words) => format!("{status}: {words}"),
            None => status,
        }
    }

    /// Waits until it answers. One that is loading its data gets more time than one that says
    /// nothing.
    pub async fn ready(&mut self, folder: &Folder) -> Result<(), EmbeddedError> {
        let started = Instant::now();
        let mut pause = FIRST_PAUSE;
        let mut loading = false;
        loop {
            let answer = client::ping(folder.url()).await;
            if !self.runs() {
                return Err(EmbeddedError::Died {
                    how: self.epitaph(folder),
                    log: folder.log(),
                });
            }
            match answer {
                Answer::Ready => return Ok(()),
                Answer::Loading => loading = true,
                Answer::Silent => {}
            }
            if started.elapsed() > limit(loading) {
                return Err(late(loading, folder));
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Ends it in order, over its socket, and by signals only if that does not help.
    pub async fn shut_down(&mut self, folder: &Folder) -> Result<(), EmbeddedError> {
        let limit = tokio::time::Instant::now() + SHUTDOWN_LIMIT;
        client::shutdown(folder.url()).await;
        if timeout_at(limit, self.gone()).await.is_ok() {
            return Ok(());
        }
        self.end().await
    }

    /// Ends it by signals. A kill loses nothing that was acknowledged, because each change was on
    /// disk before.
    pub async fn end(&mut self) -> Result<(), EmbeddedError> {
        for (signal, limit) in [(Signal::TERM, TERM_LIMIT), (Signal::KILL, KILL_LIMIT)] {
            self.signal(signal);
            if timeout(limit, self.gone()).await.is_ok() {
                return Ok(());
            }
            tracing::warn!(
                pid = self.id(),
                ?signal,
                "the embedded Redis did not end on this signal"
            );
        }
        Err(EmbeddedError::Stuck { pid: self.id() })
    }

    /// Sent only while the number is known to be ours: an ended child keeps its number until it is
    /// waited for, and an adopted process is looked at first.
    fn signal(&mut self, signal: Signal) {
        if self.runs()
            && let Err(error) = kill_process(self.pid, signal)
        {
            tracing::warn!(%error, pid = self.id(), "the embedded Redis could not be signalled");
        }
    }

    /// Lets it run on without us.
    #[cfg(test)]
    pub fn leave(mut self) -> u32 {
        self.left = true;
        self.id()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.left {
            self.signal(Signal::TERM);
        }
    }
}

fn limit(loading: bool) -> Duration {
    if loading { LOADING_LIMIT } else { START_LIMIT }
}

fn late(loading: bool, folder: &Folder) -> EmbeddedError {
    let (seconds, log) = (limit(loading).as_secs(), folder.log());
    if loading {
        EmbeddedError::Loading { seconds, log }
    } else {
        EmbeddedError::Silent { seconds, log }
    }
}
