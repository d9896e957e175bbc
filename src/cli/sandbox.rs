//! `patchbay sandbox`

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::process::ExitCode;

use super::{Outcome, print_line, signals};
use crate::providers::Registry;
use crate::sandbox::{self, App, Endpoints, Options};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The first port; the stand-ins take it and the following ones in turn. 0 takes any free ones.
    #[arg(long, default_value_t = 8100)]
    port: u16,
    /// The client id that the stand-ins know.
    #[arg(long, default_value = "sandbox-client")]
    client_id: String,
    /// Its secret.
    #[arg(long, default_value = "sandbox-secret")]
    client_secret: String,
    /// A redirect URL that is registered; may be given several times. Those of a Patchbay at
    /// http://localhost:8000, when there is none.
    #[arg(long)]
    redirect_uri: Vec<String>,
    /// A file in which grants survive a restart.
    #[arg(long)]
    state_file: Option<PathBuf>,
}

pub(super) async fn run(arguments: Arguments) -> Outcome {
    let stop = signals::stop()?;
    let options = Options {
        host: IpAddr::V4(Ipv4Addr::LOCALHOST),
        first_port: arguments.port,
        app: App {
            client_id: arguments.client_id,
            client_secret: arguments.client_secret,
            redirect_uris: or_defaults(arguments.redirect_uri),
        },
        state_file: arguments.state_file,
    };
    let sandbox = sandbox::start(options).await?;
    for id in Registry.ids() {
        if let Some(endpoints) = sandbox.endpoints(id) {
            print(id, endpoints)?;
        }
    }
    stop.asked().await;
    sandbox.stop().await;
    Ok(ExitCode::SUCCESS)
}

fn or_defaults(redirect_uris: Vec<String>) -> Vec<String> {
    if !redirect_uris.is_empty() {
        return redirect_uris;
    }
    let ids = Registry.ids().into_iter();
    ids.map(|id| format!("http://localhost:8000/integrations/{id}/oauth2callback"))
        .collect()
}

/// The settings that lead a Patchbay to a stand-in.
fn print(id: &str, endpoints: &Endpoints) -> std::io::Result<()> {
    for (name, value) in super::stand_in_settings(id, endpoints) {
        print_line(format_args!("{name}={value}"))?;
    }
    print_line(format_args!("# controls: {}", endpoints.controls()))
}
