//! The command line: one file a command.

mod config;
mod demo;
mod export;
mod first_line;
mod healthcheck;
mod import;
mod key;
mod keys;
mod logging;
mod migrate;
mod open_files;
mod orphans;
mod passphrase;
mod sandbox;
mod serve;
mod signals;
mod transferred;
mod user;

use std::fmt;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::config::{Config, Loaded, Sources};
use crate::providers::Registry;
use crate::traces::{self, Traces};

/// A self-hosted integration hub: connect accounts, keep their credentials encrypted and fresh, read what
/// they hold in one place.
#[derive(Parser)]
#[command(name = "patchbay", version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve Patchbay (the default).
    Serve,
    /// Serve Patchbay with a demo sign-in and stand-ins of the providers, on this machine only.
    Demo,
    /// Serve the stand-ins of the providers alone.
    Sandbox(sandbox::Arguments),
    /// Bring the store to this version, and end.
    Migrate,
    /// Make encryption keys, and rotate them.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Make, list and revoke the API keys of people, with which programs come in.
    #[command(subcommand)]
    Key(key::Command),
    /// Make accounts of people, set their passwords, list them.
    #[command(subcommand)]
    User(user::Command),
    /// Put an org's connections into a file that is encrypted with a passphrase.
    Export(export::Arguments),
    /// Bring connections here from such a file.
    Import(import::Arguments),
    /// Print the effective configuration, secrets masked, every problem found, and whether it works: Redis, clock,
    /// keys, and each provider's client.
    Config(config::Arguments),
    /// Ask the Patchbay that runs here whether it is ready; for containers.
    Healthcheck,
}

/// What a command fails with: a text for the person at the terminal.
type Failed = Box<dyn std::error::Error + Send + Sync>;

/// What a command ends with.
type Outcome = Result<ExitCode, Failed>;

/// For what still ends when all else has.
const LAST_MOMENT: Duration = Duration::from_millis(200);

/// Runs the command that the program was called with.
pub fn run() -> ExitCode {
    // Several TLS providers could be in the tree; this is the one.
    if rustls::crypto::ring::default_provider()
        .install_default()
        .is_err()
    {
        say("patchbay: a TLS provider was installed twice");
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    let command = Arguments::parse().command.unwrap_or(Command::Serve);
    let code = runtime.block_on(async {
        let outcome = match command {
            Command::Serve => serve::run().await,
            Command::Demo => demo::run().await,
            Command::Sandbox(arguments) => sandbox::run(arguments).await,
            Command::Migrate => migrate::run().await,
            Command::Keys(command) => keys::run(command).await,
            Command::Key(command) => key::run(command).await,
            Command::User(command) => user::run(command).await,
            Command::Export(arguments) => export::run(arguments).await,
            Command::Import(arguments) => import::run(arguments).await,
            Command::Config(arguments) => config::run(arguments).await,
            Command::Healthcheck => healthcheck::run().await,
        };
        outcome.unwrap_or_else(|error| fail(error.as_ref()))
    });
    // All that had to end has ended. What blocks a thread even now, such as the look for a host's address, holds no end up; tasks
    // that were cut off have a moment for what ends with them, such as a Redis.
    runtime.shutdown_timeout(LAST_MOMENT);
    code
}

/// Prints a line. Whoever was to read it may be gone, which is no reason to panic.
fn print_line(line: impl fmt::Display) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{line}")
}

/// Says something beside what a command prints. Where nobody hears it, the work goes on.
fn say(line: impl fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

fn fail(error: &dyn std::error::Error) -> ExitCode {
    say(format_args!("patchbay: {error}"));
    ExitCode::FAILURE
}

/// All that is wrong with the arguments, a line each; nothing where all is well.
fn refuse(problems: Vec<String>) -> Result<(), Failed> {
    match problems.as_slice() {
        [] => Ok(()),
        problems => Err(format!("nothing was done:\n  {}", problems.join("\n  ")).into()),
    }
}

/// The configuration of this process, and the log it asks for.
fn load(sources: &Sources) -> Result<Config, Failed> {
    let loaded = read(sources)?;
    Ok(begin(loaded, None))
}

/// The same for a process that serves, and the traces it asks for.
fn load_to_serve(sources: &Sources) -> Result<(Config, Option<Traces>), Failed> {
    let loaded = read(sources)?;
    let endpoint = loaded.config.observe.otlp_endpoint.as_ref();
    let traces = endpoint.map(traces::start).transpose()?;
    let config = begin(loaded, traces.as_ref());
    Ok((config, traces))
}

fn read(sources: &Sources) -> Result<Loaded, Failed> {
    let loaded = Config::load(sources, &Registry.ids());
    Ok(loaded.map_err(|problems| problems.to_string())?)
}

fn begin(loaded: Loaded, traces: Option<&Traces>) -> Config {
    let Loaded { config, warnings } = loaded;
    logging::start(&config.logging, traces);
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    config
}

/// The settings that lead Patchbay to a stand-in: environment names and values.
fn stand_in_settings(id: &str, endpoints: &crate::sandbox::Endpoints) -> Vec<(String, String)> {
    let prefix = id.to_uppercase();
    let urls = [
        ("AUTH_URL", Some(&endpoints.auth_url)),
        ("TOKEN_URL", Some(&endpoints.token_url)),
        ("API_URL", Some(&endpoints.api_url)),
        ("REVOKE_URL", endpoints.revoke_url.as_ref()),
    ];
    urls.into_iter()
        .filter_map(|(name, url)| Some((format!("{prefix}_{name}"), url?.clone())))
        .collect()
}
