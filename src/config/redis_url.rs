//! The kinds of `REDIS_URL`.

use std::path::Path;

use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use url::Url;

use super::parse::{Invalid, Parsed, elements};
use super::redis::{Login, REDIS_PORT, RedisTarget, Sentinels};

const SENTINEL_PORT: u16 = 26379;

/// What would be right where a URL is not.
const POSSIBLE: &str = "write redis://, rediss://, unix:/path, redis-cluster://a,b or redis-sentinel://a,b/master; \
    characters like @ : / , # ? in a password as %40 %3A %2F %2C %23 %3F";

fn invalid(wrong: &str) -> Invalid {
    Invalid::new(wrong, POSSIBLE)
}

/// Which Redis a URL means, and whether by TLS. Certificates, and the login of Sentinels, are not in it.
pub(super) fn parse_target(text: &str) -> Parsed<(RedisTarget, bool)> {
    if text.starts_with("unix:") {
        return Ok((socket(text)?, false));
    }
    let (scheme, _) = text
        .split_once("://")
        .ok_or_else(|| invalid("is not a Redis URL"))?;
    let target = match scheme {
        "redis" | "rediss" => single(text),
        "redis-cluster" | "rediss-cluster" => cluster(text),
        "redis-sentinel" | "rediss-sentinel" => sentinels(text),
        _ => Err(invalid("has a scheme that is not known here")),
    };
    Ok((target?, scheme.starts_with("rediss")))
}

fn socket(text: &str) -> Parsed<RedisTarget> {
    let path = |url: &Url| Path::new(url.path()).is_absolute() && url.path().len() > 1;
    match Url::parse(text) {
        Ok(url) if path(&url) && !url.has_host() && url.fragment().is_none() => {
            Ok(one_server(text))
        }
        _ => Err(invalid("is not the URL of a socket by its absolute path")),
    }
}

fn single(text: &str) -> Parsed<RedisTarget> {
    if text.contains(',') {
        let wrong = "names several addresses, but not whether they are a Cluster or Sentinels";
        return Err(invalid(wrong));
    }
    // A '#' or '?' in a password that is not written as %23 or %3F ends the address before its host.
    let url = Url::parse(text).ok().filter(|url| {
        let database = url.path().trim_start_matches('/');
        url.has_host()
            && url.fragment().is_none()
            && !url.query().is_some_and(|query| query.contains('@'))
            && (database.is_empty() || database.parse::<u32>().is_ok())
    });
    let right = url.map(|_| one_server(text));
    right.ok_or_else(|| invalid("is not a Redis URL"))
}

fn one_server(text: &str) -> RedisTarget {
    RedisTarget::Single {
        url: SecretString::from(text),
        tls: None,
    }
}

fn cluster(text: &str) -> Parsed<RedisTarget> {
    let (urls, paths) =
        nodes(text, REDIS_PORT).ok_or_else(|| invalid("is not a list of Cluster addresses"))?;
    one_login(&urls)?;
    // A Cluster has no other database than 0.
    if paths.iter().any(|path| path != "0") {
        return Err(invalid("names a database, and a Cluster has only one"));
    }
    let (urls, tls) = (secrets(&urls), None);
    Ok(RedisTarget::Cluster { urls, tls })
}

fn sentinels(text: &str) -> Parsed<RedisTarget> {
    let (urls, masters) =
        nodes(text, SENTINEL_PORT).ok_or_else(|| invalid("is not a list of Sentinel addresses"))?;
    let login = one_login(&urls)?;
    match masters.as_slice() {
        [master, others @ ..]
            if !master.contains('/') && others.iter().all(|other| other == master) =>
        {
            Ok(RedisTarget::Sentinel(Sentinels {
                urls: secrets(&without_logins(urls)),
                master: master.clone(),
                login,
                own: Login::default(),
                tls: None,
            }))
        }
        _ => Err(invalid("does not end with the name of one master")),
    }
}

/// The login that all the addresses have.
fn one_login(urls: &[Url]) -> Parsed<Login> {
    let of = |url: &Url| (url.username().to_owned(), url.password().map(str::to_owned));
    let mut all = urls.iter().map(of);
    let (username, password) = all.next().unwrap_or_default();
    if all.any(|other| other != (username.clone(), password.clone())) {
        let wrong = "gives different names or passwords to its addresses";
        return Err(invalid(wrong));
    }
    let plain = |text: String| percent_decode_str(&text).decode_utf8_lossy().into_owned();
    Ok(Login {
        username: Some(plain(username)).filter(|name| !name.is_empty()),
        password: password.map(|password| SecretString::from(plain(password))),
    })
}

/// What stands in the URL of Sentinels is said to the master, as most clients have it: most Sentinels ask for nothing,
/// and refuse who says something.
fn without_logins(urls: Vec<Url>) -> Vec<Url> {
    let bare = urls.into_iter().map(|mut url| {
        // These URLs have hosts, so that they may have logins.
        let _ = url.set_username("").and_then(|()| url.set_password(None));
        url
    });
    bare.collect()
}

fn secrets(urls: &[Url]) -> Vec<SecretString> {
    urls.iter()
        .map(|url| SecretString::from(url.as_str()))
        .collect()
}

/// The nodes as URLs of their own, and the paths found behind them. `redis-x://a,b/path` and
/// `redis-x://a/path,redis-x://b/path` are the same.
fn nodes(text: &str, default_port: u16) -> Option<(Vec<Url>, Vec<String>)> {
    let (scheme, _) = text.split_once("://")?;
    let node_scheme = scheme.split('-').next()?;
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
        match parse_target(text).map(|(target, _)| target) {
            Ok(RedisTarget::Embedded) => "embedded".to_owned(),
            Ok(RedisTarget::Single { url, .. }) => format!("single {}", url.expose_secret()),
            Ok(RedisTarget::Cluster { urls, .. }) => format!("cluster {}", join(&urls)),
            Ok(RedisTarget::Sentinel(to)) => {
                let name = to.login.username.unwrap_or_default();
                let password = to.login.password;
                let password =
                    password.map_or_else(String::new, |it| it.expose_secret().to_owned());
                format!("{}({name},{password}) by {}", to.master, join(&to.urls))
            }
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
                "main(,) by redis://a:26379 redis://b:1",
            ),
            (
                "redis-sentinel://a/main, redis-sentinel://b/main",
                "main(,) by redis://a:26379 redis://b:26379",
            ),
            (
                "rediss-sentinel://u:p%40@a,b/main",
                "main(u,p@) by rediss://a:26379 rediss://b:26379",
            ),
            ("redis-sentinel://:p@a/main", "main(,p) by redis://a:26379"),
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
            "redis://user:123#pa55word@cache",
            "redis://user:123?pa55word@cache",
            "unix:/run/r.sock#pa55word",
            "unix:pa55word",
            "unix:",
            "unix:/",
            "unix://host/pa55word",
            "redis-cluster://",
            "redis-cluster://a/3",
            "redis-cluster://a,rediss-cluster://b",
            "redis-sentinel://a,b",
            "redis-sentinel://a/one,b/two",
            "redis-sentinel://u:pa55word@a,u:other@b/one",
            "redis-cluster://u:pa55word@a,v:pa55word@b",
            "redis-sentinel://a/one/2",
            "mysql://u:pa55word@a",
        ] {
            let invalid = parse_target(text).map(|_| ()).expect_err(text);
            assert!(!invalid.wrong.contains("pa55word"), "{text}");
        }
    }
}
