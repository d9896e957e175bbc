//! What survives a restart: one JSON file with an entry for each stand-in.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

/// The state file, shared by all stand-ins. Without a path it forgets everything.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    path: Option<PathBuf>,
    entries: Mutex<Map<String, Value>>,
}

impl Store {
    /// Reads the file if there is one.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is not JSON: it holds grants, so it is not thrown away.
    pub fn open(path: Option<PathBuf>) -> io::Result<Self> {
        let entries = path.as_deref().map(read).transpose()?.unwrap_or_default();
        Ok(Self(Arc::new(Inner {
            path,
            entries: Mutex::new(entries),
        })))
    }

    /// The entry of a stand-in, or its default when there is none or it is of an older shape.
    pub fn load<T: DeserializeOwned + Default>(&self, name: &str) -> T {
        let entries = self
            .0
            .entries
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(name).cloned();
        entry
            .and_then(|value| serde_json::from_value(value).ok())
            .unwrap_or_default()
    }

    /// Writes the entry of a stand-in. A failure is logged: the sandbox goes on from memory.
    pub fn save<T: Serialize>(&self, name: &str, entry: &T) {
        let Some(path) = &self.0.path else { return };
        // The lock is held over the write, so that an older state cannot overtake a newer one.
        let mut entries = self
            .0
            .entries
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let written = serde_json::to_value(entry)
            .map_err(io::Error::from)
            .and_then(|value| {
                entries.insert(name.to_owned(), value);
                write(path, &serde_json::to_vec(&*entries)?)
            });
        if let Err(error) = written {
            tracing::warn!(path = %path.display(), %error, "the sandbox could not write its state");
        }
    }
}

fn read(path: &Path) -> io::Result<Map<String, Value>> {
    match fs::read(path) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Map::new()),
        Err(error) => Err(error),
    }
}

/// Replaces the file in one step, so that a reader or a crash sees the old one or the new one.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    // A file left by a crash may have other rights than ours.
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = private().write(true).create_new(true).open(&beside)?;
    file.write_all(bytes)?;
    fs::rename(&beside, path)
}

/// Options that create a file only its owner can read: it holds tokens.
fn private() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_survives_and_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sandbox.json");
        Store::open(Some(path.clone()))
            .unwrap()
            .save("one", &vec![1, 2]);
        let again = Store::open(Some(path.clone())).unwrap();
        again.save("two", &"x");
        let third = Store::open(Some(path.clone())).unwrap();
        assert_eq!(third.load::<Vec<u8>>("one"), [1, 2]);
        assert_eq!(third.load::<String>("two"), "x");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(
                fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
    }

    #[test]
    fn a_damaged_file_is_an_error_not_a_fresh_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sandbox.json");
        fs::write(&path, "{").unwrap();
        assert!(Store::open(Some(path)).is_err());
    }
}
