//! Where the Redis listens. A socket's path must fit into a small fixed field of the system, so the
//! socket of a data folder deep in the tree moves to a short folder of its own.

use std::env;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use sha2::{Digest, Sha256};

use super::error::EmbeddedError;

const NAME: &str = "redis.sock";

/// The field holds 108 bytes on Linux and 104 on macOS, with the closing zero.
const LONGEST: usize = 100;

/// What stands for itself in the path of a URL; the rest is percent-encoded.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The path of the socket, and the short folder made for it if it needs one.
#[derive(Debug)]
pub struct Socket {
    path: PathBuf,
    short_folder: Option<PathBuf>,
}

impl Socket {
    /// The same data folder gives the same socket at each start, so that a living Redis is found
    /// again.
    pub fn choose(redis: &Path, data: &Path) -> Self {
        let path = redis.join(NAME);
        if fits(&path) {
            return Self {
                path,
                short_folder: None,
            };
        }
        let runtime = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        Self::short(runtime.as_deref(), data)
    }

    fn short(runtime: Option<&Path>, data: &Path) -> Self {
        let name = short_name(data);
        let folder = runtime
            .filter(|base| base.is_absolute() && base.is_dir())
            .map(|base| base.join(&name))
            .filter(|folder| fits(&folder.join(NAME)))
            .unwrap_or_else(|| Path::new("/tmp").join(&name));
        Self {
            path: folder.join(NAME),
            short_folder: Some(folder),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn url(&self) -> String {
        format!(
            "unix://{}",
            percent_encode(self.path.as_os_str().as_bytes(), ENCODED)
        )
    }

    /// Makes the short folder and makes sure that it is ours alone: in a folder for all users,
    /// anyone may have made it first to listen in our place.
    pub fn prepare(&self) -> Result<(), EmbeddedError> {
        let Some(folder) = &self.short_folder else {
            return Ok(());
        };
        let fault = |reason: String| EmbeddedError::SocketFolder {
            path: folder.clone(),
            reason,
        };
        match DirBuilder::new().mode(0o700).create(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(fault(error.to_string()));
            }
            _ => {}
        }
        let found = fs::symlink_metadata(folder).map_err(|error| fault(error.to_string()))?;
        refusal(&found).map_or(Ok(()), |reason| Err(fault(reason.to_owned())))
    }

    /// Whether nobody else can listen there, as in a short folder that somebody else has made.
    pub fn is_ours(&self) -> bool {
        let Some(folder) = &self.short_folder else {
            return true;
        };
        fs::symlink_metadata(folder).is_ok_and(|found| refusal(&found).is_none())
    }

    pub fn clean(&self) {
        if let Some(folder) = &self.short_folder
            && let Err(error) = fs::remove_dir(folder)
        {
            tracing::debug!(%error, folder = %folder.display(), "the folder of the socket stays");
        }
    }
}

fn fits(path: &Path) -> bool {
    path.as_os_str().len() <= LONGEST
}

fn short_name(data: &Path) -> String {
    let digest = Sha256::digest(data.as_os_str().as_bytes());
    let short = digest
        .first_chunk()
        .map_or(0, |bytes| u64::from_be_bytes(*bytes));
    format!(
        "patchbay-{}-{short:016x}",
        rustix::process::geteuid().as_raw()
    )
}

fn refusal(found: &fs::Metadata) -> Option<&'static str> {
    if !found.is_dir() {
        Some("it exists and is not a folder")
    } else if found.uid() != rustix::process::geteuid().as_raw() {
        Some("it belongs to another user")
    } else if found.mode() & 0o777 != 0o700 {
        Some("its mode is not 0700")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn short_in(base: &Path) -> Socket {
        Socket::short(Some(base), Path::new("/srv/data"))
    }

    fn problem(socket: &Socket) -> String {
        socket.prepare().expect_err("refused").to_string()
    }

    #[test]
    fn a_path_that_fits_stays_in_the_data_folder() {
        let data = PathBuf::from("/srv/patchbay");
        let socket = Socket::choose(&data.join("redis"), &data);
        assert_eq!(socket.path(), Path::new("/srv/patchbay/redis/redis.sock"));
    }

    #[test]
    fn a_long_path_moves_and_each_data_folder_keeps_its_own_place() {
        let data = PathBuf::from(format!("/{}", "d".repeat(120)));
        let (first, again) = (Socket::choose(&data, &data), Socket::choose(&data, &data));
        assert!(fits(first.path()));
        assert_eq!(first.path(), again.path());
        assert_ne!(first.path(), Socket::choose(&data, &data.join("x")).path());
    }

    #[test]
    fn a_runtime_folder_that_is_too_long_or_missing_is_passed_over() {
        let missing = short_in(Path::new("/run/user/no-such-user"));
        assert!(missing.path().starts_with("/tmp"));
        assert!(
            Socket::short(None, Path::new("/srv"))
                .path()
                .starts_with("/tmp")
        );
    }

    #[test]
    fn a_short_folder_is_made_private_and_removed() {
        let base = tempfile::tempdir().expect("a folder");
        let socket = short_in(base.path());
        socket.prepare().expect("made");
        socket.prepare().expect("accepted again");
        let folder = socket.path().parent().expect("a parent");
        assert_eq!(fs::metadata(folder).expect("there").mode() & 0o777, 0o700);
        socket.clean();
        assert!(!folder.exists());
    }

    #[test]
    fn a_short_folder_that_someone_else_could_have_made_is_refused() {
        let base = tempfile::tempdir().expect("a folder");
        let socket = short_in(base.path());
        let folder = socket.path().parent().expect("a parent");
        fs::create_dir(folder).expect("made");
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).expect("opened");
        assert!(problem(&socket).contains("its mode is not 0700"));
        fs::remove_dir(folder).expect("removed");
        symlink(base.path(), folder).expect("linked");
        assert!(problem(&socket).contains("not a folder"));
    }
}
