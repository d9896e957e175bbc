//! What the operator decides: read once at the start, checked as a whole, then handed out by section.
//!
//! # Where a value comes from
//!
//! Defaults, then `patchbay.toml` in the working folder, then the environment, which includes a `.env`
//! file there (the real environment wins over it). An empty value counts as unset. A secret may also be
//! given as a file, with `_FILE` added to its name; line ends at the end of such a file are dropped.
//!
//! # The file
//!
//! The first word of an environment name is the section, the rest is the key, all in lower case:
//!
//! ```toml
//! [patchbay]
//! bind = "0.0.0.0:8000"                       # PATCHBAY_BIND
//! public_url = "https://patchbay.example.com"
//! encryption_keys_file = "/run/secrets/keys"  # PATCHBAY_ENCRYPTION_KEYS_FILE
//! load_max_pages = 500                        # numbers and true or false need no quotes
//! cors_origins = ["https://app.example.com"]  # a list, or one string with commas
//! credential_ttl = "30d"                      # durations: 300s, 5m, 12h, 30d, or "1h 30m"
//!
//! [redis]
//! url = "rediss://redis.example.com:6379"     # REDIS_URL
//!
//! [hubspot]                                   # one section a provider
//! client_id = "…"
//! client_secret_file = "/run/secrets/hubspot"
//! rate_limit = "190/10s"
//! ```
//!
//! # Adding a setting
//!
//! One line in `settings.rs`, one in the section that reads it.

mod api;
mod auth;
mod key_file;
mod keys;
mod layer;
mod loading;
mod logging;
mod network;
mod observe;
mod parse;
mod problem;
mod provider;
mod reader;
mod redis;
mod redis_place;
mod redis_tls;
mod redis_url;
mod report;
mod server;
mod sessions;
mod settings;
mod source;
#[cfg(test)]
mod tests;
mod vault;

use std::collections::BTreeMap;

pub use self::redis::{Login, Redis, RedisTarget, Sentinels};
pub use self::redis_tls::{ClientCertificate, TlsFiles};
pub use api::Api;
pub use auth::{Auth, AuthMode, Oidc};
pub use keys::{EncryptionKey, GeneratedKeys, Keys};
pub use loading::Loading;
pub use logging::{LogFormat, Logging};
pub use network::Network;
pub use observe::Observe;
pub use problem::{Problem, Problems};
pub use provider::{Provider, RateLimit};
pub use report::{Report, report};
pub use server::Server;
pub use sessions::Sessions;
pub use settings::{Kind, Setting, settings};
pub use source::Sources;
pub use vault::Vault;

use reader::Reader;

/// Everything the operator decides. Its `Debug` shows no secret.
#[derive(Debug)]
pub struct Config {
    pub server: Server,
    pub auth: Auth,
    pub keys: Keys,
    pub redis: Redis,
    pub vault: Vault,
    pub loading: Loading,
    pub sessions: Sessions,
    pub api: Api,
    pub observe: Observe,
    pub logging: Logging,
    /// One entry for every provider id that [`Config::load`] was asked for, configured or not.
    pub providers: BTreeMap<&'static str, Provider>,
}

/// A configuration that can be started with, and what is odd about it.
#[derive(Debug)]
pub struct Loaded {
    pub config: Config,
    /// One sentence each, ready for the log; never with a secret in it.
    pub warnings: Vec<String>,
}

impl Config {
    /// Merges and checks the sources. `providers` are the provider ids, for example `["hubspot"]`; an id
    /// in upper case is the prefix of its environment names.
    ///
    /// # Errors
    ///
    /// Every problem found, not only the first.
    pub fn load(sources: &Sources, providers: &[&'static str]) -> Result<Loaded, Problems> {
        let mut reader = Reader::new(sources, providers);
        let config = read(&mut reader, providers);
        match config {
            Some(config) if reader.problems.is_empty() => Ok(Loaded {
                config,
                warnings: reader.warnings,
            }),
            _ => Err(Problems(reader.problems)),
        }
    }
}

/// Reads all sections. Each is read even when an earlier one failed, so that all problems come out at once.
fn read(reader: &mut Reader, providers: &[&'static str]) -> Option<Config> {
    let server = Server::read(reader);
    let auth = Auth::read(reader);
    let keys = Keys::read(reader);
    let redis = Redis::read(reader);
    let vault = Vault::read(reader);
    let loading = Loading::read(reader);
    let sessions = Sessions::read(reader);
    let api = Api::read(reader);
    let observe = Observe::read(reader);
    let logging = Logging::read(reader);
    let providers = provider::read_all(reader, providers, server.as_ref());

    let config = Config {
        server: server?,
        auth: auth?,
        keys,
        redis,
        vault: vault?,
        loading: loading?,
        sessions: sessions?,
        api: api?,
        observe,
        logging: logging?,
        providers: providers?,
    };
    check_together(reader, &config);
    Some(config)
}

/// What only shows when sections are seen side by side.
fn check_together(reader: &mut Reader, config: &Config) {
    let Config {
        server,
        auth,
        observe,
        ..
    } = config;

    if auth.mode == AuthMode::Demo && !auth.demo_allow_remote && !server.bind.ip().is_loopback() {
        reader.problem(
            "PATCHBAY_BIND",
            format!(
                "{} can be reached from other machines, and demo mode asks for no password",
                server.bind
            ),
            "bind to 127.0.0.1, choose another PATCHBAY_AUTH, or set PATCHBAY_DEMO_ALLOW_REMOTE=true",
        );
    }
    if observe.metrics_bind == Some(server.bind) && server.bind.port() != 0 {
        reader.problem(
            "PATCHBAY_METRICS_BIND",
            format!("{} is PATCHBAY_BIND as well", server.bind),
            "give the metrics a port of their own",
        );
    }
    config.keys.check(reader, &config.redis);
}
