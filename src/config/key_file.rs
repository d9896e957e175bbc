//! The generated keys, in a file of their own in the data folder.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use ::config::{Config as Merged, FileFormat};
use secrecy::{ExposeSecret, SecretBox};

use super::keys::{EncryptionKey, GeneratedKeys, parse_ring, parse_session};
use super::problem::Problem;

const FILE: &str = "keys.toml";
const HEADER: &str = "\
# Patchbay made these keys at its first start. Whoever has them can read every stored credential, and
# without them nobody can. Back this file up, apart from the data, and show it to nobody.
";

pub(super) type Stored = (Vec<EncryptionKey>, SecretBox<[u8; 64]>);

/// Whether the folder has keys.
pub(super) fn is_stored(data_dir: &Path) -> bool {
    data_dir.join(FILE).symlink_metadata().is_ok()
}

/// The keys of the folder; the file is made at the first call and never changed afterwards.
pub(super) fn stored(
    data_dir: &Path,
    random: &mut dyn FnMut(&mut [u8]),
) -> Result<Stored, Problem> {
    let file = data_dir.join(FILE);
    let problem = |error: &io::Error, possible: &str| {
        Problem::new(
            file.display().to_string(),
            format!("cannot be used ({error})"),
            possible,
        )
    };
    if let Err(error) = file.symlink_metadata() {
        if error.kind() != ErrorKind::NotFound {
            return Err(problem(&error, "let Patchbay read its data folder"));
        }
        let keys = GeneratedKeys::new(random);
        let mut suffix = [0; 8];
        random(&mut suffix);
        create(data_dir, &file, &keys, u64::from_be_bytes(suffix)).map_err(|error| {
            problem(
                &error,
                "let Patchbay write to its data folder, or choose another one by PATCHBAY_DATA_DIR",
            )
        })?;
    }
    open(&file)
}

/// Writes the file whole or not at all. A file that another process made meanwhile stays.
fn create(data_dir: &Path, file: &Path, keys: &GeneratedKeys, suffix: u64) -> io::Result<()> {
    make_private(data_dir)?;
    let text = format!(
        "{HEADER}encryption_keys = \"{}\"\nsession_key = \"{}\"\n",
        keys.encryption_keys.expose_secret(),
        keys.session_key.expose_secret()
    );
    let draft = data_dir.join(format!(".{FILE}.{suffix:016x}"));
    let mut written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)?;
    let placed = written
        .write_all(text.as_bytes())
        .and_then(|()| written.sync_all())
        .and_then(|()| place(&draft, file));
    // It is gone already where it was renamed.
    let _ = fs::remove_file(&draft);
    placed?;
    File::open(data_dir)?.sync_all()
}

/// A hard link, because unlike a rename it never replaces a file that is there.
fn place(draft: &Path, file: &Path) -> io::Result<()> {
    match fs::hard_link(draft, file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        // Some file systems know no hard links.
        Err(_) => fs::rename(draft, file),
        Ok(()) => Ok(()),
    }
}

/// Makes the folder for its owner alone. One that was there and is empty, such as a fresh volume, becomes so;
/// one that holds other things is left as it is, for it may serve others too.
fn make_private(folder: &Path) -> io::Result<()> {
    if !folder.exists() {
        return DirBuilder::new().recursive(true).mode(0o700).create(folder);
    }
    if fs::read_dir(folder)?.next().is_none() {
        // Who may write to a folder need not own it, and the file has its own mode.
        let _ = fs::set_permissions(folder, Permissions::from_mode(0o700));
    }
    Ok(())
}

fn open(file: &Path) -> Result<Stored, Problem> {
    let name = file.display().to_string();
    let unreadable = |error: io::Error| {
        Problem::new(
            name.clone(),
            format!("cannot be read ({error})"),
            "let Patchbay read it; without it stored credentials stay sealed",
        )
    };
    let mode = fs::metadata(file).map_err(unreadable)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(Problem::new(
            name.clone(),
            format!("is open to others (mode {:o})", mode & 0o777),
            format!("run `chmod 600 {name}`, and change the keys if someone may have read it"),
        ));
    }
    let text = fs::read_to_string(file).map_err(unreadable)?;
    parse_stored(&text).ok_or_else(|| {
        Problem::new(
            name.clone(),
            "is damaged",
            "restore it from a backup; without it stored credentials stay sealed",
        )
    })
}

fn parse_stored(text: &str) -> Option<Stored> {
    let file = Merged::builder()
        .add_source(::config::File::from_str(text, FileFormat::Toml))
        .build()
        .ok()?;
    let ring = parse_ring(&file.get_string("encryption_keys").ok()?).ok()?;
    let session = parse_session(&file.get_string("session_key").ok()?).ok()?;
    Some((ring, session))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counting() -> impl FnMut(&mut [u8]) {
        let mut next = 0_u8;
        move |bytes| {
            for byte in bytes {
                *byte = next;
                next = next.wrapping_add(1);
            }
        }
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn exposed((ring, session): &Stored) -> (String, [u8; 32], [u8; 64]) {
        let key = &ring[0];
        (
            key.id.clone(),
            *key.secret.expose_secret(),
            *session.expose_secret(),
        )
    }

    #[test]
    fn generated_keys_are_private_and_stay_the_same() {
        let parent = tempfile::tempdir().unwrap();
        let data = parent.path().join("a/data");
        let mut random = counting();

        let first = stored(&data, &mut random).unwrap();
        let second = stored(&data, &mut random).unwrap();

        assert_eq!(exposed(&first), exposed(&second));
        assert_eq!(mode(&data), 0o700);
        assert_eq!(mode(&data.join(FILE)), 0o600);
        assert_eq!(fs::read_dir(&data).unwrap().count(), 1, "no draft stays");
    }

    #[test]
    fn an_empty_folder_becomes_private_and_a_shared_one_stays() {
        let parent = tempfile::tempdir().unwrap();
        for (name, full, after) in [("fresh", false, 0o700), ("shared", true, 0o755)] {
            let data = parent.path().join(name);
            fs::create_dir(&data).unwrap();
            fs::set_permissions(&data, Permissions::from_mode(0o755)).unwrap();
            if full {
                fs::write(data.join("other"), "").unwrap();
            }
            stored(&data, &mut counting()).unwrap();
            assert_eq!(mode(&data), after, "{name}");
        }
    }

    #[test]
    fn a_file_made_meanwhile_is_kept() {
        let data = tempfile::tempdir().unwrap();
        let file = data.path().join(FILE);
        fs::write(&file, "theirs").unwrap();
        let keys = GeneratedKeys::new(&mut counting());
        create(data.path(), &file, &keys, 1).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "theirs");
    }

    #[test]
    fn a_damaged_or_open_file_is_a_problem_and_is_left_alone() {
        let data = tempfile::tempdir().unwrap();
        let file = data.path().join(FILE);
        fs::write(&file, "encryption_keys = \"half").unwrap();

        fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        let problem = stored(data.path(), &mut counting()).unwrap_err();
        assert!(problem.to_string().contains("chmod 600"));

        fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        let problem = stored(data.path(), &mut counting()).unwrap_err();
        assert!(problem.to_string().contains("damaged"));
        assert!(fs::read_to_string(&file).unwrap().ends_with("half"));
    }
}
