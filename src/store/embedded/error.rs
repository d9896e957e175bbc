//! What can go wrong with the embedded Redis, in words for the person who started the program.

use std::io;
use std::path::PathBuf;

/// Why the embedded Redis cannot be started or stopped.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    #[error("the data folder cannot be used: {}: {source}", path.display())]
    Folder { path: PathBuf, source: io::Error },

    #[error(
        "the data folder {} may be written by every user of this machine: \
         run 'chmod 700' on it, or set PATCHBAY_DATA_DIR to another folder",
        path.display()
    )]
    OpenToAll { path: PathBuf },

    #[error(
        "the data folder {} is already in use by another Patchbay ({}): \
         stop that one, or set PATCHBAY_DATA_DIR to another folder",
        path.display(),
        holder(*pid)
    )]
    InUse { path: PathBuf, pid: Option<u32> },

    #[error("the folder for the Redis socket cannot be used: {}: {reason}", path.display())]
    SocketFolder { path: PathBuf, reason: String },

    #[error(
        "redis-server was not found: install it with 'apt-get install redis-server' \
         (Debian, Ubuntu) or 'brew install redis' (macOS), or set REDIS_URL"
    )]
    Missing,

    #[error("{program} cannot be started: {source}")]
    Spawn {
        program: &'static str,
        source: io::Error,
    },

    #[error("redis-server stopped while it was starting ({how}); its log is {}", log.display())]
    Died { how: String, log: PathBuf },

    #[error(
        "redis-server gave no answer within {seconds} s of its start; its log is {}",
        log.display()
    )]
    Silent { seconds: u64, log: PathBuf },

    #[error(
        "redis-server was still loading its data after {seconds} s; its log is {}",
        log.display()
    )]
    Loading { seconds: u64, log: PathBuf },

    #[error(
        "a Redis that is no process of this system or user (its number is {pid}) already \
         works in {}: stop it, or set PATCHBAY_DATA_DIR to another folder",
        path.display()
    )]
    OutOfReach { path: PathBuf, pid: u32 },

    #[error("redis-server (process {pid}) could not be ended")]
    Stuck { pid: u32 },
}

fn holder(pid: Option<u32>) -> String {
    pid.map_or_else(
        || "process unknown".to_owned(),
        |pid| format!("process {pid}"),
    )
}
