use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use super::Network;
use super::parse::{Invalid, Parsed, address, duration, is_loopback, list, origin, path};
use super::reader::Reader;

/// Whoever supervises the process has to wait for it, and for the 15 seconds after it.
const LONGEST_DRAIN: Duration = Duration::from_secs(60);

/// Where Patchbay listens, and how it is seen from outside.
#[derive(Debug, Clone)]
pub struct Server {
    /// Address and port to listen on. Default `127.0.0.1:8000`.
    pub bind: SocketAddr,
    /// What browsers type: http or https, host and port, with the path `/` and nothing after it.
    /// Default `http://localhost:8000`.
    pub public_url: Url,
    /// Embedded Redis files and generated keys; mode 0700. Default `./data`.
    pub data_dir: PathBuf,
    /// How long it serves on after it was asked to end. Default none.
    pub drain: Duration,
    /// Networks of proxies whose `X-Forwarded-For` and `traceparent` are believed. Default none.
    pub trusted_proxies: Vec<Network>,
}

impl Server {
    /// Whether browsers come by https: decides secure cookies and HSTS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    pub(super) fn read(reader: &mut Reader) -> Option<Server> {
        let bind = reader.required("PATCHBAY_BIND", address);
        let public_url = reader.required("PATCHBAY_PUBLIC_URL", origin);
        let data_dir = reader.required("PATCHBAY_DATA_DIR", path);
        let drain = reader.required("PATCHBAY_DRAIN", drain);
        let trusted_proxies =
            reader.optional("PATCHBAY_TRUSTED_PROXIES", list(',', Network::parse));

        let server = Server {
            bind: bind?,
            public_url: public_url?,
            data_dir: data_dir?,
            drain: drain?,
            trusted_proxies: trusted_proxies.unwrap_or_default(),
        };
        server.warn(reader);
        Some(server)
    }

    fn warn(&self, reader: &mut Reader) {
        let url = &self.public_url;
        if !self.is_https() && !is_loopback(url) {
            reader.warn(
                "PATCHBAY_PUBLIC_URL",
                "is plain http on a host that is not this machine: cookies and pages travel unencrypted, and most providers refuse such redirect URLs",
            );
        }
        // Nobody who changed the port alone means browsers to go on to the old one.
        let port = self.bind.port();
        if !reader.given("PATCHBAY_PUBLIC_URL")
            && port != 0
            && Some(port) != url.port_or_known_default()
        {
            reader.warn(
                "PATCHBAY_PUBLIC_URL",
                &format!("is not set, so browsers are sent to {url}, but PATCHBAY_BIND listens on port {port}"),
            );
        }
    }
}

fn drain(text: &str) -> Parsed<Duration> {
    let drain = duration(text)?;
    if drain > LONGEST_DRAIN {
        return Err(Invalid::new(
            "is longer than a minute",
            "write it like 0s, 5s or 60s",
        ));
    }
    Ok(drain)
}
