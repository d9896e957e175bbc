//! What unit tests of several folders need: a provider's server on loopback, and a Redis of their own.

pub mod http;
#[allow(dead_code)] // Shared with the integration tests, which use other parts of it.
#[path = "../../tests/support/redis/mod.rs"]
pub mod redis;

use std::time::Duration;

use secrecy::SecretString;

use self::redis::{Redis, Sentinels};
use crate::clock::Entropy;
use crate::outbound::{ANSWER_TIMEOUT, Outbound};
use crate::store::{self, Login, Store, Target, TlsFiles};

/// The real HTTP client, which does not wait between its tries. It has no store: for calls that keep no limit and
/// that nobody asks to pause.
pub fn outbound() -> Outbound {
    outbound_within(ANSWER_TIMEOUT)
}

/// The same with another patience.
pub fn outbound_within(answer_timeout: Duration) -> Outbound {
    outbound_on(store_nowhere(), answer_timeout)
}

/// The same with the limits in `redis`.
pub fn outbound_over(redis: &Redis) -> Outbound {
    outbound_on(store(redis), ANSWER_TIMEOUT)
}

fn outbound_on(store: Store, answer_timeout: Duration) -> Outbound {
    install_tls();
    Outbound::new(Entropy::fixed(0), store, answer_timeout).expect("an HTTP client")
}

/// As the program does at its start. Once a process; later calls find it done.
pub fn install_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// The store in `redis`, of either kind.
pub fn store(redis: &Redis) -> Store {
    store_at(&redis.url())
}

/// A store where nothing listens, for what never asks it.
pub fn store_nowhere() -> Store {
    store_at("unix:///nowhere/redis.sock")
}

/// The store at the master that Sentinels name.
pub fn store_behind(set: &Sentinels) -> Store {
    let url = set.url();
    let hosts_and_name = url.strip_prefix("redis-sentinel://").expect("Sentinels");
    let (hosts, name) = hosts_and_name.split_once('/').expect("a name");
    let address = |host| SecretString::from(format!("redis://{host}"));
    store_of(&Target::Sentinel(store::Sentinels {
        urls: hosts.split(',').map(address).collect(),
        master: name.to_owned(),
        login: Login::default(),
        own: Login::default(),
        tls: TlsFiles::default(),
    }))
}

fn store_at(url: &str) -> Store {
    let target = match url.strip_prefix("redis-cluster://") {
        Some(node) => Target::Cluster {
            urls: vec![SecretString::from(format!("redis://{node}"))],
            tls: TlsFiles::default(),
        },
        None => Target::Single {
            url: SecretString::from(url),
            tls: TlsFiles::default(),
        },
    };
    store_of(&target)
}

fn store_of(target: &Target) -> Store {
    Store::new(target, Entropy::system()).expect("a store")
}
