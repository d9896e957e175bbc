//! Why Patchbay cannot start.

use crate::config::Problems;
use crate::outbound;
use crate::store::embedded::EmbeddedError;
use crate::store::migrate::MigrateError;
use crate::store::{self, StoreError};
use crate::vault::CipherError;

/// Why Patchbay cannot start. The texts say what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration has problems.
    #[error("{0}")]
    Config(Problems),
    /// The embedded Redis cannot be started.
    #[error(transparent)]
    Embedded(#[from] EmbeddedError),
    /// The address of Redis cannot be used.
    #[error(transparent)]
    Connect(#[from] store::ConnectError),
    /// Redis did not answer.
    #[error("Redis at {0} did not answer within 30 s ({1}); check REDIS_URL and that it runs")]
    Redis(String, StoreError),
    /// Redis answered, and refused us.
    #[error("{1} (at {0}); {advice}", advice = refused(.1))]
    Refused(String, StoreError),
    /// The store cannot be brought to this version.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// The store at this place is not one to work with.
    #[error("{0}: {1}")]
    NotReady(String, &'static str),
    /// Redis failed in the middle of the work.
    #[error("{0}; what was done stays done, and the command can be run again at any time")]
    BrokeOff(StoreError),
    /// It was told to stop before it was done.
    #[error("stopped; what was done stays done, and the command can be run again at any time")]
    Stopped,
    /// Redis does not tell its settings.
    #[error("{0}")]
    Settings(StoreError),
    /// There is no key to sign cookies with.
    #[error("PATCHBAY_SESSION_KEY is missing; 'patchbay keys generate' makes one")]
    SessionKey,
    /// There is data, and no keys.
    #[error(
        "{0} has data but no keys.toml, and without its keys nobody can read what is sealed in it; put keys.toml back \
         from its backup or set PATCHBAY_ENCRYPTION_KEYS; or move {0} away to begin anew"
    )]
    KeysLost(String),
    /// The key ring is empty.
    #[error(transparent)]
    Cipher(#[from] CipherError),
    /// The HTTP client cannot be set up.
    #[error(transparent)]
    Outbound(#[from] outbound::SetupError),
    /// The embedded Redis was to be used before it was started.
    #[error("the embedded Redis does not run")]
    NotStarted,
    /// A certificate for Redis cannot be read.
    #[error("the file {0} cannot be read: {1}")]
    File(String, std::io::Error),
    /// The address cannot be listened on.
    #[error(
        "cannot listen on {0}: {1}; is another program using it? set PATCHBAY_BIND to another address"
    )]
    Listen(std::net::SocketAddr, std::io::Error),
    /// The address for metrics cannot be listened on.
    #[error(
        "cannot listen for metrics on {0}: {1}; is another program using it? set PATCHBAY_METRICS_BIND to another address"
    )]
    ListenForMetrics(std::net::SocketAddr, std::io::Error),
    /// Metrics cannot be collected.
    #[error(transparent)]
    Metrics(#[from] crate::metrics::NotStarted),
    /// Anything else of the operating system.
    #[error("the server cannot be started: {0}")]
    Io(#[from] std::io::Error),
}

/// What to do about a Redis that answered, and refused us.
fn refused(error: &StoreError) -> &'static str {
    match error.is_about_login() {
        true => "check the user and password in REDIS_URL",
        false => "check REDIS_URL, and what listens there",
    }
}
