//! The passphrase of a file: from standard input, from a file, or typed by a person, whom nobody sees type.

use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::signal::unix::{SignalKind, signal};

use super::{Failed, first_line, say};

/// What a shell calls the end by SIGINT.
const INTERRUPTED: i32 = 130;

/// Where a passphrase comes from. Without one of these it is asked for at the terminal.
#[derive(clap::Args)]
pub(super) struct From {
    /// Read the passphrase from the first line of standard input.
    #[arg(long)]
    pub(super) passphrase_stdin: bool,
    /// Read the passphrase from the first line of this file.
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_stdin")]
    passphrase_file: Option<PathBuf>,
}

impl From {
    /// One that was chosen before.
    pub(super) fn known(&self) -> Result<SecretString, Failed> {
        match self.given()? {
            Some(given) => Ok(given),
            None => typed("Passphrase of the file: "),
        }
    }

    /// One that is chosen now: a person types it twice.
    pub(super) fn chosen(&self) -> Result<SecretString, Failed> {
        if let Some(given) = self.given()? {
            return Ok(given);
        }
        let first = typed("Passphrase for the file: ")?;
        let again = typed("The same once more: ")?;
        match first.expose_secret() == again.expose_secret() {
            true => Ok(first),
            false => Err("the two are not the same; nothing was done".into()),
        }
    }

    fn given(&self) -> Result<Option<SecretString>, Failed> {
        if self.passphrase_stdin {
            return first_line::from_stdin("passphrase").map(Some);
        }
        let Some(path) = &self.passphrase_file else {
            return Ok(None);
        };
        let first = File::open(path).and_then(first_line::of);
        let first = first.map_err(|error| {
            let path = path.display();
            format!("the passphrase could not be read from {path}: {error}")
        })?;
        Ok(Some(first))
    }
}

fn typed(question: &str) -> Result<SecretString, Failed> {
    if !std::io::stdin().is_terminal() {
        return Err(
            "there is nobody to ask for a passphrase: give --passphrase-stdin or --passphrase-file"
                .into(),
        );
    }
    let text = restore_terminal_on_interrupt()
        .and_then(|()| rpassword::prompt_password(question))
        .inspect_err(|error| {
            // The same end, where this is known before the signal is heard of.
            if error.kind() == io::ErrorKind::Interrupted {
                std::process::exit(INTERRUPTED);
            }
        })
        .map_err(|error| format!("the passphrase could not be read: {error}"))?;
    Ok(SecretString::from(text))
}

/// Ends the program by SIGINT from now on with the terminal as it was: while a passphrase is typed it shows nothing, and
/// who takes the passphrase sends that signal before they have put it back.
fn restore_terminal_on_interrupt() -> io::Result<()> {
    let terminal = File::open("/dev/tty")?;
    let before = tcgetattr(&terminal)?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        interrupted.recv().await;
        if let Err(error) = tcsetattr(&terminal, OptionalActions::Now, &before) {
            say(format_args!(
                "patchbay: the terminal could not be put back ({error}); 'stty sane' does it"
            ));
        }
        std::process::exit(INTERRUPTED);
    });
    Ok(())
}
