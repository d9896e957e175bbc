//! A password from standard input, where no list of processes shows it.

use std::io::{BufRead as _, IsTerminal as _, Read as _};

use secrecy::{ExposeSecret as _, SecretString};

use crate::cli::Failed;

/// The most that is read.
const MOST: u64 = 4 * 1024;

/// The first line of standard input, without its end.
pub(super) fn from_stdin() -> Result<SecretString, Failed> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprintln!("Type the password and press Enter (it is shown as you type):");
    }
    let mut line = String::new();
    let read = stdin.lock().take(MOST).read_line(&mut line);
    read.map_err(|error| format!("the password could not be read from standard input: {error}"))?;
    let password = line.strip_suffix('\n').unwrap_or(&line);
    let password = password.strip_suffix('\r').unwrap_or(password);
    let password = SecretString::from(password);
    if password.expose_secret().is_empty() {
        return Err("there is no password on standard input".into());
    }
    Ok(password)
}
