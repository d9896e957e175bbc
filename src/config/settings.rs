//! Every setting, as data: what is read, what counts as unknown, which names have a `_FILE` form and what
//! `patchbay config` lists follows from these lines.

/// How a value is shown, and whether it may be given as a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Plain,
    /// A URL: shown without name, password and query.
    Url,
    /// Only shown as set or unset; has a `_FILE` form.
    Secret,
    /// A URL that may hold a password: shown like a URL; has a `_FILE` form.
    SecretUrl,
}

/// A line of the table.
#[derive(Debug, Clone, Copy)]
struct Row {
    name: &'static str,
    default: Option<&'static str>,
    kind: Kind,
    separator: Option<char>,
    doc: &'static str,
}

const fn row(name: &'static str, doc: &'static str) -> Row {
    Row {
        name,
        default: None,
        kind: Kind::Plain,
        separator: None,
        doc,
    }
}

impl Row {
    const fn or(self, default: &'static str) -> Row {
        Row {
            default: Some(default),
            ..self
        }
    }

    const fn kind(self, kind: Kind) -> Row {
        Row { kind, ..self }
    }

    /// A list: in the file an array will do as well.
    const fn list(self, separator: char) -> Row {
        Row {
            separator: Some(separator),
            ..self
        }
    }
}

#[rustfmt::skip]
const GENERAL: &[Row] = &[
    row("PATCHBAY_BIND", "Address and port to listen on.").or("127.0.0.1:8000"),
    row("PATCHBAY_PUBLIC_URL", "The URL that browsers use; decides secure cookies, HSTS and the default redirect URIs.").or("http://localhost:8000").kind(Kind::Url),
    row("PATCHBAY_DATA_DIR", "Folder of the embedded Redis and of generated keys.").or("./data"),
    row("PATCHBAY_DRAIN", "How long to serve on after SIGTERM, not ready any more, so that balancers notice; 60s at most.").or("0s"),
    row("PATCHBAY_TRUSTED_PROXIES", "Networks of proxies whose X-Forwarded-For and traceparent are believed, comma-separated.").list(','),
    row("PATCHBAY_AUTH", "How people sign in: local (passwords), oidc (single sign-on) or demo (no password).").or("local"),
    row("PATCHBAY_DEMO_ALLOW_REMOTE", "Let demo mode listen on other than loopback.").or("false"),
    row("PATCHBAY_OIDC_ISSUER", "Single sign-on: address of the identity provider.").kind(Kind::Url),
    row("PATCHBAY_OIDC_CLIENT_ID", "Single sign-on: client id."),
    row("PATCHBAY_OIDC_CLIENT_SECRET", "Single sign-on: client secret.").kind(Kind::Secret),
    row("PATCHBAY_OIDC_ORG_CLAIM", "Single sign-on: the claim that names a person's org."),
    row("PATCHBAY_OIDC_ORG", "Single sign-on: the one org that everybody belongs to."),
    row("PATCHBAY_OIDC_DOMAINS", "Single sign-on: email domains that may sign in, comma-separated.").list(','),
    row("PATCHBAY_ENCRYPTION_KEYS", "Comma-separated id:base64(32 bytes); the first encrypts, all decrypt. Generated when unset and the Redis is embedded.").kind(Kind::Secret).list(','),
    row("PATCHBAY_SESSION_KEY", "Cookie signing key, base64 of 64 bytes. Generated when unset and the Redis is embedded.").kind(Kind::Secret),
    row("PATCHBAY_REFRESH_MARGIN", "Refresh a token this long before it expires, at most a tenth of its life.").or("5m"),
    row("PATCHBAY_CREDENTIAL_TTL", "Forget a connection that nobody used for so long.").or("30d"),
    row("PATCHBAY_LOAD_MAX_PAGES", "Page limit per stream and load; 0 for no limit.").or("0"),
    row("PATCHBAY_ITEMS_MAX", "Most items kept per connection.").or("1000000"),
    row("PATCHBAY_ITEM_TTL", "Forget a snapshot that nobody looked at for so long.").or("30d"),
    row("PATCHBAY_SESSION_IDLE", "A sign-in ends after so long without a request.").or("12h"),
    row("PATCHBAY_SESSION_MAX", "A sign-in ends after so long, whatever happens.").or("7d"),
    row("PATCHBAY_CLASSIC_TIMEOUT", "How long the classic load waits.").or("300s"),
    row("PATCHBAY_RATE_LIMITS", "Limits on our own routes: on, or off for benchmarks.").or("on"),
    row("PATCHBAY_CORS_ORIGINS", "Origins that may call the JSON API from a browser, comma-separated.").list(','),
    row("PATCHBAY_METRICS_BIND", "Address and port of the metrics listener; off when unset."),
    row("PATCHBAY_OTLP_ENDPOINT", "Where traces go; nowhere when unset.").kind(Kind::Url),
    row("PATCHBAY_LOG", "Log filter.").or("info"),
    row("PATCHBAY_LOG_FORMAT", "Log format: text or json.").or("text"),
    row("REDIS_URL", "redis://, rediss:// (TLS), unix:, redis-cluster://a,b or redis-sentinel://a,b/master; host, port, name and password are then not read.").kind(Kind::SecretUrl),
    row("REDIS_HOST", "Host of the Redis; with neither REDIS_URL, host nor port, Patchbay starts its own."),
    row("REDIS_PORT", "Port of the Redis; 6379 when only the host is given."),
    row("REDIS_USERNAME", "User name at the Redis."),
    row("REDIS_PASSWORD", "Password at the Redis.").kind(Kind::Secret),
    row("REDIS_CA_FILE", "Certificate authority of the Redis, PEM; turns TLS on, or goes with a REDIS_URL of rediss."),
    row("REDIS_CERT_FILE", "Our certificate for the Redis, PEM; the same."),
    row("REDIS_KEY_FILE", "The key of that certificate, PEM."),
    row("REDIS_SENTINEL_USERNAME", "User name at the Sentinels, where they want one; REDIS_URL has the master's."),
    row("REDIS_SENTINEL_PASSWORD", "Password at the Sentinels.").kind(Kind::Secret),
];

