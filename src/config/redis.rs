use std::fs::File;
use std::net::Ipv6Addr;
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::parse::{Invalid, Parsed, text};
use super::reader::Reader;
use super::redis_url::parse_target;

pub(super) const REDIS_PORT: u16 = 6379;

/// Which Redis holds everything.
#[derive(Debug, Clone)]
pub struct Redis {
    pub target: RedisTarget,
}

/// Where it is. The URLs may hold passwords; they are `redis://`, `rediss://` or `unix:` ones, and always
/// name their host and port in the two kinds of several nodes.
#[derive(Debug, Clone)]
pub enum RedisTarget {
    /// Patchbay's own child process: the default.
    Embedded,
    Single {
        url: SecretString,
        /// Present only when files were given; a `rediss://` URL without them trusts the usual authorities.
        tls: Option<TlsFiles>,
    },
    /// Seeds of a Cluster. A name and password in the first URL also stand in those that had none.
    Cluster { urls: Vec<SecretString> },
    /// Sentinels, and the name under which they know the master. Names and passwords as with a Cluster.
    Sentinel {
        urls: Vec<SecretString>,
        master: String,
    },
}

/// PEM files for TLS. They were readable at the start.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The authority to trust; none: the usual ones.
    pub ca: Option<PathBuf>,
    /// What we show of ourselves.
    pub client: Option<ClientCertificate>,
}

#[derive(Debug, Clone)]
pub struct ClientCertificate {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl Redis {
    /// After a problem the target is the embedded one, which then is not started.
    pub(super) fn read(reader: &mut Reader) -> Redis {
        let url = reader.optional("REDIS_URL", parse_target);
        let target = if reader.given("REDIS_URL") {
            warn_of_unread(reader, "is not read, because REDIS_URL is set");
            url
        } else {
            read_parts(reader)
        };
        Redis {
            target: target.unwrap_or(RedisTarget::Embedded),
        }
    }
}

fn warn_of_unread(reader: &mut Reader, why: &str) {
    for name in [
        "REDIS_HOST",
        "REDIS_PORT",
        "REDIS_USERNAME",
        "REDIS_PASSWORD",
        "REDIS_CA_FILE",
        "REDIS_CERT_FILE",
        "REDIS_KEY_FILE",
    ] {
        if reader.given(name) {
            reader.warn(name, why);
        }
    }
}

/// A single Redis from its parts. None without host and port, or after a problem.
fn read_parts(reader: &mut Reader) -> Option<RedisTarget> {
    forget_foreign_port(reader);
    if !reader.given("REDIS_HOST") && !reader.given("REDIS_PORT") {
        warn_of_unread(
            reader,
            "is not read: without REDIS_URL, REDIS_HOST or REDIS_PORT Patchbay starts a Redis of its own",
        );
        return None;
    }
    let host = reader.optional("REDIS_HOST", host);
    let port = reader.optional("REDIS_PORT", port);
    let username = reader.optional("REDIS_USERNAME", text);
    let password = reader.secret("REDIS_PASSWORD");
    let tls = read_tls(reader);
    if reader.given("REDIS_HOST") && host.is_none() {
        return None;
    }

    let scheme = if tls.is_some() { "rediss" } else { "redis" };
    let host = host.unwrap_or_else(|| "localhost".to_owned());
    let port = port.unwrap_or(REDIS_PORT);
    let mut url = Url::parse(&format!("{scheme}://{host}:{port}")).ok()?;
    url.set_username(username.as_deref().unwrap_or_default())
        .ok()?;
    let password = password.as_ref().map(ExposeSecret::expose_secret);
    url.set_password(password).ok()?;
    Some(RedisTarget::Single {
        url: SecretString::from(url.as_str()),
        tls,
    })
}

/// Kubernetes puts `REDIS_PORT=tcp://10.0.0.1:6379` into every container beside a service named redis. That is
/// no setting of ours.
fn forget_foreign_port(reader: &mut Reader) {
    let foreign = reader
        .values
        .get("REDIS_PORT")
        .is_some_and(|given| given.text.starts_with("tcp://"));
    if foreign {
        reader.forget("REDIS_PORT");
        reader.warn(
            "REDIS_PORT",
            "is not read: it holds an address, as Kubernetes sets it by itself; set REDIS_URL to say where the Redis is",
        );
    }
}

fn read_tls(reader: &mut Reader) -> Option<TlsFiles> {
    let ca = reader.optional("REDIS_CA_FILE", readable);
    let certificate = reader.optional("REDIS_CERT_FILE", readable);
    let key = reader.optional("REDIS_KEY_FILE", readable);
    for (name, other) in [
        ("REDIS_CERT_FILE", "REDIS_KEY_FILE"),
        ("REDIS_KEY_FILE", "REDIS_CERT_FILE"),
    ] {
        if reader.given(name) && !reader.given(other) {
            reader.problem(
                name,
                format!("is set without {other}"),
                "set both or neither",
            );
        }
    }
    let client = certificate
        .zip(key)
        .map(|(certificate, key)| ClientCertificate { certificate, key });
    (ca.is_some() || client.is_some()).then_some(TlsFiles { ca, client })
}

fn readable(text: &str) -> Parsed<PathBuf> {
    File::open(text).map_err(|error| {
        Invalid::new(
            format!("cannot be read ({error})"),
            "name a PEM file that Patchbay may read",
        )
    })?;
    Ok(PathBuf::from(text))
}

fn host(text: &str) -> Parsed<String> {
    let invalid = || {
        Invalid::new(
            "is not a host name or address",
            "give a host alone, and put a URL or a socket into REDIS_URL",
        )
    };
    if text.parse::<Ipv6Addr>().is_ok() {
        return Ok(format!("[{text}]"));
    }
    let url = Url::parse(&format!("redis://{text}")).map_err(|_| invalid())?;
    // What the parser took for anything else than the host would otherwise be lost or misused.
    if url.as_str() != format!("redis://{text}") || url.host_str() != Some(text) {
        return Err(invalid());
    }
    Ok(text.to_owned())
}

fn port(text: &str) -> Parsed<u16> {
    match text.parse() {
        Ok(port) if port != 0 => Ok(port),
        _ => Err(Invalid::new(
            "is not a port",
            "write a number from 1 to 65535",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        assert_eq!(host("cache.example").unwrap(), "cache.example");
        assert_eq!(host("10.0.0.1").unwrap(), "10.0.0.1");
        assert_eq!(host("::1").unwrap(), "[::1]");
        for text in [
            "a:6379",
            "redis://a",
            "/run/r.sock",
            "u@a",
            "a/b",
            "a?b",
            "a b",
            "[::1",
        ] {
            assert!(host(text).is_err(), "{text}");
        }
    }
}
