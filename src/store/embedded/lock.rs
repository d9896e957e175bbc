//! The claim of one living Patchbay on a data folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::error::EmbeddedError;

/// The file in the data folder.
pub(super) const NAME: &str = "patchbay.lock";

/// Held for as long as Patchbay uses the folder. The system releases it when the process dies,
/// however it dies, so there is no stale lock to clean up; the pid inside serves the message only.
#[derive(Debug)]
pub struct FolderLock {
    file: File,
}

impl FolderLock {
    pub fn take(data: &Path) -> Result<Self, EmbeddedError> {
        let path = data.join(NAME);
        let fault = |source| EmbeddedError::Folder {
            path: path.clone(),
            source,
        };
        // Not truncated on opening: the pid of a living holder must stay readable.
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(fault)?;
        match file.try_lock() {
            Ok(()) => {
                note_pid(&mut file).map_err(fault)?;
                Ok(Self { file })
            }
            Err(TryLockError::WouldBlock) => Err(EmbeddedError::InUse {
                path: data.to_owned(),
                pid: noted_pid(&mut file),
            }),
            Err(TryLockError::Error(source)) => Err(fault(source)),
        }
    }
}

impl Drop for FolderLock {
    /// Unlocked by hand, not by closing: a child between fork and exec may still hold a copy of the
    /// descriptor. The file stays, because removing it would let two starts lock two different
    /// files of the same name.
    fn drop(&mut self) {
        let emptied = self.file.set_len(0);
        if let Err(error) = emptied.and_then(|()| self.file.unlock()) {
            tracing::debug!(%error, "the lock of the data folder was not released by hand");
        }
    }
}

fn note_pid(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

fn noted_pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
