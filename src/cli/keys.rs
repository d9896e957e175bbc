//! `patchbay keys`

use std::process::ExitCode;

use clap::Subcommand;
use secrecy::ExposeSecret;

use super::Outcome;
use crate::clock::Entropy;
use crate::config::GeneratedKeys;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Print a new encryption key and a new session key, as settings.
    Generate,
}

pub(super) fn run(command: &Command) -> Outcome {
    match command {
        Command::Generate => {
            let entropy = Entropy::system();
            let keys = GeneratedKeys::new(&mut |bytes| entropy.fill(bytes));
            println!(
                "PATCHBAY_ENCRYPTION_KEYS={}",
                keys.encryption_keys.expose_secret()
            );
            println!("PATCHBAY_SESSION_KEY={}", keys.session_key.expose_secret());
        }
    }
    Ok(ExitCode::SUCCESS)
}
