//! A secret from standard input, where no list of processes shows it.

use std::io::{BufRead as _, IsTerminal as _, Read as _};

use secrecy::{ExposeSecret as _, SecretString};

use super::Failed;

/// The most that is read.
const MOST: u64 = 4 * 1024;

/// The first line of standard input, without its end. `what` it is, for people: 'password'.
pub(super) fn from_stdin(what: &str) -> Result<SecretString, Failed> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprintln!("Type the {what} and press Enter (it is shown as you type):");
    }
    let mut line = String::new();
    let read = stdin.lock().take(MOST).read_line(&mut line);
    read.map_err(|error| format!("the {what} could not be read from standard input: {error}"))?;
    let secret = without_end(&line);
    if secret.expose_secret().is_empty() {
        return Err(format!("there is no {what} on standard input").into());
    }
    Ok(secret)
}

/// A line without its end.
pub(super) fn without_end(line: &str) -> SecretString {
    let text = line.strip_suffix('\n').unwrap_or(line);
    SecretString::from(text.strip_suffix('\r').unwrap_or(text))
}
