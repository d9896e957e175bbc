//! The data folder: its permissions, the paths in it, and what a dead Redis leaves behind.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::process::Pid;

use super::error::EmbeddedError;
use super::lock::FolderLock;
use super::socket::Socket;

/// The folder of the Redis in the data folder.
pub(super) const FOLDER: &str = "redis";
/// Enough of the log's end for its last line.
const LOG_TAIL: u64 = 4096;

/// An opened data folder, locked for this Patchbay. The Redis has a folder of its own in it,
/// readable by nobody else.
#[derive(Debug)]
pub struct Folder {
    redis: PathBuf,
    socket: Socket,
    url: String,
    _lock: FolderLock,
}

impl Folder {
    pub fn open(data: &Path) -> Result<Self, EmbeddedError> {
        let data = make(data).map_err(|source| EmbeddedError::Folder {
            path: data.to_owned(),
            source,
        })?;
        check_mode(&data)?;
        let lock = FolderLock::take(&data)?;
        let redis = data.join(FOLDER);
        let socket = Socket::choose(&redis, &data);
        let folder = Self {
            url: socket.url(),
            redis,
            socket,
            _lock: lock,
        };
        folder.prepare()?;
        Ok(folder)
    }

    /// Makes what a launch needs. Repeated before each launch, because a cleaner of temporary files
    /// may have been there.
    pub fn prepare(&self) -> Result<(), EmbeddedError> {
        make_private(&self.redis).map_err(|source| EmbeddedError::Folder {
            path: self.redis.clone(),
            source,
        })?;
        self.socket.prepare()
    }

    /// The folder the Redis works in.
    pub fn redis(&self) -> &Path {
        &self.redis
    }

    pub fn socket(&self) -> &Path {
        self.socket.path()
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn pid_file(&self) -> PathBuf {
        self.redis.join("redis.pid")
    }

    pub fn log(&self) -> PathBuf {
        self.redis.join("redis.log")
    }

    /// The process the pid file names, which may long be another program.
    pub fn noted_pid(&self) -> Option<Pid> {
        let text = fs::read_to_string(self.pid_file()).ok()?;
        Pid::from_raw(text.trim().parse().ok()?)
    }

    /// Notes the process at once: Redis writes the same line, but only after it has read its
    /// options, and a Patchbay killed in between would leave a child that nobody can find.
    pub fn note_pid(&self, pid: Pid) {
        if let Err(error) = fs::write(self.pid_file(), format!("{pid}\n")) {
            tracing::debug!(%error, "the pid file was left to redis-server");
        }
    }

    pub fn open_log(&self) -> io::Result<File> {
        OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(self.log())
    }

    pub fn log_length(&self) -> u64 {
        fs::metadata(self.log()).map_or(0, |found| found.len())
    }

    /// The last line written to the log after `from`, without Redis' own prefix of process and
    /// time.
    pub fn last_words(&self, from: u64) -> Option<String> {
        let mut file = File::open(self.log()).ok()?;
        let start = from.max(self.log_length().saturating_sub(LOG_TAIL));
        file.seek(SeekFrom::Start(start)).ok()?;
        let mut tail = Vec::new();
        file.take(LOG_TAIL).read_to_end(&mut tail).ok()?;
        let text = String::from_utf8_lossy(&tail);
        let line = text.lines().rfind(|line| !line.trim().is_empty())?;
        Some(
            line.split_once(" # ")
                .map_or(line, |(_, words)| words)
                .trim()
                .to_owned(),
        )
    }

    /// Removes the pid file and the socket of a Redis that is gone.
    pub fn clean(&self) {
        for path in [self.pid_file(), self.socket().to_owned()] {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    let path = path.display();
                    tracing::warn!(%error, %path, "a file of a stopped Redis could not be removed");
                }
                _ => {}
            }
        }
        self.socket.clean();
    }
}

/// The Redis of a data folder that another Patchbay uses.
#[derive(Debug)]
pub struct Neighbour {
    /// The folder it works in.
    pub redis: PathBuf,
    /// Where it listens.
    pub url: String,
}

impl Neighbour {
    /// Where it would be; `None` where somebody else could be listening in its place.
    pub fn of(data: &Path) -> Option<Self> {
        let data = data.canonicalize().ok()?;
        let redis = data.join(FOLDER);
        let socket = Socket::choose(&redis, &data);
        let url = socket.is_ours().then(|| socket.url())?;
        Some(Self { redis, url })
    }
}

/// Makes the data folder if need be, and gives its absolute path without links: the one form that
/// Redis reports too.
fn make(data: &Path) -> io::Result<PathBuf> {
    DirBuilder::new().recursive(true).mode(0o700).create(data)?;
    data.canonicalize()
}

/// An existing data folder keeps its mode: it may be a mounted volume, or a folder the operator has
/// for other things too. One where any user could plant files is refused.
fn check_mode(data: &Path) -> Result<(), EmbeddedError> {
    let found = fs::metadata(data).map_err(|source| EmbeddedError::Folder {
        path: data.to_owned(),
        source,
    })?;
    if found.mode() & 0o002 != 0 {
        return Err(EmbeddedError::OpenToAll {
            path: data.to_owned(),
        });
    }
    if found.mode() & 0o077 != 0 {
        let path = data.display();
        tracing::warn!(%path, "other users may look into the data folder; 'chmod 700' closes it");
    }
    Ok(())
}

/// Closed again when it was open: some systems widen the modes of a volume each time they mount it.
fn make_private(path: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let found = fs::symlink_metadata(path)?;
    if !found.is_dir() {
        return Err(io::Error::new(io::ErrorKind::NotADirectory, "not a folder"));
    }
    if found.mode() & 0o7777 != 0o700 {
        fs::set_permissions(path, Permissions::from_mode(0o700))?;
    }
    Ok(())
}
