//! Builds all parts and mounts all trees. Everything is named here; nothing is decided here.

mod base;
mod checkup;
mod commands;
mod domain;
mod error;
mod idle;
mod moving;
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

use actix_web::dev::ServerHandle;
use futures_util::future::join;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

pub use checkup::{Checked, check, redirect_urls};
pub use commands::{migrate, names_in_log, rotate, with_api_keys, with_people};
pub use error::StartError;
pub use moving::with_transfer;
pub use server::IDLE_TIMEOUT;
pub use stop::Stop;

use crate::clock::{Clock, Entropy};
use crate::config::{Config, RedisTarget};
use crate::connections::Connections;
use crate::load::Loads;
use crate::outbound;
use crate::store::Store;
use crate::store::embedded::Embedded;
use crate::vault::Vault;
use base::Base;
use domain::Domain;
use scrape::Scrape;
use server::Shared;
use trail::Trail;

/// How long open requests may take to end at a stop.
const REQUESTS_END: Duration = Duration::from_secs(3);
/// How long the upkeep may take to hand on its lease.
const UPKEEP_ENDS: Duration = Duration::from_millis(500);
/// How long running loads may take to end at a stop.
const LOADS_END: Duration = Duration::from_secs(2);
/// How long after a stop began what was granted may still be stored. With what the embedded Redis may take to
/// end after it, all of it stays within 15 seconds.
const GRANTS_END: Duration = Duration::from_secs(13);
const GRANTS_END_EMBEDDED: Duration = Duration::from_secs(7);

/// How long after that the last entries of the activity trail may take.
const TRAIL_ENDS: Duration = Duration::from_millis(500);

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
        }
    }
}

/// A Patchbay that is ready to serve.
pub struct App {
    server: actix_web::dev::Server,
    port: u16,
    domain: Domain,
    trail: Trail,
    upkeep: bool,
    scrape: Option<Scrape>,
    /// How long it serves on after it was asked to end.
    drain: Duration,
    embedded: Option<Embedded>,
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
                app.embedded = child;
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
            domain,
            trail,
            upkeep: extras.upkeep,
            scrape,
            drain: config.server.drain,
            embedded: None,
        })
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Serves until `stop` and, unless it is in a hurry, for the configured time of leaving; then ends in order:
    /// requests, loads, the embedded Redis. From `stop` on it is not ready any more, and leaves to others what they can
    /// do as well: the upkeep, and loads that are to be taken up.
    pub async fn run_until(self, stop: impl Into<Stop>) -> Result<(), StartError> {
        let stop: Stop = stop.into();
        let handle: ServerHandle = self.server.handle();
        let mut server = tokio::spawn(self.server);
        let upkeep = self.upkeep.then(|| {
            let (connections, stop) = (self.domain.connections.clone(), stop.token().clone());
            tokio::spawn(async move { connections.upkeep(stop).await })
        });
        let watch = {
            let (loads, stop) = (self.domain.loads.clone(), stop.token().clone());
            tokio::spawn(async move { loads.watch(&stop).await })
        };
        let ended = tokio::select! {
            ended = &mut server => Some(ended),
            () = leave(&stop, &self.domain.leaving, self.drain) => None,
        };
        let begun = Instant::now();
        // At once: a refresh that is under way has all the time there is.
        self.domain.vault.stop();
        let result = match ended {
            Some(ended) => ended.unwrap_or_else(|error| Err(std::io::Error::other(error))),
            None => {
                tracing::info!("stopping");
                self.domain.ends.cancel();
                end_requests(&handle).await;
                Ok(())
            }
        };
        if let Some(upkeep) = upkeep {
            end_upkeep(upkeep).await;
        }
        watch.abort();
        end_loads(&self.domain.loads).await;
        let time = match self.embedded {
            Some(_) => GRANTS_END_EMBEDDED,
            None => GRANTS_END,
        };
        let writes = join(
            self.domain.answers.shut_down(),
            self.domain.contacts.shut_down(),
        );
        if tokio::time::timeout_at(begun + time, writes).await.is_err() {
            tracing::warn!(
                "some changes to contacts or requests with an idempotency key did not end in time"
            );
        }
        end_grants(&self.domain.connections, &self.domain.vault, begun + time).await;
        self.trail.finish(begun + time + TRAIL_ENDS).await;
        // Last, so that it tells of the end too.
        if let Some(scrape) = self.scrape {
            scrape.stop().await;
        }
        ready::stop(self.embedded.map(Embedded::stop)).await;
        result.map_err(StartError::Io)
    }
}

/// Waits until it is to end, and says that it leaves as soon as it is asked to.
async fn leave(stop: &Stop, leaving: &CancellationToken, drain: Duration) {
    stop.asked().await;
    leaving.cancel();
    stop.due(drain).await;
}

async fn end_requests(handle: &ServerHandle) {
    let ended = tokio::time::timeout(REQUESTS_END, handle.stop(true)).await;
    if ended.is_err() {
        tracing::warn!("some requests did not end in time");
    }
}

async fn end_loads(loads: &Loads) {
    let ended = tokio::time::timeout(LOADS_END, loads.shut_down()).await;
    if ended.is_err() {
        tracing::warn!("some loads did not end in time; they are taken up by the next process");
    }
}

/// What was granted is stored, as long as there is time for it.
async fn end_grants(connections: &Connections, vault: &Vault, until: Instant) {
    let grants = join(connections.shut_down(), vault.shut_down());
    if tokio::time::timeout_at(until, grants).await.is_ok() {
        return;
    }
    match vault.held() {
        0 => tracing::warn!("a refresh or a new connection did not end in time"),
        held => tracing::error!(
            held,
            "fresh credentials could not be stored in time: their connections may have to be made anew"
        ),
    }
}

/// It hands its lease on; where that takes long, the lease ends by itself.
async fn end_upkeep(mut upkeep: tokio::task::JoinHandle<()>) {
    if tokio::time::timeout(UPKEEP_ENDS, &mut upkeep)
        .await
        .is_err()
    {
        upkeep.abort();
    }
}
