//! Which Redis, and how to get at it.

use secrecy::SecretString;

use super::tls::TlsFiles;

/// Which Redis.
#[derive(Clone, Debug)]
pub enum Target {
    /// One server: `redis://`, `rediss://`, `unix:`.
    Single {
        /// Its address, which may hold a password.
        url: SecretString,
        /// Certificates for `rediss://`.
        tls: TlsFiles,
    },
    /// A Cluster, by its seed nodes.
    Cluster {
        /// `redis://` or `rediss://` addresses of some of its nodes, all with the same login.
        urls: Vec<SecretString>,
        /// Certificates for `rediss://`.
        tls: TlsFiles,
    },
    /// A master that Sentinels know.
    Sentinel(Sentinels),
}

/// Sentinels, and what to say to them and to the master that they name.
#[derive(Clone, Debug)]
pub struct Sentinels {
    /// `redis://` or `rediss://` addresses without logins; TLS holds for the master too.
    pub urls: Vec<SecretString>,
    /// The name under which they know the master.
    pub master: String,
    /// The login at the master.
    pub login: Login,
    /// The login at the Sentinels.
    pub own: Login,
    /// Certificates for `rediss://`, of Sentinels and master alike.
    pub tls: TlsFiles,
}

/// A name and a password, of which either may be missing.
#[derive(Clone, Debug, Default)]
pub struct Login {
    /// The name; without it the server's default user is meant.
    pub username: Option<String>,
    /// The password.
    pub password: Option<SecretString>,
}
