//! `patchbay keys`

mod rotate;

use std::process::ExitCode;

use clap::Subcommand;
use secrecy::ExposeSecret;

use super::{Outcome, print_line};
use crate::clock::Entropy;
use crate::config::GeneratedKeys;
use crate::vault::rotate::Mode;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Print a new encryption key and a new session key, as settings.
    Generate,
    /// Encrypt anew with the first key what an older one encrypted. It may run while Patchbay serves, be
    /// stopped at any moment and be run again.
    Rotate {
        /// Change nothing: say what would be done, and which keys are still needed.
        #[arg(long)]
        dry_run: bool,
    },
}

pub(super) async fn run(command: Command) -> Outcome {
    match command {
        Command::Generate => generate(),
        Command::Rotate { dry_run: true } => rotate::run(Mode::DryRun).await,
        Command::Rotate { dry_run: false } => rotate::run(Mode::Rotate).await,
    }
}

fn generate() -> Outcome {
    let entropy = Entropy::system();
    let keys = GeneratedKeys::new(&mut |bytes| entropy.fill(bytes));
    print_line(format_args!(
        "PATCHBAY_ENCRYPTION_KEYS={}\nPATCHBAY_SESSION_KEY={}",
        keys.encryption_keys.expose_secret(),
        keys.session_key.expose_secret()
    ))?;
    Ok(ExitCode::SUCCESS)
}
