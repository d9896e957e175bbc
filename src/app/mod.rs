//! Builds all parts and mounts all trees. Everything is named here; nothing is decided here.

mod base;
mod checkup;
mod commands;
mod domain;
mod end;
mod error;
mod idle;
mod moving;
mod newer;
mod parts;
mod peer;
mod ready;
#[cfg(test)]
mod routes;
mod scrape;
mod seen;
mod server;
mod stop;
mod trace;
mod trail;

use std::net::TcpListener;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

pub use checkup::{Checked, check, redirect_urls};
pub use commands::{migrate, names_in_log, place, rotate, with_api_keys, with_people};
pub use error::StartError;
pub use moving::with_transfer;
pub use server::IDLE_TIMEOUT;
pub use stop::Stop;

use crate::clock::{Clock, Entropy};
use crate::config::{Config, RedisTarget};
use crate::outbound;
use crate::store::Store;
use crate::store::embedded::Embedded;
use crate::traces::Traces;
use base::Base;
use domain::Domain;
use end::Running;
use scrape::Scrape;
use server::Shared;
use trail::Trail;

/// What the configuration does not say.
pub struct Extras {
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub entropy: Entropy,
    /// A listener that is bound already, in place of the configured address.
    pub listener: Option<TcpListener>,
    /// The stand-ins that the demo runs with.
    pub sandbox: Vec<SandboxLink>,
    /// Longest wait for a whole answer of a provider.
    pub answer_timeout: Duration,
    /// How long a connection may be there without a whole request.
    pub idle_timeout: Duration,
    /// Whether connections are looked after when nobody asks.
    pub upkeep: bool,
    /// What sends traces, and ends with what serves.
    pub traces: Option<Traces>,
}

/// Where a demo's people meet a stand-in.
pub struct SandboxLink {
    /// The provider's name.
    pub name: &'static str,
    /// The page of its controls.
    pub controls: String,
    /// Where its consent page is.
    pub consent_origin: String,
}

impl Default for Extras {
    fn default() -> Self {
        Self {
            clock: Clock::system(),
            entropy: Entropy::system(),
            listener: None,
            sandbox: Vec::new(),
            answer_timeout: outbound::ANSWER_TIMEOUT,
            idle_timeout: IDLE_TIMEOUT,
            upkeep: true,
            traces: None,
        }
    }
}

/// A Patchbay that is ready to serve.
pub struct App {
    server: actix_web::dev::Server,
    port: u16,
    running: Running,
    /// How long it serves on after it was asked to end.
    drain: Duration,
    store: Store,
}

impl App {
    /// Builds everything and binds the address.
    pub async fn build(mut config: Config, extras: Extras) -> Result<Self, StartError> {
        parts::ensure_keys(&mut config, &extras.entropy)?;
        parts::name_people(&config.keys);
        let child = match config.redis.target {
            RedisTarget::Embedded => Some(Embedded::start(&config.server.data_dir).await?),
            _ => None,
        };
        let target = parts::target(&config.redis, child.as_ref().map(Embedded::url))?;
        let store = Store::new(&target, extras.entropy.clone())?;
        match Self::assemble(config, extras, store).await {
            Ok(mut app) => {
                app.running.embedded = child;
                Ok(app)
            }
            Err(error) => {
                ready::stop(child.map(Embedded::stop)).await;
                Err(error)
            }
        }
    }

    async fn assemble(config: Config, extras: Extras, store: Store) -> Result<Self, StartError> {
        ready::prepare(&store, &config.redis).await?;
        let base = Base::new(&config, &extras, store)?;
        base.tell_how_to_begin(&config).await;
        if !config.api.rate_limits {
            tracing::warn!(
                "PATCHBAY_RATE_LIMITS is off: nothing holds back who guesses passwords or keys"
            );
        }
        let scrape = Scrape::begin(&config.observe, &base)?;
        let (observer, trail) = Trail::begin(base.activity.clone());
        let domain = Domain::new(&base, &config, observer);
        let shared = Shared::new(&base, &config, &extras, &domain)?;
        let listener = match extras.listener {
            Some(listener) => listener,
            None => TcpListener::bind(config.server.bind)
                .map_err(|error| StartError::Listen(config.server.bind, error))?,
        };
        let port = listener.local_addr()?.port();
        Ok(Self {
            server: server::start(shared, listener, extras.idle_timeout)?,
            port,
            running: Running {
                domain,
                trail,
                upkeep: extras.upkeep,
                scrape,
                traces: extras.traces,
                embedded: None,
            },
            drain: config.server.drain,
            store: base.store.clone(),
        })
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Serves until `stop` and, unless it is in a hurry, for the configured time of leaving; then ends in order
    /// (`end.rs`). From `stop` on it is not ready any more, and leaves to others what they can do as well: the upkeep, and
    /// loads that are to be taken up.
    pub async fn run_until(self, stop: impl Into<Stop>) -> Result<(), StartError> {
        let stop: Stop = stop.into();
        let handle = self.server.handle();
        let mut server = tokio::spawn(self.server);
        let beside = self.running.begin(stop.token());
        let leaving = &self.running.domain.leaving;
        let (serves, result) = tokio::select! {
            ended = &mut server => (None, ended.unwrap_or_else(|error| Err(error.into()))),
            () = leave(&stop, leaving, self.drain) => (Some(handle), Ok(())),
            error = newer::found(&self.store) => {
                tracing::error!(%error, "a newer Patchbay has migrated the data");
                leaving.cancel();
                stop.hurry();
                self.running.end(beside, Some(handle)).await;
                return Err(error.into());
            }
        };
        self.running.end(beside, serves).await;
        result.map_err(StartError::Io)
    }
}

/// Waits until it is to end, and says that it leaves as soon as it is asked to.
async fn leave(stop: &Stop, leaving: &CancellationToken, drain: Duration) {
    stop.asked().await;
    leaving.cancel();
    stop.due(drain).await;
}
