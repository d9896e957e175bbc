//! A look at the data folder of an embedded Redis that starts nothing and makes nothing.

use std::env;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{Access, access, statvfs};
use tokio::time::timeout;

use super::Embedded;
use super::folder::FOLDER;
use super::join::neighbour;
use super::launch::PROGRAMS;
use super::lock::NAME as LOCK;

/// Bytes that a disk must have left: as much as Redis writes in its first moments.
const ROOM: u64 = 1024 * 1024;
/// Where generated keys are.
const KEYS: &str = "keys.toml";

/// How long a neighbour may take to answer. One that hangs does not count.
const PATIENCE: Duration = Duration::from_secs(3);

/// What a start would find.
#[derive(Debug)]
pub struct Look {
    /// The server program that would be started.
    pub program: Option<PathBuf>,
    /// The data folder.
    pub folder: Folder,
    /// Where the Redis of a Patchbay that serves from it listens.
    pub neighbour: Option<String>,
}

/// The state of a data folder.
#[derive(Debug, PartialEq, Eq)]
pub enum Folder {
    /// It is not there; a start makes it.
    ToBeMade,
    /// It can be used.
    Fit,
    /// It can be used, and others may look into it.
    OthersMayLook,
    /// Anybody may write into it, so a start refuses it.
    OpenToAll,
    /// It cannot be used, because of this.
    Unusable(String),
}

impl Embedded {
    /// Looks at a data folder and for the server program.
    pub async fn look(data_dir: &Path) -> Look {
        Look {
            program: program(),
            folder: folder(data_dir),
            neighbour: timeout(PATIENCE, neighbour(data_dir)).await.ok().flatten(),
        }
    }

    /// Whether a Redis has left data in the data folder.
    pub fn has_data(data_dir: &Path) -> bool {
        let redis = data_dir.join(FOLDER);
        let left = |name: &&str| redis.join(name).symlink_metadata().is_ok();
        DATA.iter().any(left)
    }
}

/// What Redis keeps its data in, by its defaults.
const DATA: [&str; 2] = ["appendonlydir", "dump.rdb"];

fn program() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let mut found = PROGRAMS
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    found.find(|program| program.is_file() && access(program, Access::EXEC_OK).is_ok())
}

fn folder(data_dir: &Path) -> Folder {
    let found = match fs::metadata(data_dir) {
        Ok(found) => found,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return parent(data_dir),
        Err(error) => return Folder::Unusable(error.to_string()),
    };
    if !found.is_dir() {
        return Folder::Unusable("it is not a folder".to_owned());
    }
    if let Err(why) = writable(data_dir)
        .and_then(|()| inside(data_dir))
        .and_then(|()| roomy(data_dir))
    {
        return Folder::Unusable(why);
    }
    match found.mode() {
        mode if mode & 0o002 != 0 => Folder::OpenToAll,
        mode if mode & 0o077 != 0 => Folder::OthersMayLook,
        _ => Folder::Fit,
    }
}

/// A folder that is not there is made in the nearest one above it that is.
fn parent(data_dir: &Path) -> Folder {
    let absolute = std::path::absolute(data_dir).unwrap_or_else(|_| data_dir.to_owned());
    let above = absolute.ancestors().find(|folder| folder.exists());
    match above.map(writable) {
        Some(Err(why)) => Folder::Unusable(why),
        _ => Folder::ToBeMade,
    }
}

/// What a start uses in the data folder.
struct Entry {
    name: &'static str,
    /// Whether it is of the right kind, without following a link.
    is_right: fn(&fs::Metadata) -> bool,
    needed: Access,
}

const ENTRIES: [Entry; 3] = [
    Entry {
        name: LOCK,
        is_right: file_or_link,
        needed: Access::READ_OK.union(Access::WRITE_OK),
    },
    Entry {
        name: FOLDER,
        is_right: fs::Metadata::is_dir,
        needed: Access::READ_OK
            .union(Access::WRITE_OK)
            .union(Access::EXEC_OK),
    },
    Entry {
        name: KEYS,
        is_right: file_or_link,
        needed: Access::READ_OK,
    },
];

/// Keys that an orchestrator mounts are a link.
fn file_or_link(found: &fs::Metadata) -> bool {
    found.is_file() || found.is_symlink()
}

/// Whether a start could use what is there: it may be somebody else's, who ran Patchbay before.
fn inside(data_dir: &Path) -> Result<(), String> {
    for entry in &ENTRIES {
        let path = data_dir.join(entry.name);
        let Ok(found) = fs::symlink_metadata(&path) else {
            continue;
        };
        let shown = path.display();
        if !(entry.is_right)(&found) {
            return Err(format!("{shown} is in the way of what a start makes there"));
        }
        access(&path, entry.needed)
            .map_err(|error| format!("{shown} may not be used ({error})"))?;
    }
    Ok(())
}

/// A Redis without room takes no writes.
fn roomy(data_dir: &Path) -> Result<(), String> {
    let Ok(disk) = statvfs(data_dir) else {
        return Ok(());
    };
    match disk.f_bavail.saturating_mul(disk.f_frsize) {
        // Some file systems do not tell.
        left if left < ROOM && disk.f_blocks > 0 => {
            Err(format!("its disk is full: {left} bytes are left"))
        }
        _ => Ok(()),
    }
}

fn writable(folder: &Path) -> Result<(), String> {
    access(folder, Access::WRITE_OK | Access::EXEC_OK)
        .map_err(|error| format!("{} may not be written to ({error})", folder.display()))
}
