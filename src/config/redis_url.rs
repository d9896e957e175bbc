//! The kinds of `REDIS_URL`.

use std::path::Path;

use secrecy::SecretString;
use url::Url;

use super::parse::{Invalid, Parsed, elements};
use super::redis::{REDIS_PORT, RedisTarget};

const SENTINEL_PORT: u16 = 26379;

pub(super) fn parse_target(text: &str) -> Parsed<RedisTarget> {
    let possible = "write redis://, rediss://, unix:/path, redis-cluster://a,b or redis-sentinel://a,b/master; \
        characters like @ : / , in a password as %40 %3A %2F %2C";
    let invalid = |wrong: &str| Invalid::new(wrong, possible);

    if text.starts_with("unix:") {
        return socket(text)
            .ok_or_else(|| invalid("is not the URL of a socket by its absolute path"));
    }
    let (scheme, rest) = text
        .split_once("://")
        .ok_or_else(|| invalid("is not a Redis URL"))?;
    let node_scheme = if scheme.starts_with("rediss") {
        "rediss"
    } else {
        "redis"
    };
    match scheme {
        "redis" | "rediss" if rest.contains(',') => Err(invalid(
            "names several addresses, but not whether they are a Cluster or Sentinels",
        )),
        "redis" | "rediss" => single(text).ok_or_else(|| invalid("is not a Redis URL")),
        "redis-cluster" | "rediss-cluster" => {
            let nodes = nodes(text, scheme, node_scheme, REDIS_PORT);
            let (urls, paths) =
                nodes.ok_or_else(|| invalid("is not a list of Cluster addresses"))?;
            // A Cluster has no other database than 0.
            if paths.iter().any(|path| path != "0") {
                return Err(invalid("names a database, and a Cluster has only one"));
            }
            Ok(RedisTarget::Cluster { urls })
        }
        "redis-sentinel" | "rediss-sentinel" => {
            let nodes = nodes(text, scheme, node_scheme, SENTINEL_PORT);
            let (urls, masters) =
                nodes.ok_or_else(|| invalid("is not a list of Sentinel addresses"))?;
            match masters.as_slice() {
                [master, others @ ..]
                    if !master.contains('/') && others.iter().all(|other| other == master) =>
                {
                    let master = master.clone();
                    Ok(RedisTarget::Sentinel { urls, master })
                }
                _ => Err(invalid("does not end with the name of one master")),
            }
        }
        _ => Err(invalid("has a scheme that is not known here")),
    }
}

fn socket(text: &str) -> Option<RedisTarget> {
    let url = Url::parse(text).ok()?;
    let is_path = Path::new(url.path()).is_absolute() && url.path().len() > 1 && !url.has_host();
    is_path.then(|| RedisTarget::Single {
        url: SecretString::from(text),
        tls: None,
    })
}

fn single(text: &str) -> Option<RedisTarget> {
    let url = Url::parse(text).ok()?;
    let database = url.path().trim_start_matches('/');
    let is_right = url.has_host() && (database.is_empty() || database.parse::<u32>().is_ok());
    is_right.then(|| RedisTarget::Single {
        url: SecretString::from(text),
        tls: None,
    })
}

/// The nodes as URLs of their own, and the paths found behind them. `redis-x://a,b/path` and
/// `redis-x://a/path,redis-x://b/path` are the same.
fn nodes(
    text: &str,
    scheme: &str,
    node_scheme: &str,
    default_port: u16,
) -> Option<(Vec<SecretString>, Vec<String>)> {
    let mut urls: Vec<Url> = Vec::new();
    let mut paths = Vec::new();
    for node in elements(text, ',') {
        let address = match node.split_once("://") {
            Some((own, address)) if own == scheme => address,
            Some(_) => return None,
            None => node,
        };
        let mut url = Url::parse(&format!("{node_scheme}://{address}")).ok()?;
        if !url.has_host() || url.query().is_some() || url.fragment().is_some() {
            return None;
        }
        let path = url.path().trim_start_matches('/');
        if !path.is_empty() {
            paths.push(path.to_owned());
        }
        url.set_path("");
        if url.port().is_none() {
            url.set_port(Some(default_port)).ok()?;
        }
        if let Some(first) = urls.first() {
            copy_login(first, &mut url)?;
        }
        urls.push(url);
    }
    let urls: Vec<_> = urls
        .iter()
        .map(|url| SecretString::from(url.as_str()))
        .collect();
    (!urls.is_empty()).then_some((urls, paths))
}

fn copy_login(from: &Url, to: &mut Url) -> Option<()> {
    if to.username().is_empty() && to.password().is_none() {
        to.set_username(from.username()).ok()?;
        to.set_password(from.password()).ok()?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    /// What the text means, in one line.
    fn seen(text: &str) -> String {
        let join = |urls: &[SecretString]| {
            let urls: Vec<_> = urls.iter().map(ExposeSecret::expose_secret).collect();
            urls.join(" ")
        };
        match parse_target(text) {
            Ok(RedisTarget::Embedded) => "embedded".to_owned(),
            Ok(RedisTarget::Single { url, .. }) => format!("single {}", url.expose_secret()),
            Ok(RedisTarget::Cluster { urls }) => format!("cluster {}", join(&urls)),
            Ok(RedisTarget::Sentinel { urls, master }) => format!("{master} by {}", join(&urls)),
            Err(invalid) => invalid.wrong,
        }
    }

    #[test]
    fn urls_of_all_kinds() {
        for (text, meaning) in [
            ("redis://cache", "single redis://cache"),
            ("redis://:p@cache:1/3", "single redis://:p@cache:1/3"),
            ("rediss://cache:6380/", "single rediss://cache:6380/"),
            ("redis://[::1]:6379", "single redis://[::1]:6379"),
            ("unix:/run/r.sock", "single unix:/run/r.sock"),
            ("unix:///run/r.sock?db=1", "single unix:///run/r.sock?db=1"),
            ("redis-cluster://a", "cluster redis://a:6379"),
            (
                "redis-cluster://u:p@a:7000,b:7001/0",
                "cluster redis://u:p@a:7000 redis://u:p@b:7001",
            ),
            (
                "redis-cluster://u:p%40@a,redis-cluster://b",
                "cluster redis://u:p%40@a:6379 redis://u:p%40@b:6379",
            ),
            ("rediss-cluster://a", "cluster rediss://a:6379"),
            (
                "redis-sentinel://a,b:1/main",
                "main by redis://a:26379 redis://b:1",
            ),
            (
                "redis-sentinel://a/main, redis-sentinel://b/main",
                "main by redis://a:26379 redis://b:26379",
            ),
        ] {
            assert_eq!(seen(text), meaning, "{text}");
        }
    }

    #[test]
    fn wrong_urls_are_refused_without_being_quoted() {
        for text in [
            "pa55word",
            "http://pa55word",
            "redis://",
            "redis:///0",
            "redis://u:pa55word@a/x",
            "redis://a,b",
            "unix:pa55word",
            "unix:",
            "unix:/",
            "unix://host/pa55word",
            "redis-cluster://",
            "redis-cluster://a/3",
            "redis-cluster://a,rediss-cluster://b",
            "redis-sentinel://a,b",
            "redis-sentinel://a/one,b/two",
            "redis-sentinel://a/one/2",
            "mysql://u:pa55word@a",
        ] {
            let invalid = parse_target(text).map(|_| ()).expect_err(text);
            assert!(!invalid.wrong.contains("pa55word"), "{text}");
        }
    }
}
