use std::net::Ipv6Addr;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::parse::{Invalid, Parsed, text};
use super::reader::Reader;
use super::redis_tls::{self, TlsFiles};
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
    /// Seeds of a Cluster. The name and password of the first URL also stand in those that had none.
    Cluster {
        urls: Vec<SecretString>,
        /// For all nodes, as with a single one.
        tls: Option<TlsFiles>,
    },
    /// Sentinels, which know where the master is.
    Sentinel(Sentinels),
}

/// Sentinels, and what to say to them and to the master that they name.
#[derive(Debug, Clone)]
pub struct Sentinels {
    /// `redis://` or `rediss://` URLs without name and password.
    pub urls: Vec<SecretString>,
    /// The name under which they know the master.
    pub master: String,
    /// The login at the master: the one of `REDIS_URL`.
    pub login: Login,
    /// The login at the Sentinels themselves, which mostly want none.
    pub own: Login,
    /// For Sentinels and master alike.
    pub tls: Option<TlsFiles>,
}

/// A name and a password, of which either may be missing.
#[derive(Debug, Clone, Default)]
pub struct Login {
    pub username: Option<String>,
    pub password: Option<SecretString>,
}

impl Redis {
    /// After a problem the target is the embedded one, which then is not started.
    pub(super) fn read(reader: &mut Reader) -> Redis {
        let url = reader.optional("REDIS_URL", parse_target);
        let own = Login {
            username: reader.optional("REDIS_SENTINEL_USERNAME", text),
            password: reader.secret("REDIS_SENTINEL_PASSWORD"),
        };
        let target = if reader.given("REDIS_URL") {
            warn_of_unread(reader, &PARTS, "is not read, because REDIS_URL is set");
            url.map(|(target, secure)| beside_url(reader, target, secure, own))
        } else {
            read_parts(reader)
        };
        Redis {
            target: target.unwrap_or(RedisTarget::Embedded),
        }
    }
}

const PARTS: [&str; 4] = [
    "REDIS_HOST",
    "REDIS_PORT",
    "REDIS_USERNAME",
    "REDIS_PASSWORD",
];
const OF_SENTINELS: [&str; 2] = ["REDIS_SENTINEL_USERNAME", "REDIS_SENTINEL_PASSWORD"];

fn warn_of_unread(reader: &mut Reader, names: &[&str], why: &str) {
    for name in names {
        if reader.given(name) {
            reader.warn(name, why);
        }
    }
}

/// What a URL cannot say stands beside it: the certificates of one with TLS, and the login of Sentinels.
fn beside_url(
    reader: &mut Reader,
    mut target: RedisTarget,
    secure: bool,
    own: Login,
) -> RedisTarget {
    let files = if secure {
        redis_tls::read(reader)
    } else {
        let why = "is not read, because REDIS_URL is one without TLS; its scheme with TLS begins with rediss";
        warn_of_unread(reader, &redis_tls::FILES, why);
        None
    };
    match &mut target {
        RedisTarget::Sentinel(sentinels) => {
            sentinels.tls = files;
            sentinels.own = own;
            return target;
        }
        RedisTarget::Single { tls, .. } | RedisTarget::Cluster { tls, .. } => *tls = files,
        RedisTarget::Embedded => {}
    }
    warn_of_unread(reader, &OF_SENTINELS, NO_SENTINELS);
    target
}

const NO_SENTINELS: &str = "is not read: REDIS_URL names no Sentinels";

/// A single Redis from its parts. None without host and port, or after a problem.
fn read_parts(reader: &mut Reader) -> Option<RedisTarget> {
    forget_foreign_port(reader);
    if !reader.given("REDIS_HOST") && !reader.given("REDIS_PORT") {
        let why = "is not read: without REDIS_URL, REDIS_HOST or REDIS_PORT Patchbay starts a Redis of its own";
        let names = [&PARTS[..], &redis_tls::FILES, &OF_SENTINELS].concat();
        warn_of_unread(reader, &names, why);
        return None;
    }
    warn_of_unread(reader, &OF_SENTINELS, NO_SENTINELS);
    let host = reader.optional("REDIS_HOST", host);
    let port = reader.optional("REDIS_PORT", port);
    let username = reader.optional("REDIS_USERNAME", text);
    let password = reader.secret("REDIS_PASSWORD");
    let tls = redis_tls::read(reader);
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
