//! Encryption keys: lost and found again, changed while Patchbay serves, and records that somebody tampered with.

mod embedded;
pub mod fleet;
mod killed;
mod lost;
mod rotate;
mod tampered;

use std::process::Output;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::support::{Home, Redis};

const KEYS: &str = "PATCHBAY_ENCRYPTION_KEYS";
const ROTATE: &[&str] = &["keys", "rotate"];
const DRY_RUN: &[&str] = &["keys", "rotate", "--dry-run"];

/// A key as it is configured. `test` is the one that tests have by default.
fn key(id: &str) -> String {
    let secret = match id {
        "test" => [7; 32],
        id => [id.as_bytes()[0]; 32],
    };
    format!("{id}:{}", STANDARD.encode(secret))
}

/// A key ring as it is configured.
pub fn ring(ids: &[&str]) -> String {
    ids.iter().map(|id| key(id)).collect::<Vec<_>>().join(",")
}

/// Runs a command and answers what it printed; fails unless it ended with this code.
async fn run(home: &Home, arguments: &[&str], code: i32) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = home.run(arguments).await;
    let said = String::from_utf8_lossy(&stdout).into_owned();
    let complaints = String::from_utf8_lossy(&stderr);
    assert_eq!(status.code(), Some(code), "{said}{complaints}");
    said
}

/// The last line that a rotation printed.
fn last(said: &str) -> &str {
    said.lines().last().unwrap_or_default()
}

/// The last line of a rotation with these figures.
fn figures(found: u64, re_encrypted: u64, new: u64, unreadable: u64) -> String {
    format!(
        "In all: {found} found, {re_encrypted} re-encrypted, {new} already new, {unreadable} not openable"
    )
}

/// A connection to the Redis of a test, for hands that Patchbay does not know of.
async fn by_hand(redis: &Redis) -> redis::aio::MultiplexedConnection {
    let address = redis.url().replace("redis-cluster", "redis");
    let client = redis::Client::open(address).expect("an address");
    let connection = client.get_multiplexed_async_connection().await;
    connection.expect("a connection")
}