/// The rows of every provider; its id in upper case goes before the name.
#[rustfmt::skip]
const PROVIDER: &[Row] = &[
    row("CLIENT_ID", "Client id of the app; without it the provider is shown as not configured."),
    row("CLIENT_SECRET", "Client secret of the app.").kind(Kind::Secret),
    row("REDIRECT_URI", "Redirect URL registered with the app; the public URL + /integrations/<p>/oauth2callback when unset.").kind(Kind::Url),
    row("SCOPES", "Scopes to ask for, space-separated; what the provider's streams and actions need when unset.").list(' '),
    row("AUTH_URL", "Instead of the provider's authorize address; a query in it is kept.").kind(Kind::Url),
    row("TOKEN_URL", "Instead of the provider's token address.").kind(Kind::Url),
    row("API_URL", "Instead of the provider's API: scheme, host and port.").kind(Kind::Url),
    row("REVOKE_URL", "Instead of the provider's revocation address.").kind(Kind::Url),
    row("RATE_LIMIT", "What we allow ourselves: auto (the documented numbers), off, or for example 190/10s.").or("auto"),
];

/// One setting by all its names.
#[derive(Debug, Clone)]
pub struct Setting {
    /// `PATCHBAY_BIND`
    pub env: String,
    /// `patchbay.bind`: section and key in the file.
    pub key: String,
    pub default: Option<&'static str>,
    pub kind: Kind,
    /// What stands between the elements, if it is a list.
    pub separator: Option<char>,
    pub doc: &'static str,
}

impl Setting {
    fn new(env: String, key: String, row: &Row) -> Setting {
        Setting {
            env,
            key,
            default: row.default,
            kind: row.kind,
            separator: row.separator,
            doc: row.doc,
        }
    }

    /// Whether the value must not be shown as it is, and may therefore be given as a file.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        matches!(self.kind, Kind::Secret | Kind::SecretUrl)
    }

    /// `patchbay`: the section in the file.
    #[must_use]
    pub fn section(&self) -> &str {
        let end = self.key.find('.').unwrap_or(self.key.len());
        &self.key[..end]
    }

    /// Whether a key of the file means this setting, directly or by its `_file` form.
    pub(super) fn has_key(&self, key: &str) -> bool {
        self.key == key || (self.is_secret() && self.file_key() == key)
    }

    /// The key that an environment name stands for, if it means this setting.
    pub(super) fn key_of(&self, env: &str) -> Option<String> {
        if self.env == env {
            Some(self.key.clone())
        } else if self.is_secret() && self.file_env() == env {
            Some(self.file_key())
        } else {
            None
        }
    }

    /// `HUBSPOT_CLIENT_SECRET_FILE`
    #[must_use]
    pub fn file_env(&self) -> String {
        format!("{}_FILE", self.env)
    }

    /// `hubspot.client_secret_file`
    #[must_use]
    pub fn file_key(&self) -> String {
        format!("{}_file", self.key)
    }
}

/// All settings for these providers, in the order in which they are listed.
#[must_use]
pub fn settings(providers: &[&'static str]) -> Vec<Setting> {
    let general = GENERAL.iter().map(|row| {
        let key = row.name.to_ascii_lowercase().replacen('_', ".", 1);
        Setting::new(row.name.to_owned(), key, row)
    });
    let of_providers = providers.iter().flat_map(|id| {
        PROVIDER.iter().map(move |row| {
            let key = format!("{id}.{}", row.name.to_ascii_lowercase());
            Setting::new(provider_env(id, row.name), key, row)
        })
    });
    general.chain(of_providers).collect()
}

/// `HUBSPOT_CLIENT_ID` from `hubspot` and `CLIENT_ID`.
pub(super) fn provider_env(id: &str, name: &str) -> String {
    format!("{}_{name}", id.to_ascii_uppercase().replace('-', "_"))
}

/// The candidate that was probably meant: the one that is fewest slips of the pen away, and no more than `most`.
pub(super) fn nearest<'a>(
    typed: &str,
    candidates: impl Iterator<Item = &'a str>,
    most: usize,
) -> Option<&'a str> {
    candidates
        .map(|candidate| (distance(typed, candidate), candidate))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The Levenshtein distance, in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_kinds() {
        let settings = settings(&["hubspot"]);
        let keys: Vec<_> = settings
            .iter()
            .map(|setting| (setting.env.as_str(), setting.key.as_str()))
            .collect();
        assert!(keys.contains(&("PATCHBAY_OIDC_CLIENT_ID", "patchbay.oidc_client_id")));
        assert!(keys.contains(&("REDIS_URL", "redis.url")));
        assert!(keys.contains(&("HUBSPOT_CLIENT_SECRET", "hubspot.client_secret")));
    }

    #[test]
    fn the_nearest_name_is_found() {
        let names = || ["bind", "auth", "public_url"].into_iter();
        assert_eq!(nearest("bnid", names(), 3), Some("bind"));
        assert_eq!(nearest("public-url", names(), 3), Some("public_url"));
        assert_eq!(nearest("something", names(), 3), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
