//! Where the configured Redis is, in words for an operator.

use secrecy::{ExposeSecret as _, SecretString};

use super::redis::RedisTarget;
use super::report::shown;
use super::settings::Kind;

impl RedisTarget {
    /// The addresses without what is secret in them.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::Embedded => "its socket in the data folder".to_owned(),
            Self::Single { url, .. } => masked(url),
            Self::Cluster { urls, .. } => list(urls),
            Self::Sentinel(known) => {
                format!("{} (Sentinels of {})", list(&known.urls), known.master)
            }
        }
    }
}

fn list(urls: &[SecretString]) -> String {
    let urls: Vec<String> = urls.iter().map(masked).collect();
    urls.join(", ")
}

fn masked(url: &SecretString) -> String {
    shown(Kind::SecretUrl, url.expose_secret())
}

#[cfg(test)]
mod tests {
    use super::super::redis_url::parse_target;

    #[test]
    fn addresses_are_told_without_their_passwords() {
        for (url, told) in [
            ("redis://u:pa55@cache:6379/2", "redis://***@cache:6379/2"),
            ("unix:/run/redis.sock?pass=pa55", "unix:/run/redis.sock?***"),
            (
                "redis-cluster://u:pa55@a,b:7000",
                "redis://***@a:6379, redis://***@b:7000",
            ),
            (
                "redis-sentinel://u:pa55@a,b/main",
                "redis://a:26379, redis://b:26379 (Sentinels of main)",
            ),
        ] {
            let (target, _) = parse_target(url).expect("a target");
            let place = target.place();
            // Whether a port that is the usual one is named is not the point.
            let place = place.replace("/, ", ", ");
            assert!(!place.contains("pa55"), "{place}");
            assert_eq!(place, told);
        }
    }
}
