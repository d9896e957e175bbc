//! The passphrase of a file: from standard input, from a file, or typed by a person, whom nobody sees type.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use secrecy::{ExposeSecret as _, SecretString};

use super::{Failed, first_line};

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
        let text = std::fs::read_to_string(path).map_err(|error| {
            let path = path.display();
            format!("the passphrase could not be read from {path}: {error}")
        })?;
        let first = text.split_inclusive('\n').next().unwrap_or_default();
        Ok(Some(first_line::without_end(first)))
    }
}

fn typed(question: &str) -> Result<SecretString, Failed> {
    if !std::io::stdin().is_terminal() {
        return Err(
            "there is nobody to ask for a passphrase: give --passphrase-stdin or --passphrase-file"
                .into(),
        );
    }
    let text = rpassword::prompt_password(question)
        .map_err(|error| format!("the passphrase could not be read: {error}"))?;
    Ok(SecretString::from(text))
}
