//! Redis with TLS, by the certificates in `tests/fixtures/redis_tls`.

use std::path::PathBuf;

use super::{Plan, Redis};

/// A file of them, such as `ca.pem`.
pub fn certificate(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/redis_tls");
    let path = folder.join(name);
    path.to_str().expect("a path of text").to_owned()
}

/// What makes a server listen with TLS at a port, for whoever has a certificate of the authority.
pub fn tls_options(port: u16) -> Vec<String> {
    [
        ("--tls-port", port.to_string()),
        ("--tls-ca-cert-file", certificate("ca.pem")),
        ("--tls-cert-file", certificate("server.pem")),
        ("--tls-key-file", certificate("server.key")),
        ("--tls-auth-clients", "yes".to_owned()),
    ]
    .into_iter()
    .flat_map(|(name, value)| [name.to_owned(), value])
    .collect()
}

/// A single server with TLS.
pub struct Tls {
    pub redis: Redis,
    /// Where it listens with TLS.
    pub port: u16,
}

impl Tls {
    pub fn start() -> Self {
        let redis = Redis::launched(&Plan {
            tls: true,
            ..Plan::default()
        });
        let port = redis.tls_port();
        Self { redis, port }
    }

    /// For `REDIS_URL`.
    pub fn url(&self) -> String {
        format!("rediss://127.0.0.1:{}", self.port)
    }
}
