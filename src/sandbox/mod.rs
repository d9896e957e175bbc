//! The sandbox: strict stand-ins of the providers, for the demo and the tests.
//!
//! A stand-in is an HTTP server that behaves as its provider is documented and recorded to behave,
//! faults included. It is reached over HTTP only and shares no code with the rest of Patchbay:
//! shared code would share its misunderstandings.
//!
//! To add a provider: a folder beside `hubspot/` with a type that implements [`StandIn`], and one line in
//! [`STAND_INS`]. Its settings implement [`controls::Controls`] (`small` and `quick` among them) and its calls
//! [`traffic::Call`]; its routes are wrapped in [`traffic::meet`] and end with [`controls_page::routes`]; its `start`
//! hands them to [`Ground::put_up`], or serves several hosts with [`listen::serve`]. For that it gets the pages at
//! `/_sandbox`, the faults, the counters, and at `/_sandbox/state` a [`truth::Truth`] for each account.

mod airtable;
mod change;
mod clock;
mod controls;
mod controls_page;
mod ground;
mod hash;
mod haste;
mod hubspot;
mod listen;
mod notion;
mod opaque;
mod page;
mod params;
mod plan;
mod request;
mod spoil;
mod stand_in;
mod state;
mod store;
mod traffic;
mod truth;
mod window;

#[cfg(test)]
mod bench;
#[cfg(test)]
mod tests;

use std::{net::IpAddr, path::PathBuf};

use ground::{Ground, Running};
use stand_in::StandIn;

/// How each stand-in is started, in the order in which they take their ports.
const STAND_INS: &[fn(&mut Ground) -> std::io::Result<Running>] =
    &[hubspot::start, notion::start, airtable::start];

/// What the sandbox is started with.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address to listen on: a loopback one, unless a container needs otherwise.
    pub host: IpAddr,
    /// The first port; the stand-ins take it and the following ones in turn. 0 takes any free ones.
    pub first_port: u16,
    /// The app that is registered at every stand-in.
    pub app: App,
    /// Where grants and controls survive a restart. `None` keeps them in memory only.
    pub state_file: Option<PathBuf>,
}

/// An app as it is registered at a provider.
#[derive(Clone)]
pub struct App {
    pub client_id: String,
    pub client_secret: String,
    /// The exact redirect addresses the provider accepts.
    pub redirect_uris: Vec<String>,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App")
            .field("client_id", &self.client_id)
            .field("client_secret", &"…")
            .field("redirect_uris", &self.redirect_uris)
            .finish()
    }
}

/// Where a stand-in is reached.
#[derive(Debug, Clone)]
pub struct Endpoints {
    /// `http://localhost:PORT`, the host of the API, of the authorize address and of the controls.
    pub origin: String,
    /// The host that shows the consent page, which may be another one.
    pub consent_origin: String,
    pub auth_url: String,
    pub token_url: String,
    pub api_url: String,
    /// Where the provider has one.
    pub revoke_url: Option<String>,
}

impl Endpoints {
    /// The page on which a tester changes the stand-in.
    #[must_use]
    pub fn controls(&self) -> String {
        format!("{}/_sandbox", self.origin)
    }
}

/// The running stand-ins. Dropping it leaves them running until the runtime ends.
pub struct Sandbox {
    stand_ins: Vec<Running>,
}

/// Binds the listeners of every stand-in and serves them in the background of the current runtime.
///
/// # Errors
///
/// When a port cannot be bound or the state file cannot be read.
pub async fn start(options: Options) -> std::io::Result<Sandbox> {
    let mut ground = Ground {
        ports: listen::Ports::new(options.host, options.first_port),
        app: options.app,
        store: store::Store::open(options.state_file)?,
    };
    let stand_ins = STAND_INS.iter().map(|start| start(&mut ground));
    Ok(Sandbox {
        stand_ins: stand_ins.collect::<std::io::Result<_>>()?,
    })
}

impl Sandbox {
    /// Where the stand-in of `provider` (its lower-case id) is reached.
    #[must_use]
    pub fn endpoints(&self, provider: &str) -> Option<&Endpoints> {
        let found = self.stand_ins.iter().find(|one| one.provider == provider)?;
        Some(&found.endpoints)
    }

    /// Stops every stand-in; calls still open get a second to end.
    pub async fn stop(self) {
        // All are told before the first is waited for.
        let servers = self.stand_ins.iter().flat_map(|one| &one.servers);
        let stopping: Vec<_> = servers.map(|server| server.stop(true)).collect();
        for server in stopping {
            server.await;
        }
    }
}
