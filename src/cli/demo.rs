//! `patchbay demo`: serve, with stand-ins of the providers and a sign-in that asks for no password.

use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use super::{Outcome, serve};
use crate::app::{Extras, SandboxLink};
use crate::clock::Entropy;
use crate::config::Sources;
use crate::providers::Registry;
use crate::sandbox::{self, App, Endpoints, Options, Sandbox};

/// The first port of the sandbox; where one is taken, any free ones.
const FIRST_PORT: u16 = 8100;
const CLIENT_ID: &str = "patchbay-demo";
/// The demo keeps its data apart from a real one's.
const DATA_DIR: &str = "./data/demo";

pub(super) async fn run() -> Outcome {
    let mut sources = own_sources();
    set(&mut sources, "PATCHBAY_AUTH", "demo");
    if !sources.env.contains_key("PATCHBAY_DATA_DIR") {
        set(&mut sources, "PATCHBAY_DATA_DIR", DATA_DIR);
    }
    forget_real_apps(&mut sources);
    let (config, traces) = super::load_to_serve(&sources)?;
    let secret = Entropy::system().token();
    let redirect_uris: Vec<String> = config
        .providers
        .values()
        .map(|provider| provider.redirect_uri.to_string())
        .collect();
    let sandbox = start_sandbox(&config.server.data_dir, &secret, redirect_uris).await?;
    let mut links = Vec::new();
    for profile in Registry.all().map(|provider| provider.profile()) {
        if let Some(endpoints) = sandbox.endpoints(profile.id) {
            use_stand_in(&mut sources, profile.id, endpoints, &secret);
            links.push(SandboxLink {
                name: profile.name,
                controls: endpoints.controls(),
                consent_origin: endpoints.consent_origin.clone(),
            });
        }
    }
    let config = crate::config::Config::load(&sources, &Registry.ids())
        .map_err(|problems| problems.to_string())?
        .config;
    let outcome = serve::serve(
        config,
        Extras {
            sandbox: links,
            traces,
            ..Extras::default()
        },
    )
    .await;
    sandbox.stop().await;
    outcome
}

fn set(sources: &mut Sources, name: &str, value: &str) {
    sources.env.insert(name.to_owned(), value.to_owned());
}

/// The environment alone. What `.env` and `patchbay.toml` say belongs to a real Patchbay in this folder,
/// whose store and keys a sign-in without password must not open.
fn own_sources() -> Sources {
    let env = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    Sources {
        file: None,
        env: env.collect(),
    }
}

/// The demo never talks to a real provider, whatever else is configured.
fn forget_real_apps(sources: &mut Sources) {
    for id in Registry.ids() {
        let prefix = format!("{}_", id.to_uppercase());
        sources.env.retain(|name, _| !name.starts_with(&prefix));
    }
}

async fn start_sandbox(
    data_dir: &Path,
    secret: &str,
    redirect_uris: Vec<String>,
) -> std::io::Result<Sandbox> {
    let mut folder = std::fs::DirBuilder::new();
    let made = folder.recursive(true).mode(0o700).create(data_dir);
    made.map_err(|error| {
        let text = format!(
            "the data folder {} cannot be made: {error}",
            data_dir.display()
        );
        std::io::Error::new(error.kind(), text)
    })?;
    let options = |first_port| Options {
        host: IpAddr::V4(Ipv4Addr::LOCALHOST),
        first_port,
        app: App {
            client_id: CLIENT_ID.to_owned(),
            client_secret: secret.to_owned(),
            redirect_uris: redirect_uris.clone(),
        },
        state_file: Some(data_dir.join("sandbox.json")),
    };
    match sandbox::start(options(FIRST_PORT)).await {
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            sandbox::start(options(0)).await
        }
        started => started,
    }
}

fn use_stand_in(sources: &mut Sources, id: &str, endpoints: &Endpoints, secret: &str) {
    let prefix = id.to_uppercase();
    set(sources, &format!("{prefix}_CLIENT_ID"), CLIENT_ID);
    set(sources, &format!("{prefix}_CLIENT_SECRET"), secret);
    for (name, value) in super::stand_in_settings(id, endpoints) {
        set(sources, &name, &value);
    }
}
