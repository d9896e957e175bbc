//! `patchbay sandbox`

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::process::ExitCode;

use super::{Outcome, signals};
use crate::sandbox::{self, App, Options};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Port of HubSpot's stand-in; its consent page takes the next one. 0 takes any free ones.
    #[arg(long, default_value_t = 8100)]
    port: u16,
    /// The client id that the stand-ins know.
    #[arg(long, default_value = "sandbox-client")]
    client_id: String,
    /// Its secret.
    #[arg(long, default_value = "sandbox-secret")]
    client_secret: String,
    /// A redirect URL that is registered; may be given several times.
    #[arg(
        long,
        default_value = "http://localhost:8000/integrations/hubspot/oauth2callback"
    )]
    redirect_uri: Vec<String>,
    /// A file in which grants survive a restart.
    #[arg(long)]
    state_file: Option<PathBuf>,
}

pub(super) async fn run(arguments: Arguments) -> Outcome {
    let stop = signals::stop()?;
    let options = Options {
        host: IpAddr::V4(Ipv4Addr::LOCALHOST),
        hubspot_port: arguments.port,
        hubspot_consent_port: if arguments.port == 0 {
            0
        } else {
            arguments.port.saturating_add(1)
        },
        hubspot: App {
            client_id: arguments.client_id,
            client_secret: arguments.client_secret,
            redirect_uris: arguments.redirect_uri,
        },
        state_file: arguments.state_file,
    };
    let sandbox = sandbox::start(options).await?;
    if let Some(hubspot) = sandbox.endpoints("hubspot") {
        println!("HUBSPOT_AUTH_URL={}", hubspot.auth_url);
        println!("HUBSPOT_TOKEN_URL={}", hubspot.token_url);
        println!("HUBSPOT_API_URL={}", hubspot.api_url);
        println!("HUBSPOT_REVOKE_URL={}", hubspot.revoke_url);
        println!("# controls: {}/_sandbox", hubspot.origin);
    }
    stop.cancelled().await;
    sandbox.stop().await;
    Ok(ExitCode::SUCCESS)
}
