//! `patchbay user`: what operators do with people's accounts.

mod add;
mod list;
mod passwd;
mod role;

use clap::Subcommand;

use super::{Failed, Outcome};
use crate::app;
use crate::config::{Config, Sources};
use crate::identity::{People, Role};

#[derive(Subcommand)]
pub(super) enum Command {
    /// Make an account, and its org if there is none of that name.
    Add(add::Arguments),
    /// Set a password, for somebody who has forgotten theirs. It ends their sessions.
    Passwd(passwd::Arguments),
    /// Make somebody an admin of their org, or a member.
    Role(role::Arguments),
    /// List the accounts, those of removed members as well.
    List(list::Arguments),
}

pub(super) async fn run(command: Command) -> Outcome {
    match command {
        Command::Add(arguments) => add::run(arguments).await,
        Command::Passwd(arguments) => passwd::run(arguments).await,
        Command::Role(arguments) => role::run(arguments).await,
        Command::List(arguments) => list::run(arguments).await,
    }
}

/// The role of an argument, or what is wrong with it.
fn role_named(name: &str) -> Result<Role, String> {
    Role::named(name).ok_or_else(|| {
        let name = name.escape_debug();
        format!("--role: '{name}' is not a role; there are admin, member")
    })
}

/// Works with the people of the configured store, beside the Patchbay that serves from it if one does.
async fn with_people<T>(work: impl AsyncFnOnce(People) -> T) -> Result<T, Failed> {
    Ok(app::with_people(config()?, work).await?)
}

fn config() -> Result<Config, Failed> {
    let sources = Sources::from_process().map_err(|problems| problems.to_string())?;
    super::load(&sources)
}
