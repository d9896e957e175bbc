//! `patchbay key`: what operators do with API keys. A page of each person does the same for their own.

mod add;
mod list;
mod revoke;
mod whose;

use clap::Subcommand;

use super::{Failed, Outcome};
use crate::app;
use crate::config::Sources;
use crate::identity::ApiKeys;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Make a key, and print it alone on standard output. It is not shown again.
    Add(add::Arguments),
    /// List the keys that are not revoked.
    List(list::Arguments),
    /// End a key at once.
    Revoke(revoke::Arguments),
}

pub(super) async fn run(command: Command) -> Outcome {
    match command {
        Command::Add(arguments) => add::run(arguments).await,
        Command::List(arguments) => list::run(arguments).await,
        Command::Revoke(arguments) => revoke::run(arguments).await,
    }
}

/// Works with the keys of the configured store, beside the Patchbay that serves from it if one does.
async fn with_keys<T>(work: impl AsyncFnOnce(ApiKeys) -> T) -> Result<T, Failed> {
    let sources = Sources::from_process().map_err(|problems| problems.to_string())?;
    let config = super::load(&sources)?;
    Ok(app::with_api_keys(config, work).await?)
}
